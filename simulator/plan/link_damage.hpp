#pragma once
// Links over which datagrams may arrive damaged.

#include <cstddef>

#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// A datagram from or to this sensor may arrive with a bit flipped that no checksum notices, on its link as it is or as
/// a fault changes it. Never over TCP.
bool may_arrive_damaged(const Scenario& scenario, std::size_t sensor);

/// Of any sensor. What a damaged datagram says (another reading, another topic, an acknowledgement) is then taken for
/// true, so that no promise can be held against the system.
bool may_arrive_damaged(const Scenario& scenario);

}  // namespace trunkline::sim
