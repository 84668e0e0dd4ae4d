#include "simulator/main/shrink_command.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "simulator/report/culprit.hpp"
#include "simulator/main/report_folder.hpp"
#include "simulator/scenario/scenario_error.hpp"
#include "simulator/world/world.hpp"
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
    CHECK(told.str().find("\"acknowledged-is-delivered\" fails (the sensor had no connection and no room)") !=
          std::string::npos);
    const Scenario small = load_scenario(*command.out);
    Oracle oracle(small);
    oracle.keep_journal();
    World world(small, oracle);
    world.run_until(Instant{} + small.length());
    const Verdict verdict = oracle.finish(world.now());
    CHECK(!verdict.passed());
    CHECK(loses_by(small, verdict, 0, LossCause::not_connected));
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
