#pragma once
// A scenario as JSON again, for those who write scenarios.

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

namespace trunkline::sim {

/// The file's JSON in the order in which it is written, without its comments, with `overrides` (PATH=VALUE) applied.
/// Throws ScenarioError as load_scenario() does; what the values mean is not looked at.
nlohmann::ordered_json load_scenario_document(const std::string& path, std::span<const std::string> overrides);

}  // namespace trunkline::sim
