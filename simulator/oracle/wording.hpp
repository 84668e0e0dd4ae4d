#pragma once
// A violation in words: the message, the sensor, the time, the seed, and the events that it follows from.

#include <string>

#include "simulator/oracle/books.hpp"

namespace trunkline::sim {

std::string in_words(const Finding& finding, const Scenario& scenario, const Books& books, Instant start, Instant end);

}  // namespace trunkline::sim
