#pragma once
// What becomes of a packet, for people.

#include <string>
#include <string_view>

#include "simulator/links/link_direction.hpp"

namespace trunkline::sim {

/// "lost: the link's queue is full".
std::string_view words_of(PacketLoss cause);
/// "lost: …", "arrives twice", or nothing to remark.
std::string remark_on(const Transit& transit);

}  // namespace trunkline::sim
