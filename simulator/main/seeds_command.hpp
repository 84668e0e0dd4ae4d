#pragma once
// trunkline-sim seeds.

#include <iosfwd>

#include "simulator/main/command.hpp"

namespace trunkline::sim {

/// Runs the scenario under the virtual clock once for each seed, on several threads, and tells `out`
/// whether all hold; the first seed that fails ends it and is told with what failed and the line that runs it again.
/// Returns the exit status: a search that was stopped has failed too. Throws for scenarios that will not do.
int search_seeds(const SeedsCommand& command, std::ostream& out);

}  // namespace trunkline::sim
