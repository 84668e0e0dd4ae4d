#pragma once
// The promise of QoS 0 and -1: delivered at most as often as the link delivered the datagram [MQTT-4.3.1-1].

#include "simulator/oracle/books.hpp"

namespace trunkline::sim {

/// A further copy reached the actor. `reading` nothing: its story is over.
void check_qos_0_copy(Books& books, ReadingKey key, std::size_t actor, std::size_t slot, const OpenReading* reading,
                      Instant now);

}  // namespace trunkline::sim
