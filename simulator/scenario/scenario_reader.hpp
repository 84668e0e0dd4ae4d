#pragma once
// JSON to plan: the only way to a Scenario from a file. The format stands in docs/scenario.md.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/plan/scenario.hpp"
#include "simulator/scenario/scenario_error.hpp"

namespace trunkline::sim {

/// What the command line changes.
struct ReadOptions {
    std::vector<std::string> overrides;  // PATH=VALUE, in order
    std::optional<std::uint64_t> seed;
    std::optional<ClockMode> clock;
    std::optional<Duration> run;  // replaces the length of the run phase
};

/// Reads a scenario from a text. `file` is for messages. Throws ScenarioError for the first thing that is wrong.
Scenario read_scenario(std::string_view text, const std::string& file, const ReadOptions& options = {});

/// The same from a file of at most 64 MiB.
Scenario load_scenario(const std::string& path, const ReadOptions& options = {});

}  // namespace trunkline::sim
