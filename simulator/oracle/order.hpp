#pragma once
// The promise of order: per publisher, topic and QoS, over first deliveries of QoS 1 and 2 [MQTT-4.6.0-5].

#include "simulator/oracle/books.hpp"

namespace trunkline::sim {

/// The reading reaches the actor for the first time. A sensor has one topic and one QoS, and sends one reading at a
/// time: their numbers rise. A reading that it gave up, or that waits to be sent anew, may have a late copy.
void check_order(Books& books, ReadingKey key, std::size_t slot, const OpenReading& reading, Instant now);

}  // namespace trunkline::sim
