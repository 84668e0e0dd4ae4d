#pragma once
// trunkline-sim replay.

#include <iosfwd>

#include "simulator/main/command.hpp"

namespace trunkline::sim {

/// Runs the scenario under the virtual clock until the moment that is asked for, and tells `out` every packet of whom
/// the selectors pick. Returns the exit status; throws for scenarios and selectors that will not do.
int replay(const ReplayCommand& command, std::ostream& out);

}  // namespace trunkline::sim
