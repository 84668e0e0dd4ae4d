#include "simulator/oracle/oracle.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/oracle/staged_run.hpp"

using namespace trunkline;
using namespace trunkline::sim;

TEST_CASE("planted: a reading that was never offered breaks the promise of origin") {
    StagedRun run;
    run.succeed({first_sensor, 1}, 10s);
    run.oracle.delivered(scada, {first_sensor, 5}, {}, Instant(20s));
    const Verdict verdict = run.finish();
    CHECK(!verdict.passed());
    REQUIRE(verdict.violations.size() == 1);
    CHECK(verdict.violations[0].promise == Violation::Promise::origin);
    CHECK(verdict.violations[0].text ==
          "reading 5 of PT@PS-1-1 (line/PT@PS-1-1) reached scada at 00:00:20.000, but the sensor offered 1 readings "
          "only (seed 7)");
    CHECK(verdict.actors[scada].unexpected == 1);
}

TEST_CASE("planted: a reading at an actor that did not subscribe to it breaks the promise of origin") {
    StagedRun run;
    run.succeed({first_sensor, 1}, 10s);
    run.oracle.delivered(panel, {first_sensor, 1}, {}, Instant(11s));
    const Verdict verdict = run.finish();
    REQUIRE(verdict.violations.size() == 1);
    CHECK(verdict.violations[0].text ==
          "reading 1 of PT@PS-1-1 (line/PT@PS-1-1) reached panel at 00:00:11.000, but none of its subscriptions "
          "matches (seed 7)");
}

TEST_CASE("further copies are duplicates, before and after the acknowledgement") {
    StagedRun run;
    run.offer_and_send({first_sensor, 1}, 10s);
    run.oracle.delivered(scada, {first_sensor, 1}, {}, Instant(11s));
    run.oracle.delivered(scada, {first_sensor, 1}, {.dup = true}, Instant(12s));
    run.acknowledge({first_sensor, 1}, 13s);
    run.oracle.delivered(scada, {first_sensor, 1}, {.dup = true}, Instant(14s));
    const Verdict verdict = run.finish();
    CHECK(StagedRun::ledger(verdict, scada).delivered == 1);
    CHECK(StagedRun::ledger(verdict, scada).duplicates == 2);
    CHECK(verdict.actors[scada].deliveries == 3);
    CHECK(verdict.actors[scada].from_intended.count() == 1);
}

TEST_CASE("latency counts from when a reading was due and from its first sending") {
    StagedRun run;
    run.oracle.offered({first_sensor, 1}, Instant(10s));
    run.oracle.sent({first_sensor, 1}, Instant(13s));
    run.oracle.delivered(scada, {first_sensor, 1}, {}, Instant(14s));
    run.acknowledge({first_sensor, 1}, 15s);
    const Verdict verdict = run.finish();
    CHECK(verdict.actors[scada].from_intended.maximum() == 4s);
    CHECK(verdict.actors[scada].from_sent.maximum() == 1s);
}

TEST_CASE("readings of the warm-up are in no figure, but are held to the promise") {
    Scenario scenario = staged_scenario();
    scenario.warmup = 1min;
    StagedRun run(std::move(scenario));
    run.succeed({first_sensor, 1}, 50s);
    run.offer_and_send({first_sensor, 2}, 1min - 1ns);
    run.acknowledge({first_sensor, 2}, 1min + 1s);
    run.succeed({first_sensor, 3}, 1min);
    run.oracle.delivered(scada, {first_sensor, 1}, {.dup = true}, Instant(2min));
    const Verdict verdict = run.finish();
    CHECK(verdict.sensors.offered == 1);
    CHECK(verdict.sensors.acknowledged == 1);
    CHECK(verdict.sensors.transmissions == 1);
    CHECK(StagedRun::ledger(verdict, scada).offered == 1);
    CHECK(StagedRun::ledger(verdict, scada).duplicates == 0);
    CHECK(StagedRun::ledger(verdict, scada).balances());
    CHECK(verdict.actors[scada].from_intended.count() == 1);
    CHECK(verdict.violation_count == 1);
}

TEST_CASE("times count from the start that the oracle was given") {
    const Scenario scenario = staged_scenario();
    const Instant start(1000h);
    Oracle oracle(scenario, start);
    oracle.actor_connected(scada, false, start);
    oracle.actor_subscribed(scada, start);
    oracle.offered({first_sensor, 1}, start + 1s);
    oracle.sent({first_sensor, 1}, start + 1s);
    oracle.acknowledged({first_sensor, 1}, start + 2s);
    const Verdict verdict = oracle.finish(start + 11min);
    CHECK(verdict.ended_at == Instant(11min));
    REQUIRE(verdict.violations.size() == 1);
    CHECK(verdict.violations[0].at == Instant(2s));
}

TEST_CASE("progress counts first deliveries and connected sensors") {
    StagedRun run;
    run.oracle.sensor_connected(first_sensor, Instant(0s));
    run.oracle.sensor_connected(second_sensor, Instant(0s));
    run.oracle.sensor_lost(second_sensor, Instant(5s));
    run.oracle.sensor_lost(second_sensor, Instant(6s));  // could not connect again
    run.succeed({first_sensor, 1}, 10s);
    run.oracle.delivered(scada, {first_sensor, 1}, {.dup = true}, Instant(20s));
    const OracleProgress progress = run.oracle.progress();
    CHECK(progress.offered == 1);
    CHECK(progress.acknowledged == 1);
    CHECK(progress.deliveries == 1);
    CHECK(progress.sensors_connected == 1);
}
