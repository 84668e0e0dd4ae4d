// A shipped scenario as a test: it must hold with each of its seeds.
//
//   scenario_check FILE FROM COUNT     FILE below scenarios/

#include <exception>
#include <iostream>
#include <string>

#include "simulator/report/summary.hpp"
#include "tests/scenarios/scenario_run.hpp"

namespace {

using namespace trunkline::sim;

bool holds(const std::string& file, std::uint64_t seed) {
    ReadOptions options;
    options.seed = seed;
    const ScenarioRun run(file, options);
    if (run.verdict.passed()) return true;
    std::cerr << file << ", seed " << seed << ":\n" << failure_text(run.verdict, false);
    return false;
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 4) {
        std::cerr << "usage: scenario_check FILE FROM COUNT" << std::endl;
        return 2;
    }
    try {
        const std::uint64_t from = std::stoull(arguments[2]);
        const std::uint64_t seeds = std::stoull(arguments[3]);
        for (std::uint64_t seed = from; seed < from + seeds; ++seed) {
            if (!holds(arguments[1], seed)) return 1;
        }
        return 0;
    } catch (const std::exception& error) {
        std::cerr << error.what() << std::endl;
        return 2;
    }
}
