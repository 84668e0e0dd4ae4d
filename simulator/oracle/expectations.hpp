#pragma once
// The scenario's expectations against the books.

#include "simulator/oracle/books.hpp"

namespace trunkline::sim {

/// Judges one expectation over the counted readings of a run that ended at `end`.
ExpectationResult judge(const ExpectationPlan& plan, const Scenario& scenario, const Books& books, Instant end);

}  // namespace trunkline::sim
