// trunkline-sim: plays sensors and subscribers around gateway and broker, and judges what became of every reading.

#include <exception>
#include <iostream>
#include <string>
#include <variant>
#include <vector>

#include "runtime/transport/start_error.hpp"
#include "simulator/main/command.hpp"
#include "simulator/main/compare_command.hpp"
#include "simulator/main/diff_command.hpp"
#include "simulator/main/live_run.hpp"
#include "simulator/main/replay_command.hpp"
#include "simulator/main/report_folder.hpp"
#include "simulator/main/run_command.hpp"
#include "simulator/main/search_command.hpp"
#include "simulator/main/seeds_command.hpp"
#include "simulator/main/shrink_command.hpp"
#include "simulator/plan/unsupported_fault.hpp"
#include "simulator/report/figures.hpp"
#include "simulator/scenario/scenario_schema.hpp"

namespace {

using namespace trunkline::sim;

struct Execute {
    const std::vector<std::string>& words;

    int operator()(const RunCommand& command) const { return run(command, words); }
    int operator()(const SeedsCommand& command) const { return search_seeds(command, std::cout); }
    int operator()(const ShrinkCommand& command) const { return shrink_scenario(command, std::cout); }
    int operator()(const SearchCommand& command) const { return search_largest(command, std::cout); }
    int operator()(const CompareCommand& command) const { return compare_brokers(command, std::cout); }
    int operator()(const ReplayCommand& command) const { return replay(command, std::cout); }
    int operator()(const DiffCommand& command) const { return compare_reports(command, std::cout); }
    int operator()(const ValidateCommand& command) const {
        const Scenario scenario = load_scenario(command.scenario_file, command.options);
        std::cout << command.scenario_file << ": valid, " << counted(scenario.sensors.size(), "sensor") << ", "
                  << counted(scenario.gateways.size(), "gateway") << ", " << counted(scenario.actors.size(), "actor")
                  << ", " << counted(scenario.expectations.size(), "expectation") << std::endl;
        return exit_passed;
    }
    int operator()(const SchemaCommand&) const {
        std::cout << scenario_schema() << std::flush;
        return exit_passed;
    }
    int operator()(const Answer& answer) const {
        (answer.exit_status == exit_passed ? std::cout : std::cerr) << answer.text << std::endl;
        return answer.exit_status;
    }
};

/// The message names file, place and remedy already.
int refuse(const std::exception& error) {
    std::cerr << error.what() << std::endl;
    return exit_invalid;
}

}  // namespace

int main(int count, char** arguments) {
    const std::vector<std::string> words(arguments, arguments + count);
    try {
        return std::visit(Execute{words}, parse_command_line({words.begin() + 1, words.end()}));
    } catch (const ScenarioError& error) {
        return refuse(error);
    } catch (const TargetError& error) {
        return refuse(error);
    } catch (const UnsupportedFault& error) {
        return refuse(error);
    } catch (const ReportError& error) {
        return refuse(error);
    } catch (const trunkline::runtime::StartError& error) {
        std::cerr << "trunkline-sim: " << error.what() << std::endl;
        return exit_internal;
    } catch (const std::exception& error) {
        std::cerr << "trunkline-sim: internal error: " << error.what() << std::endl;
        return exit_internal;
    }
}
