#pragma once
// Each reading that did not arrive gets its cause, from what is known of its way.

#include <cstddef>
#include <vector>

#include "simulator/oracle/books.hpp"

namespace trunkline::sim {

struct Attributed {
    const OpenReading* reading = nullptr;
    LossCause cause{};
};

/// The readings of a sensor that did not reach the actor of this slot, in their order, those of the warm-up too.
/// LossCause::unexplained: nothing is known that would have kept it away.
std::vector<Attributed> undelivered(const Books& books, std::size_t sensor, std::size_t slot, Instant end);

}  // namespace trunkline::sim
