#include "simulator/main/shrink_command.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "simulator/main/report_folder.hpp"
#include "simulator/main/run_failure.hpp"
#include "simulator/scenario/scenario_error.hpp"
#include "simulator/scenario/scenario_file.hpp"
#include "simulator/world/world.hpp"
#include "tests/scenarios/plant.hpp"
#include "tests/simulator/main/temporary_folder.hpp"

using namespace trunkline;
using namespace trunkline::sim;

namespace {

/// The control room's queue becomes longer than is expected.
ShrinkCommand overflowing(const std::filesystem::path& folder) {
    ShrinkCommand command;
    command.scenario_file = TRUNKLINE_SOURCE_DIR "/scenarios/sessions/queue-overflow.json";
    command.options.overrides = {"expect.no-more-than-its-limit.max=40", "faults.0.for=8m"};
    command.options.seed = 3;
    command.out = (folder / "small.json").string();
    command.is_quiet = true;
    return command;
}

}  // namespace

TEST_CASE("a failing scenario becomes a smaller file that fails by itself in the same way") {
    const TemporaryFolder folder;
    const ShrinkCommand command = overflowing(folder.path());
    std::ostringstream told;
    CHECK(shrink_scenario(command, told) == exit_passed);
    CAPTURE(told.str());
    CHECK(told.str().starts_with(
        "queue-overflow, seed 3: the expectation \"no-more-than-its-limit\" fails\nwas:     12 sensors"));

    const Scenario small = load_scenario(*command.out);
    CHECK(small.name == "queue-overflow-shrunk");
    CHECK(small.seed == 3);
    CHECK(small.sensors.size() < 12);
    CHECK(small.faults.size() == 1);
    CHECK(small.expectations.size() == 1);
    Oracle oracle(small);
    World world(small, oracle);
    world.run_until(Instant{} + small.length());
    const Verdict verdict = oracle.finish(world.now());
    CHECK(!verdict.passed());
    CHECK(!verdict.expectations.at(0).holds());
}

TEST_CASE("a delivery that fails goes on to lose readings by the same cause") {
    const TemporaryFolder folder;
    ShrinkCommand command;
    command.scenario_file = TRUNKLINE_SOURCE_DIR "/scenarios/smoke/first-reading.json";
    // So bad a link that readings are lost, and late: of both, the end of the run is the easiest to keep.
    command.options.overrides = {"links.radio.loss.p=0.6", "expect.0.except=[]"};
    command.out = (folder.path() / "small.json").string();
    command.is_quiet = true;
    std::ostringstream told;
    REQUIRE(shrink_scenario(command, told) == exit_passed);
    CAPTURE(told.str());
    CHECK(told.str().find(": the sensor had no connection and no room)\n") != std::string::npos);
    const Scenario small = load_scenario(*command.out);
    Oracle oracle(small);
    oracle.keep_journal();
    World world(small, oracle);
    world.run_until(Instant{} + small.length());
    const std::optional<RunFailure> failure = failure_of(small, oracle.finish(world.now()));
    REQUIRE(failure);
    CHECK(failure->expectation == "acknowledged-is-delivered");
    CHECK(failure->cause == LossCause::not_connected);
    REQUIRE(small.sensors.size() == 1);
    CHECK(told.str().find("fails (" + small.sensors[0].id + ": ") != std::string::npos);
}

TEST_CASE("of eight devices and eight faults a planted bug leaves one of each, the same with one thread and with two") {
    const auto forgetful = [](const Scenario& scenario, const GoesOn& goes_on) {
        Plant plant(gateway::GatewayPromise::accepted_is_stored, 1);
        return play_planted(scenario, goes_on, plant.defects());
    };
    const TemporaryFolder folder;
    ShrinkCommand command;
    command.scenario_file = TRUNKLINE_SOURCE_DIR "/scenarios/chaos/valves.json";
    command.options.seed = 13;
    command.is_quiet = true;
    std::string first;
    for (const std::uint64_t jobs : {1U, 2U}) {
        command.jobs = jobs;
        command.out = (folder.path() / (std::to_string(jobs) + ".json")).string();
        std::ostringstream told;
        REQUIRE(shrink_scenario(command, told, forgetful) == exit_passed);
        CAPTURE(told.str());
        CHECK(told.str().starts_with("chaos-valves, seed 13: the expectation \"acknowledged-is-delivered\" fails ("));
        CHECK(told.str().find("was:     8 sensors, 1 actor, 8 faults, 15m30s\n") != std::string::npos);
        const std::string written = read_scenario_file(*command.out);
        if (first.empty()) first = written;
        CHECK(written == first);
        const Scenario small = load_scenario(*command.out);
        CHECK(small.sensors.size() == 1);
        CHECK(small.faults.size() == 1);
        CHECK(small.length() < std::chrono::minutes(1));
        const auto verdict = forgetful(small, [](Instant) { return true; });
        CHECK(failure_of(small, *verdict)->cause == LossCause::unexplained);
        CHECK(play_to_the_end(small, [](Instant) { return true; })->passed());  // without the bug
    }
}

TEST_CASE("a run in which nothing fails but what is to happen sometimes is not shrunk, and is told so") {
    const TemporaryFolder folder;
    ShrinkCommand command;
    command.scenario_file = TRUNKLINE_SOURCE_DIR "/scenarios/smoke/first-reading.json";
    command.options.overrides = {R"(expect=[{"id": "it", "kind": "sometimes", "event": ["broker.restarted"]}])"};
    command.out = (folder.path() / "small.json").string();
    command.is_quiet = true;
    std::ostringstream told;
    CHECK(shrink_scenario(command, told) == exit_invalid);
    CHECK(
        told.str() ==
        "first-reading, seed 1: nothing fails but what is to happen sometimes (\"it\"), and less happens in a smaller "
        "scenario; what fails otherwise is wanted (seeds finds a seed)\n");
    CHECK(!std::filesystem::exists(*command.out));
}

TEST_CASE("a scenario that holds has nothing to shrink; one that is wrong is refused as ever") {
    const TemporaryFolder folder;
    ShrinkCommand command;
    command.scenario_file = TRUNKLINE_SOURCE_DIR "/scenarios/smoke/first-reading.json";
    command.out = (folder.path() / "small.json").string();
    command.is_quiet = true;
    std::ostringstream told;
    CHECK(shrink_scenario(command, told) == exit_invalid);
    CHECK(told.str().starts_with("first-reading, seed "));
    CHECK(told.str().find(": holds; ") != std::string::npos);
    CHECK(!std::filesystem::exists(*command.out));
    command.options.overrides = {"phases.run=soon"};
    CHECK_THROWS_AS(shrink_scenario(command, told), ScenarioError);
}

TEST_CASE("a file that cannot be written is said so") {
    const TemporaryFolder folder;
    ShrinkCommand command = overflowing(folder.path());
    std::ofstream(folder.path() / "file") << "x";
    command.out = (folder.path() / "file" / "small.json").string();
    std::ostringstream told;
    CHECK_THROWS_WITH_AS(shrink_scenario(command, told), doctest::Contains("cannot be written"), ReportError);
}
