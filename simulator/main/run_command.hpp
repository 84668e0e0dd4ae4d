#pragma once
// trunkline-sim run.

#include <string>
#include <vector>

#include "simulator/main/command.hpp"

namespace trunkline::sim {

/// Runs the scenario, writes the report, prints the summary. `words`: the command line, for run.json; its first word is
/// the program's own path. Returns the exit status; throws for scenarios and folders that will not do.
int run(const RunCommand& command, const std::vector<std::string>& words);

}  // namespace trunkline::sim
