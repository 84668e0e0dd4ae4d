#include "simulator/world/faults.hpp"

#include <doctest/doctest.h>

#include <string>

#include "simulator/world/world.hpp"
#include "tests/simulator/world/plans.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

FaultPlan fault(FaultPlan::Kind kind, Duration at, Duration length) {
    FaultPlan plan;
    plan.id = "F1";
    plan.kind = kind;
    plan.at = at;
    plan.length = length;
    return plan;
}

struct Run {
    explicit Run(Scenario planned) : scenario(std::move(planned)), oracle(scenario), world(scenario, oracle) {}

    Verdict to_the_end() {
        world.run_until(Instant::max());
        Verdict verdict = oracle.finish(world.now());
        CHECK(verdict.violation_count == 0);
        for (const Violation& violation : verdict.violations) MESSAGE(violation.text);
        return verdict;
    }

    Scenario scenario;
    Oracle oracle;
    World world;
};

}  // namespace

TEST_CASE("a station that is down loses its sensors' connections, and they come back") {
    Scenario scenario = small_plan(4, 0.0);
    FaultPlan down = fault(FaultPlan::Kind::station_down, 2min, 3min);
    down.sensors = {0, 1};
    scenario.faults.push_back(down);
    Run run(std::move(scenario));
    run.world.run_until(Instant{} + 2min + 30s);
    CHECK(!run.world.sensor(0).is_connected());
    CHECK(!run.world.sensor(1).is_connected());
    CHECK(run.world.sensor(2).is_connected());
    const Verdict verdict = run.to_the_end();
    for (std::size_t sensor = 0; sensor < 4; ++sensor) CHECK(run.world.sensor(sensor).is_connected());
    CHECK(verdict.sensors.losses >= 2);
    CHECK(verdict.sensors.acknowledged < 240);
    CHECK(verdict.sensors.acknowledged >= 234);  // what was stored meanwhile came later
}

TEST_CASE("a link that changes loses more for a time, and is as before afterwards") {
    Scenario scenario = small_plan(4, 0.0);
    FaultPlan worse = fault(FaultPlan::Kind::link, 2min, 2min);
    worse.sensors = {0};
    worse.overlay = scenario.links[1];
    worse.overlay->loss = 0.5;
    scenario.faults.push_back(worse);
    Run run(std::move(scenario));
    run.world.run_until(Instant{} + 2min);
    CHECK(run.world.counters().datagrams_lost == 0);
    run.world.run_until(Instant{} + 4min);
    const std::uint64_t lost = run.world.counters().datagrams_lost;
    CHECK(lost > 0);
    run.to_the_end();
    CHECK(run.world.counters().datagrams_lost == lost);
}

TEST_CASE("of overlays that overlap the later one counts, and the earlier again when that one has ended") {
    Scenario scenario = small_plan(1, 0.0);
    FaultPlan dead = fault(FaultPlan::Kind::link, 2min, 4min);
    dead.sensors = {0};
    dead.overlay = scenario.links[1];
    dead.overlay->loss = 1.0;
    FaultPlan clear = fault(FaultPlan::Kind::link, 3min, 1min);
    clear.sensors = {0};
    clear.overlay = scenario.links[1];
    scenario.faults = {dead, clear};
    Run run(std::move(scenario));
    run.world.run_until(Instant{} + 3min);
    CHECK(!run.world.sensor(0).is_connected());
    run.world.run_until(Instant{} + 4min);
    CHECK(run.world.sensor(0).is_connected());
    run.world.run_until(Instant{} + 5min);
    CHECK(!run.world.sensor(0).is_connected());
    run.to_the_end();
    CHECK(run.world.sensor(0).is_connected());
}

TEST_CASE("a partition between gateway and broker delays what is acknowledged and loses none of it") {
    Scenario scenario = small_plan(4, 0.0);
    FaultPlan partition = fault(FaultPlan::Kind::partition, 2min, 30s);
    partition.gateways = {0};
    scenario.faults.push_back(partition);
    Run run(std::move(scenario));
    const Verdict verdict = run.to_the_end();
    CHECK(run.world.counters().segments_lost > 0);
    CHECK(verdict.ledgers.at(0).ledger.delivered >= verdict.sensors.acknowledged);
    CHECK(verdict.sensors.acknowledged > 200);
}

TEST_CASE("an actor that is absent finds in its session what came meanwhile") {
    Scenario scenario = small_plan(4, 0.0);
    FaultPlan absent = fault(FaultPlan::Kind::actor_absent, 2min, 3min);
    absent.actors = {0};
    FaultPlan still_opening = fault(FaultPlan::Kind::actor_absent, Duration(10ms), 10s);  // SYN+ACK has just come
    still_opening.actors = {0};
    scenario.faults = {absent, still_opening};
    Run run(std::move(scenario));
    run.world.run_until(Instant{} + 4min);
    CHECK(run.world.broker().queue_length("scada") > 0);
    const Verdict verdict = run.to_the_end();
    CHECK(run.world.broker().queue_length("scada") == 0);
    CHECK(verdict.sensors.acknowledged == 240);
    CHECK(verdict.ledgers.at(0).ledger.delivered == 240);
    CHECK(verdict.actors.at(0).connects == 2);
}

TEST_CASE("what this version cannot play is refused by the fault's name") {
    Scenario scenario = small_plan(1, 0.0);
    scenario.file = "day.json";
    scenario.faults.push_back(fault(FaultPlan::Kind::gateway_restart, 2min, 20s));
    Oracle oracle(scenario);
    try {
        World world(scenario, oracle);
        FAIL("it was not refused");
    } catch (const UnsupportedFault& error) {
        CHECK(error.what() ==
              std::string("day.json: fault \"F1\": the restart of a gateway is not available in this version"));
    }
}
