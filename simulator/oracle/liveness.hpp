#pragma once
// The promise that a system whose faults are over comes to rest: who is stuck is named.

#include <cstddef>
#include <optional>

#include "simulator/oracle/books.hpp"

namespace trunkline::sim {

/// The time to settle is over: finds devices and actors without a connection, readings that wait in a device or are
/// under way, and queues that are not empty. One finding for each that is stuck, with its oldest reading.
void check_liveness(Books& books, Instant now);

/// What the broker keeps as the sensor's retained message then, by the moment at which it got it; nothing: none.
/// Finds one that is older than the last reading that was acknowledged. Sensors whose value is not surely known are
/// not judged.
void check_retained_agrees(Books& books, std::size_t sensor, std::optional<Instant> received_at, Instant now);

}  // namespace trunkline::sim
