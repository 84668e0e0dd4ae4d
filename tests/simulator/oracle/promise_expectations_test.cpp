// Expectations that build on single promises: for each, a run that keeps it and one that does not.

#include <doctest/doctest.h>

#include "simulator/oracle/expectations.hpp"
#include "tests/simulator/oracle/staged_run.hpp"

using namespace trunkline;
using namespace trunkline::sim;

namespace {

using Kind = ExpectationPlan::Kind;

/// Expects one thing of both sensors and scada; a fault lasts from the second to the fourth minute.
Scenario expecting(
    Kind kind, void (*change)(ExpectationPlan&) = [](ExpectationPlan&) {}) {
    Scenario scenario = staged_scenario();
    scenario.actors.pop_back();
    scenario.gateways.resize(1);
    FaultPlan fault;
    fault.id = "F1";
    fault.at = 2min;
    fault.length = 2min;
    scenario.faults = {fault};
    ExpectationPlan plan;
    plan.id = "E";
    plan.kind = kind;
    plan.sensors = {first_sensor, second_sensor};
    plan.actor = scada;
    plan.fault = 0;
    change(plan);
    scenario.expectations = {plan};
    return scenario;
}

bool holds(const StagedRun& run) { return run.finish().expectations.at(0).holds(); }

}  // namespace

TEST_CASE("nothing delivered holds neither exactly-once nor ordered") {
    for (const Kind kind : {Kind::exactly_once, Kind::ordered}) {
        StagedRun run(expecting(kind));
        CHECK(!holds(run));
        run.succeed({first_sensor, 1}, 10s);
        CHECK(holds(run));
    }
}

TEST_CASE("exactly-once counts what came twice") {
    Scenario scenario = expecting(Kind::exactly_once);
    for (SensorPlan& sensor : scenario.sensors) sensor.qos = 2;
    scenario.actors[scada].subscriptions[0].qos = 2;
    StagedRun run(std::move(scenario));
    run.succeed({first_sensor, 1}, 10s);
    run.oracle.delivered(scada, {first_sensor, 1}, {}, Instant(20s));
    CHECK(measure(run.finish(), "broken").measured == 1.0);
    CHECK(!holds(run));
}

TEST_CASE("ordered counts first deliveries behind their time") {
    StagedRun run(expecting(Kind::ordered));
    for (const std::uint64_t sequence : {1u, 2u}) {
        run.offer_and_send({first_sensor, sequence}, 10s * sequence);
        run.acknowledge({first_sensor, sequence}, 10s * sequence + 1s);
    }
    run.oracle.delivered(scada, {first_sensor, 2}, {}, Instant(30s));
    run.oracle.delivered(scada, {first_sensor, 1}, {}, Instant(31s));
    CHECK(!holds(run));
}

TEST_CASE("retained holds when retained messages came, and none was stale") {
    Scenario scenario = expecting(Kind::retained);
    for (SensorPlan& sensor : scenario.sensors) sensor.retain = true;
    StagedRun run(std::move(scenario));
    run.succeed({first_sensor, 1}, 10s);
    run.succeed({first_sensor, 2}, 20s);
    run.oracle.actor_lost(scada, Instant(1min));
    run.oracle.actor_connected(scada, false, Instant(3h));
    CHECK(!holds(run));
    run.oracle.delivered(scada, {first_sensor, 2}, {.retain = true}, Instant(3h));
    CHECK(holds(run));
    run.oracle.delivered(scada, {first_sensor, 1}, {.retain = true}, Instant(3h));
    CHECK(!holds(run));
}

TEST_CASE("attributed: the share of undelivered readings whose cause is known") {
    StagedRun run(expecting(Kind::attributed, [](ExpectationPlan& plan) { plan.share = 0.5; }));
    run.succeed({first_sensor, 1}, 10s);
    run.offer_and_send({first_sensor, 2}, 20s);
    run.acknowledge({first_sensor, 2}, 21s);
    CHECK(!holds(run));
    run.offer_and_send({first_sensor, 3}, 30s);
    run.give_up({first_sensor, 3}, 70s);
    CHECK(measure(run.finish(), "undelivered").measured == 0.5);
    CHECK(holds(run));
}

TEST_CASE("will: each sensor's one, in the fault's time and within its limit") {
    Scenario scenario = expecting(Kind::will, [](ExpectationPlan& plan) { plan.within = 100s; });
    for (SensorPlan& sensor : scenario.sensors) sensor.will = WillPlan{sensor.topic + "/state", "off", 1, false, {}};
    for (const Duration second_at : {Duration(220s), Duration(220s + 1ns)}) {
        StagedRun run(scenario);
        const auto lose = [&](std::size_t sensor, Duration when) {
            run.oracle.supervised(sensor, Instant(1min));
            run.oracle.supervision_ended(sensor, SupervisionEnd::expired, Instant(when - 1s));
            run.oracle.other_message(scada, run.scenario.sensors[sensor].will->topic, "off", {}, Instant(when));
        };
        lose(first_sensor, 130s);
        CHECK(!holds(run));
        lose(second_sensor, second_at);
        CHECK(measure(run.finish(), "fired_once").holds);
        CHECK(holds(run) == (second_at == 220s));
    }
    scenario.expectations[0].fires = ExpectationPlan::Fires::never;
    CHECK(holds(StagedRun(scenario)));
}

TEST_CASE("session: the first return after the fault began decides") {
    for (const bool present : {true, false}) {
        StagedRun run(expecting(Kind::session));
        CHECK(!holds(run));  // it has not come back at all
        run.oracle.actor_lost(scada, Instant(1min));
        run.oracle.actor_connected(scada, !present, Instant(1min + 30s));
        run.oracle.actor_lost(scada, Instant(2min));
        run.oracle.actor_connected(scada, present, Instant(3min));
        CHECK(holds(run) == present);
    }
}

TEST_CASE("queue: the most that waited while the fault lasted") {
    StagedRun run(expecting(Kind::queue, [](ExpectationPlan& plan) { plan.at_most = 1; }));
    const auto wait = [&](std::uint64_t sequence, Duration when) {
        run.offer_and_send({first_sensor, sequence}, when);
        run.acknowledge({first_sensor, sequence}, when);
    };
    const auto arrive = [&](std::uint64_t sequence, Duration when) {
        run.oracle.delivered(scada, {first_sensor, sequence}, {}, Instant(when));
    };
    wait(1, 1min);
    wait(2, 2min - 1ns);  // two, but before it
    arrive(1, 2min - 1ns);
    arrive(2, 2min - 1ns);
    wait(3, 2min);
    CHECK(holds(run));
    wait(4, 4min);
    CHECK(measure(run.finish(), "messages").measured == 2.0);
    CHECK(!holds(run));
}

TEST_CASE("recovery: the last moment below the share, counted from the fault's end") {
    for (const Duration back : {Duration(5min - 1ns), Duration(5min)}) {
        StagedRun run(expecting(Kind::recovery, [](ExpectationPlan& plan) { plan.within = 1min; }));
        run.oracle.sensor_connected(first_sensor, Instant(1s));
        run.oracle.sensor_connected(second_sensor, Instant(1s));
        run.oracle.sensor_lost(second_sensor, Instant(3min));
        run.oracle.sensor_connected(second_sensor, Instant(back));
        CHECK(holds(run) == (back < 5min));
    }
}

TEST_CASE("recovery: what is lost after the time was up is no part of it") {
    StagedRun run(expecting(Kind::recovery, [](ExpectationPlan& plan) { plan.within = 1min; }));
    run.oracle.sensor_connected(first_sensor, Instant(1s));
    run.oracle.sensor_connected(second_sensor, Instant(1s));
    const Duration up = run.scenario.faults[0].ends() + 1min;
    run.oracle.sensor_lost(first_sensor, Instant(up + 30s));
    run.oracle.sensor_connected(first_sensor, Instant(up + 40s));
    CHECK(measure(run.finish(), "recovered_s").measured == 0.0);
}

TEST_CASE("recovery: connected at the fault's end is recovered at once, lost soon after it is not") {
    StagedRun run(expecting(Kind::recovery, [](ExpectationPlan& plan) { plan.within = 1min; }));
    run.oracle.sensor_connected(first_sensor, Instant(1s));
    run.oracle.sensor_connected(second_sensor, Instant(1s));
    CHECK(measure(run.finish(), "recovered_s").measured == 0.0);
    CHECK(holds(run));
    run.oracle.sensor_lost(first_sensor, Instant(4min + 59s));
    CHECK(!holds(run));
}

TEST_CASE("latency: the clock, and only the healthy time where the scenario says so") {
    for (const bool healthy_only : {false, true}) {
        Scenario scenario = expecting(Kind::latency);
        scenario.expectations[0].percentiles = {{"p99", 99'000, 3s}};
        if (healthy_only) scenario.expectations[0].span = ExpectationPlan::Span::healthy;
        StagedRun run(std::move(scenario));
        CHECK(!holds(run));
        run.succeed({first_sensor, 1}, 10s);
        run.offer_and_send({first_sensor, 2}, 4min + settling_time - 1ns);  // troubled still
        run.oracle.delivered(scada, {first_sensor, 2}, {}, Instant(8min));
        CHECK(holds(run) == healthy_only);
        CHECK(run.finish().expectations.at(0).readings == (healthy_only ? 1 : 2));
    }
}

TEST_CASE("always: as sometimes; never: none of the events has happened") {
    StagedRun always(
        expecting(Kind::always, [](ExpectationPlan& plan) { plan.events = {NamedEvent::broker_restarted}; }));
    StagedRun never(expecting(Kind::never, [](ExpectationPlan& plan) {
        plan.events = {NamedEvent::publish_repeated, NamedEvent::broker_restarted};
    }));
    CHECK(!holds(always));
    CHECK(holds(never));
    for (StagedRun* run : {&always, &never}) {
        run->oracle.broker_down(Instant(1min));
        run->oracle.broker_up(true, Instant(2min));
    }
    CHECK(holds(always));
    CHECK(!holds(never));
}

TEST_CASE("sometimes: each of the events has to have happened") {
    StagedRun run(expecting(Kind::sometimes, [](ExpectationPlan& plan) {
        plan.events = {NamedEvent::publish_repeated, NamedEvent::broker_restarted};
    }));
    run.offer_and_send({first_sensor, 1}, 10s);
    run.acknowledge({first_sensor, 1}, 30s, 2);
    CHECK(!holds(run));
    run.oracle.broker_down(Instant(1min));
    run.oracle.broker_up(true, Instant(2min));
    CHECK(holds(run));
}
