#include "simulator/oracle/qos2.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/oracle/staged_run.hpp"

using namespace trunkline;
using namespace trunkline::sim;

namespace {

Scenario at_qos_2() {
    Scenario scenario = staged_scenario();
    for (SensorPlan& sensor : scenario.sensors) sensor.qos = 2;
    for (ActorPlan& actor : scenario.actors) actor.subscriptions[0].qos = 2;
    return scenario;
}

}  // namespace

TEST_CASE("[MQTT-4.3.3-10] planted: a second copy, before or after the acknowledgement, breaks exactly once") {
    for (const bool acknowledged : {false, true}) {
        StagedRun run(at_qos_2());
        run.offer_and_send({first_sensor, 1}, 10s);
        run.oracle.delivered(scada, {first_sensor, 1}, {}, Instant(11s));
        if (acknowledged) run.acknowledge({first_sensor, 1}, 12s);
        run.oracle.delivered(scada, {first_sensor, 1}, {}, Instant(13s));
        if (!acknowledged) run.acknowledge({first_sensor, 1}, 14s);
        const Verdict verdict = run.finish();
        CHECK(!verdict.passed());
        REQUIRE(verdict.violations.size() == 1);
        CHECK(verdict.violations[0].promise == Violation::Promise::qos_2);
        CHECK(verdict.violations[0].text.find(
                  "reading 1 of PT@PS-1-1 (line/PT@PS-1-1) reached scada twice, at 00:00:11.000 and "
                  "at 00:00:13.000") == 0);
        CHECK(verdict.violations[0].text.find("(seed 7)") != std::string::npos);
    }
}

TEST_CASE("[MQTT-4.3.3-8] planted: acknowledged and never delivered breaks exactly once") {
    StagedRun run(at_qos_2());
    run.offer_and_send({first_sensor, 1}, 10s);
    run.acknowledge({first_sensor, 1}, 12s);
    const Verdict verdict = run.finish();
    REQUIRE(verdict.violations.size() == 1);
    CHECK(verdict.violations[0].promise == Violation::Promise::qos_2);
}

TEST_CASE("once is once") {
    StagedRun run(at_qos_2());
    run.succeed({first_sensor, 1}, 10s);
    run.succeed({first_sensor, 2}, 20s);
    CHECK(run.finish().passed());
}

TEST_CASE("a reading whose exchange was interrupted may begin a new one, and come again, also after it is complete") {
    StagedRun run(at_qos_2());
    run.offer_and_send({first_sensor, 1}, 10s);
    run.oracle.delivered(scada, {first_sensor, 1}, {}, Instant(11s));
    run.oracle.interrupted({first_sensor, 1}, Instant(12s));
    run.oracle.sent({first_sensor, 1}, Instant(20s));
    run.acknowledge({first_sensor, 1}, 21s);
    run.oracle.delivered(scada, {first_sensor, 1}, {}, Instant(22s));
    const Verdict verdict = run.finish();
    CHECK(verdict.passed());
    CHECK(StagedRun::ledger(verdict, scada).duplicates == 1);
}

TEST_CASE("exactly once ends where a subscription has a lower QoS, or two of them match") {
    for (const bool overlapping : {false, true}) {
        Scenario scenario = at_qos_2();
        if (overlapping) scenario.actors[scada].subscriptions.push_back({"line/+", 2});
        else scenario.actors[scada].subscriptions[0].qos = 1;
        StagedRun run(std::move(scenario));
        run.succeed({first_sensor, 1}, 10s);
        run.oracle.delivered(scada, {first_sensor, 1}, {}, Instant(13s));
        CHECK(run.finish().passed());
    }
}

TEST_CASE("a retained copy is no second delivery") {
    StagedRun run(at_qos_2());
    run.succeed({first_sensor, 1}, 10s);
    run.oracle.delivered(scada, {first_sensor, 1}, {.retain = true}, Instant(13s));
    CHECK(run.finish().passed());
}

TEST_CASE("a restart with an empty disk forgets what was received: afterwards nothing is promised") {
    StagedRun run(at_qos_2());
    run.succeed({first_sensor, 1}, 10s);
    run.oracle.gateway_down(0, Instant(12s));
    run.oracle.gateway_up(0, false, Instant(13s));
    run.oracle.delivered(scada, {first_sensor, 1}, {}, Instant(14s));
    CHECK(run.finish().passed());
}

TEST_CASE("a second copy is excused on a link where it may come after its MsgId is forgotten") {
    for (const Duration lag : {Duration(20s) - 1ns, Duration(20s)}) {
        Scenario scenario = at_qos_2();
        scenario.links[0].duplicate = 0.01;
        scenario.links[0].duplicate_lag = lag;
        StagedRun run(std::move(scenario));
        run.offer_and_send({first_sensor, 1}, 10s);
        run.oracle.delivered(scada, {first_sensor, 1}, {}, Instant(11s));
        run.acknowledge({first_sensor, 1}, 12s);
        run.oracle.delivered(scada, {first_sensor, 1}, {}, Instant(40s));
        CHECK(run.finish().passed() == (lag == 20s));
    }
}
