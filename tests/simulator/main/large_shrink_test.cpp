// The large shrink of docs/validation.md: a thousand devices, two hours, forty faults. A run of the whole takes a
// quarter of a minute of a processor, too long for a test; scripts/soak.sh has it, and limits its time.

#include <doctest/doctest.h>

#include <chrono>
#include <iostream>
#include <sstream>

#include "runtime/time/real_clock.hpp"
#include "simulator/main/run_failure.hpp"
#include "simulator/main/shrink_command.hpp"
#include "tests/scenarios/plant.hpp"
#include "tests/simulator/main/temporary_folder.hpp"

using namespace trunkline;
using namespace trunkline::sim;
using namespace std::chrono_literals;

namespace {

/// The small chaos, with more of everything.
ShrinkCommand large_chaos(std::uint64_t seed, const TemporaryFolder& folder) {
    ShrinkCommand command;
    command.scenario_file = TRUNKLINE_SOURCE_DIR "/scenarios/chaos/small.json";
    command.options.seed = seed;
    command.options.overrides = {"stations.0.repeat.n=[1, 12]",
                                 "stations.1.repeat.n=[1, 8]",
                                 "sensors.PT.count=30",
                                 "sensors.FQ.count=10",
                                 "sensors.TT.count=5",
                                 "sensors.MOV.count=5",
                                 "sensors.MOV.topic=line/{station}/mov/{n}",
                                 "sensors.MOV.will.topic=line/{station}/mov/{n}/state",
                                 "phases.run=110m",
                                 "chaos.per_hour=30"};
    command.out = (folder.path() / "small.json").string();
    return command;
}

/// `bug` plays with a bug planted, anew in each run.
void check_large(const char* name, std::uint64_t seed, const Play& bug) {
    const TemporaryFolder folder;
    const ShrinkCommand command = large_chaos(seed, folder);
    ReadOptions options = command.options;
    const Scenario whole = load_scenario(command.scenario_file, options);
    CHECK(whole.sensors.size() == 1'000);
    CHECK(whole.faults.size() >= 40);
    CHECK(whole.length() == 2h);

    const runtime::RealClock clock;
    const Instant began = clock.now();
    std::ostringstream told;
    REQUIRE(shrink_scenario(command, told, bug) == exit_passed);
    const std::chrono::duration<double> took = clock.now() - began;
    std::cout << name << ", in " << took.count() << " s:\n" << told.str() << std::flush;

    const Scenario small = load_scenario(*command.out);
    CHECK(small.sensors.size() <= 5);
    CHECK(small.faults.size() <= 3);
    CHECK(small.length() <= 5min);
    const std::optional<Verdict> verdict = bug(small, [](Instant) { return true; });
    REQUIRE(verdict);
    CHECK(failure_of(small, *verdict));
    // It is the bug that fails it.
    CHECK(play_to_the_end(small, [](Instant) { return true; })->passed_as_one_of_many());
}

}  // namespace

TEST_CASE("large shrink: a broker that publishes no will" * doctest::skip()) {
    check_large("publishes no will", 1, [](const Scenario& scenario, const GoesOn& goes_on) {
        Plant plant(broker::BrokerPromise::will_is_published, 1);
        return play_planted(scenario, goes_on, plant.defects());
    });
}

TEST_CASE("large shrink: a broker that forgets sessions" * doctest::skip()) {
    check_large("forgets sessions", 2, [](const Scenario& scenario, const GoesOn& goes_on) {
        Plant plant(broker::BrokerPromise::session_is_kept, 1);
        return play_planted(scenario, goes_on, plant.defects());
    });
}
