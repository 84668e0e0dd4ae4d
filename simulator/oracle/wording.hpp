#pragma once
// Violations in words: the message, the sensor, the time, the seed, and the events that it follows from.

#include <string>

#include "simulator/oracle/books.hpp"

namespace trunkline::sim {

/// "reading 17 of PT@PS-1-1 (line/PS-1/pt/1)".
std::string reading_in_words(const Books& books, ReadingKey key);
/// "00:12:01.250", since the run began.
std::string moment_in_words(const Books& books, Instant at);
/// The finding's text with the seed that brings it again.
std::string in_words(const Finding& finding, const Books& books);

}  // namespace trunkline::sim
