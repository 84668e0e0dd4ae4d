#pragma once
// trunkline-sim shrink.

#include <iosfwd>

#include "simulator/main/command.hpp"

namespace trunkline::sim {

/// Runs the scenario under the virtual clock, which has to fail, and then ever smaller ones that fail in the same way:
/// the same expectation does not hold, or the same promise is broken. Writes the smallest as a scenario file that fails
/// by itself, and tells `out` where. Returns the exit status: invalid where there is nothing to shrink, because it
/// holds. Throws for scenarios that will not do, and ReportError for a file that cannot be written.
int shrink_scenario(const ShrinkCommand& command, std::ostream& out);

}  // namespace trunkline::sim
