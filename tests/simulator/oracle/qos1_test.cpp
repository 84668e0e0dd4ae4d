#include "simulator/oracle/qos1.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/oracle/staged_run.hpp"

using namespace trunkline;
using namespace trunkline::sim;

TEST_CASE("[MQTT-4.3.2-4] planted: acknowledged and never delivered breaks the promise") {
    StagedRun run;
    run.succeed({first_sensor, 1}, 10s);
    run.offer_and_send({first_sensor, 2}, 20s);
    run.acknowledge({first_sensor, 2}, 35s, 2);
    const Verdict verdict = run.finish();
    CHECK(!verdict.passed());
    CHECK(verdict.violation_count == 1);
    REQUIRE(verdict.violations.size() == 1);
    const Violation& violation = verdict.violations[0];
    CHECK(violation.promise == Violation::Promise::qos_1);
    CHECK(violation.sensor == first_sensor);
    CHECK(violation.sequence == 2);
    CHECK(violation.actor == scada);
    CHECK(violation.at == Instant(35s));
    CHECK(violation.text ==
          "reading 2 of PT@PS-1-1 (line/PT@PS-1-1) was acknowledged at 00:00:35.000 and never reached scada "
          "[MQTT-4.3.2-4]: offered at "
          "00:00:20.000, first sent at 00:00:20.000, PUBLISH left 2 times (seed 7)");
    CHECK(StagedRun::ledger(verdict, scada).of(LossCause::unexplained) == 1);
}

TEST_CASE("acknowledged and delivered, in either order, keeps the promise") {
    StagedRun run;
    run.succeed({first_sensor, 1}, 10s);
    run.offer_and_send({first_sensor, 2}, 20s);
    run.acknowledge({first_sensor, 2}, 21s);
    run.oracle.delivered(scada, {first_sensor, 2}, {}, Instant(25s));
    CHECK(run.finish().passed());
}

TEST_CASE("each actor that is owed a reading has to get it") {
    StagedRun run;
    run.offer_and_send({second_sensor, 1}, 10s);
    run.oracle.delivered(scada, {second_sensor, 1}, {}, Instant(11s));
    run.acknowledge({second_sensor, 1}, 12s);
    const Verdict verdict = run.finish();
    REQUIRE(verdict.violations.size() == 1);
    CHECK(verdict.violations[0].actor == panel);
}

TEST_CASE("what was never acknowledged is owed to nobody") {
    StagedRun run;
    run.offer_and_send({first_sensor, 1}, 10s);
    run.give_up({first_sensor, 1}, 50s);
    const Verdict verdict = run.finish();
    CHECK(verdict.passed());
    CHECK(StagedRun::ledger(verdict, scada).of(LossCause::retries_exhausted) == 1);
}

TEST_CASE("acknowledged within the last 30 s may still be under way, before that it may not") {
    for (const bool late : {false, true}) {
        StagedRun run;
        run.offer_and_send({first_sensor, 1}, 10min);
        run.acknowledge({first_sensor, 1}, late ? 10min + 30s + 1ns : 10min + 30s);
        const Verdict verdict = run.finish(11min);
        CHECK(verdict.passed() == late);
        CHECK(StagedRun::ledger(verdict, scada).of(late ? LossCause::run_ended : LossCause::unexplained) == 1);
    }
}

TEST_CASE("an actor is owed what is sent after its SUBACK, not what was sent before") {
    Scenario scenario = staged_scenario();
    Oracle oracle(scenario);
    oracle.actor_connected(scada, false, Instant(0s));
    oracle.offered({first_sensor, 1}, Instant(1s));
    oracle.sent({first_sensor, 1}, Instant(1s));
    oracle.acknowledged({first_sensor, 1}, Instant(2s));
    oracle.actor_subscribed(scada, Instant(3s));
    oracle.offered({first_sensor, 2}, Instant(4s));
    oracle.sent({first_sensor, 2}, Instant(4s));
    oracle.acknowledged({first_sensor, 2}, Instant(5s));
    const Verdict verdict = oracle.finish(Instant(11min));
    const Ledger ledger = StagedRun::ledger(verdict, scada);
    CHECK(ledger.of(LossCause::subscriber_absent) == 1);
    CHECK(ledger.of(LossCause::unexplained) == 1);
    REQUIRE(verdict.violations.size() == 1);
    CHECK(verdict.violations[0].sequence == 2);
}

TEST_CASE("a session that ends with its connection excuses what was under way") {
    StagedRun run;
    run.offer_and_send({second_sensor, 1}, 10s);
    run.oracle.delivered(scada, {second_sensor, 1}, {}, Instant(11s));
    run.acknowledge({second_sensor, 1}, 12s);
    run.oracle.actor_lost(panel, Instant(13s));
    const Verdict verdict = run.finish();
    CHECK(verdict.passed());
    CHECK(StagedRun::ledger(verdict, panel).of(LossCause::subscriber_absent) == 1);
}

TEST_CASE("a session that outlives its connection excuses nothing, once the actor is back for 30 s") {
    for (const bool had_time : {false, true}) {
        StagedRun run;
        run.oracle.actor_lost(scada, Instant(5s));
        run.offer_and_send({first_sensor, 1}, 10s);
        run.acknowledge({first_sensor, 1}, 12s);
        run.oracle.actor_connected(scada, true, Instant(1min));
        const Verdict verdict = run.finish(1min + 30s - (had_time ? 0ns : 1ns));
        CHECK(verdict.violation_count == (had_time ? 1 : 0));
        CHECK(StagedRun::ledger(verdict, scada).of(LossCause::run_ended) == (had_time ? 0 : 1));
    }
}

TEST_CASE("what waits for an actor that is away when the run ends has not been lost") {
    StagedRun run;
    run.oracle.actor_lost(scada, Instant(5s));
    run.offer_and_send({first_sensor, 1}, 10s);
    run.acknowledge({first_sensor, 1}, 12s);
    const Verdict verdict = run.finish();
    CHECK(verdict.passed());
    CHECK(StagedRun::ledger(verdict, scada).of(LossCause::run_ended) == 1);
}

TEST_CASE("a server that forgets a session too early is not excused; after the expiry it is") {
    for (const bool expired : {false, true}) {
        StagedRun run;
        run.offer_and_send({first_sensor, 1}, 10s);
        run.acknowledge({first_sensor, 1}, 12s);
        run.oracle.actor_lost(scada, Instant(13s));
        run.oracle.actor_connected(scada, false, Instant(13s + (expired ? 1h : 1h - 1ns)));
        const Verdict verdict = run.finish(2h);
        CHECK(verdict.passed() == expired);
    }
}
