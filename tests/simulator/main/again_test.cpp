#include "simulator/main/again.hpp"

#include <doctest/doctest.h>

#include "simulator/report/culprit.hpp"

using namespace trunkline;
using namespace trunkline::sim;
using namespace std::chrono_literals;

namespace {

struct Failed {
    Failed() {
        scenario.seed = 7;
        scenario.run = 10min;
        scenario.sensors.resize(2);
        scenario.sensors[0].id = "PT@PS-1-1";
        scenario.sensors[1].id = "PT@PS-1-2";
        scenario.actors.resize(1);
        scenario.actors[0].id = "scada";
        scenario.expectations.resize(1);
        scenario.expectations[0].sensors = {1};
        verdict.expectations.resize(1);
        verdict.expectations[0].measures.emplace_back();  // does not hold
    }
    std::string look() const { return look_again_line("a.json", {}, scenario, verdict); }
    std::string look_at() const { return what_to_look_at("a.json", {}, scenario, verdict); }

    Scenario scenario;
    Verdict verdict;
};

}  // namespace

TEST_CASE("the line that runs a seed again has all that was changed, quoted for a shell") {
    ReadOptions options;
    options.run = 90min;
    options.overrides = {"p=0.3", "name=\"it's\""};
    Failed failed;
    CHECK(run_again_line("my scenarios/a.json", options, failed.scenario) ==
          "trunkline-sim run 'my scenarios/a.json' --seed 7 --duration 1h30m --set p=0.3 --set 'name=\"it'\\''s\"' "
          "--clock virtual");
}

TEST_CASE("the line that shows what failed leads to the first broken promise, until just after it") {
    Failed failed;
    Violation violation;
    violation.sensor = 0;
    violation.at = Instant{} + 61s + 1ms;
    failed.verdict.violations.push_back(violation);
    CHECK(failed.look() == "trunkline-sim replay a.json --seed 7 --until 1m3s --trace sensor:PT@PS-1-1");

    failed.verdict.violations[0].at = Instant{} + 10min;  // there is nothing behind the end
    CHECK(failed.look() == "trunkline-sim replay a.json --seed 7 --until 10m --trace sensor:PT@PS-1-1");

    failed.verdict.violations[0].sensor = no_sensor;
    failed.verdict.violations[0].actor = 0;
    CHECK(failed.look() == "trunkline-sim replay a.json --seed 7 --until 10m --trace actor:scada");
}

TEST_CASE("without a broken promise, a sensor of the expectation that does not hold is shown") {
    Failed failed;
    CHECK(failed.look() == "trunkline-sim replay a.json --seed 7 --trace sensor:PT@PS-1-2");
    failed.scenario.expectations[0].sensors.clear();  // it is about none
    CHECK(failed.look() == "trunkline-sim run a.json --seed 7 --clock virtual");
}

TEST_CASE("a delivery that fails is shown by its first lost reading, a latency by its slowest one") {
    Failed failed;
    failed.scenario.warmup = 1min;
    ExpectationPlan& plan = failed.scenario.expectations[0];
    plan.kind = ExpectationPlan::Kind::delivery;
    plan.counts_all_undelivered = true;
    plan.excepted = std::uint32_t{1} << static_cast<unsigned>(LossCause::station_down);
    const auto lost = [&](std::uint32_t sensor, std::uint64_t sequence, Duration due, LossCause cause) {
        failed.verdict.journal.note({.kind = RunEvent::Kind::undelivered,
                                     .cause = cause,
                                     .index = sensor,
                                     .at = Instant{} + due,
                                     .sequence = sequence});
    };
    lost(1, 1, 59s, LossCause::link_lost);     // in the warm-up
    lost(0, 2, 70s, LossCause::link_lost);     // another sensor's
    lost(1, 3, 71s, LossCause::station_down);  // excepted
    lost(1, 5, 100s, LossCause::link_lost);
    lost(1, 4, 80s, LossCause::retries_exhausted);
    CHECK(failed.look() == "trunkline-sim replay a.json --seed 7 --until 2m21s --trace sensor:PT@PS-1-2");
    CHECK(culprit_of(failed.scenario, failed.verdict)->text ==
          "first lost: reading 4 of PT@PS-1-2, due at 00:01:20.000: no copy came through within all retries");
    const std::string lost_reading =
        "first lost: reading 4 of PT@PS-1-2, due at 00:01:20.000: no copy came through within all retries\n"
        "see it happen: trunkline-sim replay a.json --seed 7 --until 2m21s --trace sensor:PT@PS-1-2\n";
    CHECK(failed.look_at() == lost_reading);
    Violation violation;
    violation.sensor = 0;
    violation.at = Instant{} + 61s;
    failed.verdict.violations.push_back(violation);  // another sensor's: both are shown
    CHECK(failed.look_at() ==
          lost_reading +
              "see the promise break: trunkline-sim replay a.json --seed 7 --until 1m2s --trace sensor:PT@PS-1-1\n");
    failed.verdict.violations.clear();

    plan.span = ExpectationPlan::Span::after;
    plan.fault = 0;
    failed.scenario.faults.resize(1);
    failed.scenario.faults[0].at = 80s;
    failed.scenario.faults[0].length = 10s;
    CHECK(culprit_of(failed.scenario, failed.verdict)->text.starts_with("first lost: reading 5 "));
    plan.span = ExpectationPlan::Span::during;
    CHECK(culprit_of(failed.scenario, failed.verdict)->text.starts_with("first lost: reading 4 "));
    plan.span = ExpectationPlan::Span::healthy;  // two minutes after the fault
    CHECK(!culprit_of(failed.scenario, failed.verdict));

    plan.span = ExpectationPlan::Span::run;
    plan.kind = ExpectationPlan::Kind::latency;
    for (const Duration lasted : {1s, 30s, 2s}) {
        failed.verdict.journal.note({.kind = RunEvent::Kind::delivered,
                                     .index = 1,
                                     .at = Instant{} + 200s + lasted,
                                     .sequence = 9,
                                     .lasted = lasted});
    }
    CHECK(culprit_of(failed.scenario, failed.verdict)->text ==
          "slowest: reading 9 of PT@PS-1-2, due at 00:03:20.000, delivered at 00:03:50.000");
}

TEST_CASE("a run under the real clock is not repeated to the packet: it is run again") {
    Failed failed;
    failed.scenario.clock = ClockMode::real_time;
    CHECK(failed.look() == "trunkline-sim run a.json --seed 7 --clock real");
}

TEST_CASE("the line that makes a failure small, where there is something that can be made small") {
    Failed failed;
    ReadOptions options;
    options.overrides = {"p=0.3"};
    const auto line = [&] { return make_small_line("a.json", options, failed.scenario, failed.verdict); };
    CHECK(line() == "trunkline-sim shrink a.json --seed 7 --set p=0.3");
    options.run = 10min;
    CHECK(!line());
    options.run.reset();
    failed.scenario.clock = ClockMode::real_time;
    CHECK(!line());
    failed.scenario.clock = ClockMode::virtual_time;
    failed.verdict.expectations[0].kind = ExpectationPlan::Kind::sometimes;  // less happens in a smaller one
    CHECK(!line());
}
