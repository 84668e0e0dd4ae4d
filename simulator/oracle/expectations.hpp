#pragma once
// The scenario's expectations against the books.

#include <span>

#include "simulator/oracle/books.hpp"

namespace trunkline::sim {

/// Judges one expectation (index into Scenario::expectations) over the counted readings of a run that ended at `end`.
/// `findings`: all broken promises of the run.
ExpectationResult judge(std::size_t expectation, const Books& books, std::span<const Finding> findings, Instant end);

}  // namespace trunkline::sim
