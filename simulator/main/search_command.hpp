#pragma once
// trunkline-sim search.

#include <iosfwd>

#include "simulator/main/command.hpp"

namespace trunkline::sim {

/// Finds the largest value of a variable with which an expectation holds, for each of the seeds, under the virtual
/// clock: by bisection, which takes for granted that what holds with a value holds with smaller ones. Tells `out` the
/// tries and the answer. Returns the exit status: failed where not even the smallest value will do, or when stopped.
/// Throws for scenarios, variables and expectations that will not do.
int search_largest(const SearchCommand& command, std::ostream& out);

}  // namespace trunkline::sim
