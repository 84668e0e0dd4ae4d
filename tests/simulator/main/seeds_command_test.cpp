#include "simulator/main/seeds_command.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "simulator/scenario/scenario_error.hpp"

using namespace trunkline;
using namespace trunkline::sim;
using namespace std::chrono_literals;

namespace {

SeedsCommand first_reading() {
    SeedsCommand command;
    command.scenario_file = TRUNKLINE_SOURCE_DIR "/scenarios/smoke/first-reading.json";
    command.from = 5;
    command.count = 8;
    command.jobs = 2;
    return command;
}

}  // namespace

TEST_CASE("seeds that all hold end 0, with one line, or none when quiet") {
    SeedsCommand command = first_reading();
    std::ostringstream told;
    CHECK(search_seeds(command, told) == exit_passed);
    CHECK(told.str().starts_with("seeds 5 to 12 of first-reading: all 8 hold, in "));
    CHECK(told.str().find("\ncoverage: ") != std::string::npos);
    command.is_quiet = true;
    std::ostringstream nothing;
    CHECK(search_seeds(command, nothing) == exit_passed);
    CHECK(nothing.str().empty());
}

TEST_CASE("the smallest seed that fails is told, with what failed and how to run it again, for any number of threads") {
    SeedsCommand command = first_reading();
    // One transmission each: some seeds have a share of acknowledged readings that lies off this formula.
    command.scenario_file = TRUNKLINE_SOURCE_DIR "/scenarios/smoke/loss-formula.json";
    command.options.overrides = {"sensors=3", "expect.1.confidence=0.9"};
    command.options.run = 20min;
    command.from = 1;
    command.count = 60;
    std::string first_told;
    for (const std::uint64_t jobs : {1U, 2U, 3U}) {
        command.jobs = jobs;
        std::ostringstream told;
        CHECK(search_seeds(command, told) == exit_failed);
        if (jobs == 1) first_told = told.str();
        CHECK(told.str() == first_told);
    }
    CAPTURE(first_told);
    CHECK(first_told.starts_with("seeds 1 to 60 of loss-formula: seed "));
    CHECK(first_told.find("  FAILS  formula\n") != std::string::npos);
    CHECK(first_told.find("acknowledged-is-delivered") == std::string::npos);  // holds
    CHECK(first_told.find("see it happen: trunkline-sim replay " TRUNKLINE_SOURCE_DIR) != std::string::npos);
    CHECK(first_told.find("run it again: trunkline-sim run " TRUNKLINE_SOURCE_DIR) != std::string::npos);
}

TEST_CASE("what is to happen sometimes and happens with no seed fails the search, and is named") {
    SeedsCommand command = first_reading();
    command.options.overrides = {
        R"(expect=[{"id": "it", "kind": "sometimes", "event": ["sn.publish.dup", "broker.restarted"]}])"};
    std::ostringstream told;
    CHECK(search_seeds(command, told) == exit_failed);
    CHECK(
        told.str().starts_with("seeds 5 to 12 of first-reading: all 8 hold, but what is to happen sometimes never did\n"
                               "FAIL  it: sometimes broker.restarted, but with none of 8 seeds\n"));
}

TEST_CASE("a scenario that will not do is told before any run") {
    SeedsCommand command = first_reading();
    command.options.overrides = {"links.radio.loss.p=1.5"};
    std::ostringstream told;
    CHECK_THROWS_AS(search_seeds(command, told), ScenarioError);
    CHECK(told.str().empty());
}
