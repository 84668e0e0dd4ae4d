#pragma once
// A shrunk scenario as a file that needs nothing but what lies beside it.

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace trunkline::sim {

/// Writes the scenario to `to`, below `remark` as a comment, and copies what it reads besides (recordings, tables of
/// delays) into the same folder, under names that begin as the scenario's: together they can go anywhere. `from`: the
/// file that the paths in the document start from. Returns the copies. Throws ReportError, and ScenarioError for a file
/// that is not there any more.
std::vector<std::filesystem::path> write_shrunk(nlohmann::ordered_json scenario, const std::string& from,
                                                const std::filesystem::path& to, const std::string& remark);

}  // namespace trunkline::sim
