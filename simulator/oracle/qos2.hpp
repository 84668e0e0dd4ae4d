#pragma once
// The promise of QoS 2: nothing comes twice. (That nothing is lost, it shares with QoS 1.)

#include "simulator/oracle/books.hpp"

namespace trunkline::sim {

/// A further copy reached the actor. `reading` nothing: its story is over.
///
/// Exactly once holds from end to end while each hop keeps its state. A sensor whose connection ended during the
/// exchange may begin a new one for the same reading; a restart with an empty disk forgets what was received.
void check_qos_2_copy(Books& books, ReadingKey key, std::size_t actor, std::size_t slot, const OpenReading* reading,
                      Instant now);

}  // namespace trunkline::sim
