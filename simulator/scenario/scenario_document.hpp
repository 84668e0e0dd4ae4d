#pragma once
// A scenario as JSON again, for those who write scenarios.

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// The file's JSON in the order in which it is written, without its comments, with `overrides` (PATH=VALUE) applied.
/// Throws ScenarioError as load_scenario() does; what the values mean is not looked at.
nlohmann::ordered_json load_scenario_document(const std::string& path, std::span<const std::string> overrides);

/// The same document with what chaos has drawn of it written out, as faults and values: it plays the same, and what is
/// left out of it leaves the rest as it is. `drawn`: what the document was read as.
nlohmann::ordered_json chaos_written_out(const nlohmann::ordered_json& document, const Scenario& drawn);

/// A file that a scenario reads besides its own.
struct FileBeside {
    std::string pointer;  // where the scenario names it (RFC 6901)
    std::string path;     // from where the program runs
};
/// All that the document reads as a scenario of this file, in the order in which they are read. Throws ScenarioError.
std::vector<FileBeside> files_beside(const nlohmann::ordered_json& document, const std::string& file);

}  // namespace trunkline::sim
