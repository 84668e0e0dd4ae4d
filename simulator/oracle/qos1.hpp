#pragma once
// The promise of QoS 1: what is acknowledged is delivered at least once.

#include <chrono>

#include "simulator/oracle/open_reading.hpp"

namespace trunkline::sim {

/// What was acknowledged this shortly before the end may still be between broker and actor.
constexpr Duration delivery_grace = std::chrono::seconds(30);

/// Why a reading did not reach the actor of this slot. LossCause::unexplained: it was acknowledged and should have,
/// which breaks the promise. Requires that it was not delivered to it.
LossCause cause_of_loss(const OpenReading& reading, std::size_t slot, Instant run_end);

}  // namespace trunkline::sim
