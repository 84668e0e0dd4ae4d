#pragma once
// The keys of one link: how it treats a packet. Words and meanings are those of netem.

#include "simulator/scenario/draft.hpp"

namespace trunkline::sim::reading {

/// Bounds of the plan.
constexpr Duration longest_base = std::chrono::minutes(10);
/// A second copy of a QoS 0 reading is recognized for a minute (oracle/books.hpp).
constexpr Duration longest_held_back = std::chrono::minutes(1);

// Each lays what the field says over what the link is.

void read_delay(const Field& delay, LinkProfile& link);
void read_loss(const Field& loss, LinkProfile& link);
void read_link_rate(const Field& rate, LinkProfile& link);
void read_duplicate(const Field& duplicate, LinkProfile& link);
void read_reorder(const Field& reorder, LinkProfile& link);
void read_corrupt(const Field& corrupt, LinkProfile& link);
void read_slot(const Field& slot, LinkProfile& link);
void read_phy(const Field& phy, LinkProfile& link);

/// One of the words; a table is none.
DelayDistribution distribution_of(const Field& dist);

}  // namespace trunkline::sim::reading
