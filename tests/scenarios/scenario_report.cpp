// report.json of a shipped scenario under the virtual clock, on standard output: what trunkline-sim writes, by the same
// cores, from a build that has no programs.
//
//   scenario_report FILE     below scenarios/

#include <exception>
#include <iostream>

#include "tests/scenarios/scenario_run.hpp"

int main(int count, char** arguments) {
    if (count != 2) {
        std::cerr << "usage: scenario_report FILE" << std::endl;
        return 2;
    }
    try {
        std::cout << trunkline::sim::ScenarioRun(arguments[1]).report() << std::flush;
        return std::cout ? 0 : 1;
    } catch (const std::exception& error) {
        std::cerr << error.what() << std::endl;
        return 2;
    }
}
