#include <doctest/doctest.h>

#include "simulator/world/gateway_host.hpp"
#include "tests/simulator/world/planned_run.hpp"
#include "tests/simulator/world/plans.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

FaultPlan gateway_down(Duration at, Duration length) {
    FaultPlan plan = planned_fault(FaultPlan::Kind::gateway_restart, at, length);
    plan.gateways = {0};
    return plan;
}

Scenario plan_with_wills(std::size_t sensors) {
    Scenario scenario = small_plan(sensors, 0.02);
    for (SensorPlan& sensor : scenario.sensors) {
        sensor.retry.limit = 5;
        sensor.will = WillPlan{.topic = sensor.topic + "/state", .payload = "lost", .qos = 1};
    }
    return scenario;
}

}  // namespace

TEST_CASE("a gateway that keeps its state: none of its sensors has to connect again, and no will fires") {
    for (const bool power_fails : {false, true}) {
        CAPTURE(power_fails);
        Scenario scenario = plan_with_wills(20);
        scenario.faults.push_back(gateway_down(4min, 5s));
        scenario.faults.back().lose_unsynced = power_fails;
        PlannedRun run(std::move(scenario));
        const Verdict verdict = run.to_the_end();
        CHECK(run.world.counters().gateway_restarts == 1);
        CHECK(verdict.sensors.connects == 20);
        CHECK(verdict.sensors.losses == 0);
        CHECK(verdict.actors.at(0).wills == 0);
        CHECK(run.world.gateway(0).sensor_count() == 20);
    }
}

TEST_CASE("a gateway that loses its state: its sensors find out, and connect again") {
    Scenario scenario = plan_with_wills(20);
    scenario.faults.push_back(gateway_down(4min, 5s));
    scenario.faults.back().lose_state = true;
    PlannedRun run(std::move(scenario));
    run.world.run_until(Instant{} + 4min + 1s);
    const Verdict verdict = run.to_the_end();
    CHECK(run.world.counters().gateway_restarts == 1);
    CHECK(verdict.sensors.connects >= 40);
    for (std::size_t sensor = 0; sensor < 20; ++sensor) CHECK(run.world.sensor(sensor).is_connected());
}

TEST_CASE("the broker away and the gateway restarted at the same time: all is as before afterwards") {
    Scenario scenario = plan_with_wills(10);
    scenario.faults.push_back(gateway_down(4min, 10s));
    scenario.faults.back().lose_unsynced = true;
    scenario.faults.push_back(planned_fault(FaultPlan::Kind::broker_restart, 4min + 5s, 10s));
    scenario.faults.back().lose_unsynced = true;
    PlannedRun run(std::move(scenario));
    run.to_the_end();
    for (std::size_t sensor = 0; sensor < 10; ++sensor) CHECK(run.world.sensor(sensor).is_connected());
}

TEST_CASE(
    "a gateway that is away for longer than its grace has the wills published in its place; a shorter time none") {
    for (const bool power_fails : {false, true}) {
        for (const bool is_long : {false, true}) {
            CAPTURE(power_fails);
            CAPTURE(is_long);
            Scenario scenario = plan_with_wills(10);
            scenario.faults.push_back(gateway_down(4min, is_long ? 70s : 50s));
            scenario.faults.back().lose_unsynced = power_fails;
            PlannedRun run(std::move(scenario));
            const Verdict verdict = run.to_the_end();
            CHECK(verdict.violation_count == 0);
            CHECK(verdict.actors.at(0).wills == (is_long ? 10 : 0));
            CHECK(run.world.gateway(0).counters().wills_published == 0);
        }
    }
}
