#pragma once
// What waits for an actor: acknowledged to its sensor, owed to the actor, not there yet. That it comes in order is
// order.hpp's promise, that it comes at all qos1.hpp's; what the broker drops by its limits is told, and is a cause.

#include "simulator/oracle/books.hpp"

namespace trunkline::sim {

/// The reading was acknowledged now, and is counted for each actor that it has not reached.
void begin_waiting(Books& books, std::size_t sensor, const OpenReading& reading, Instant now);
/// It reached the actor of this slot, or is excused for it. To be called before its marks are set.
void end_waiting(Books& books, std::size_t sensor, std::size_t slot, const OpenReading& reading);
/// The broker says that it dropped a message of the sensor for the actor.
void note_drop(Books& books, std::size_t sensor, std::size_t slot, const BrokerDrop& drop);

}  // namespace trunkline::sim
