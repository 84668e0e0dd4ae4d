#pragma once
// What a datagram at a sensor tells the oracle.

#include <cstddef>

#include "protocol/base/bytes.hpp"
#include "protocol/base/instant.hpp"
#include "simulator/oracle/oracle.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// Told before the sensor gets it, or not at all.
void tell_downlink_datagram(Oracle& oracle, std::size_t sensor, ByteView datagram, Instant now);

}  // namespace trunkline::sim
