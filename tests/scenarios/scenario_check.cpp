// A shipped scenario as a test: it must hold with each of its seeds.
//
//   scenario_check FILE FROM COUNT [PATH=VALUE …]     FILE below scenarios/, changed as by trunkline-sim's --set

#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "simulator/report/coverage.hpp"
#include "simulator/report/summary.hpp"
#include "tests/scenarios/scenario_run.hpp"

namespace {

using namespace trunkline::sim;

bool holds(const std::string& file, const std::vector<std::string>& overrides, std::uint64_t seed, Coverage& coverage) {
    ReadOptions options;
    options.overrides = overrides;
    options.seed = seed;
    const ScenarioRun run(file, options);
    coverage.add(run.verdict);
    if (run.verdict.passed_as_one_of_many()) return true;
    std::cerr << file << ", seed " << seed << ":\n" << failure_text(run.verdict, false);
    return false;
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 4) {
        std::cerr << "usage: scenario_check FILE FROM COUNT [PATH=VALUE ...]" << std::endl;
        return 2;
    }
    try {
        const std::uint64_t from = std::stoull(arguments[2]);
        const std::uint64_t seeds = std::stoull(arguments[3]);
        const std::vector<std::string> overrides(arguments + 4, arguments + count);
        ReadOptions options;
        options.overrides = overrides;
        const Scenario scenario =
            load_scenario(std::string(TRUNKLINE_SOURCE_DIR "/scenarios/") + arguments[1], options);
        Coverage coverage(scenario);
        for (std::uint64_t seed = from; seed < from + seeds; ++seed) {
            if (!holds(arguments[1], overrides, seed, coverage)) return 1;
        }
        std::cerr << coverage.unmet_text();
        return coverage.unmet().empty() ? 0 : 1;
    } catch (const std::exception& error) {
        std::cerr << error.what() << std::endl;
        return 2;
    }
}
