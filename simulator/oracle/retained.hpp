#pragma once
// The promise of retained messages: the value after quiet is the last accepted one [MQTT-3.3.1-5].
//
// Judged by actors that subscribe anew: what was accepted before they connected is what they must see, or something
// newer. A will that is retained on the same topic takes the value's place.

#include <vector>

#include "simulator/oracle/books.hpp"

namespace trunkline::sim {

/// The broker has accepted the reading: its acknowledgement reached the sensor.
void note_accepted(Books& books, ReadingKey key, Instant now);
/// The actor got the reading as a retained message.
void check_retained(Books& books, ReadingKey key, std::size_t actor, Instant now);
/// Its connection, in which it subscribed anew, ends now: what has not come is missing.
void check_retained_complete(const Books& books, std::size_t actor, Instant now, std::vector<Finding>& findings);

/// Whether the last accepted reading of the sensor is surely what the broker keeps.
bool is_retained_judged(const Books& books, std::size_t sensor);

}  // namespace trunkline::sim
