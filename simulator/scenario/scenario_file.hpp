#pragma once
// The text of a scenario file.

#include <string>

namespace trunkline::sim {

/// At most 64 MiB. Throws ScenarioError.
std::string read_scenario_file(const std::string& path);

}  // namespace trunkline::sim
