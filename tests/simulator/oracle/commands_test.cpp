#include "simulator/oracle/commands.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/oracle/staged_run.hpp"

using namespace trunkline;
using namespace trunkline::sim;

namespace {

Scenario with_commands() {
    Scenario scenario = staged_scenario();
    scenario.gateways.resize(1);
    scenario.sensors[first_sensor].commands = CommandsPlan{"line/set", 1};
    scenario.actors[scada].publications = {{"line/set", "measure", 1, false, 0s, 60s}};
    return scenario;
}

/// The first sensor listens, and scada publishes one command while it sleeps.
struct SleepingRun : StagedRun {
    explicit SleepingRun(Scenario plan = with_commands()) : StagedRun(std::move(plan)) {
        oracle.sensor_connected(first_sensor, at(1s));
        oracle.commands_subscribed(first_sensor, at(2s));
    }
    void command(Duration when) {
        oracle.command_sent(scada, 0, at(when));
        oracle.command_acknowledged(scada, 0, at(when + 1s));
    }
    /// PINGREQ, and PINGRESP a second later.
    void wake(Duration when) {
        oracle.messages_asked(first_sensor, at(when));
        oracle.nothing_waits(first_sensor, at(when + 1s));
    }
};

}  // namespace

TEST_CASE("MQTT-SN 1.2 §6.14 planted: PINGRESP comes before the command that waits") {
    SleepingRun run;
    run.command(200s);
    run.wake(300s);
    run.oracle.command_received(first_sensor, Instant(400s));
    const Verdict verdict = run.finish();
    CHECK(!verdict.passed());
    REQUIRE(verdict.violations.size() == 1);
    CHECK(verdict.violations[0].promise == Violation::Promise::pingresp);
    CHECK(verdict.violations[0].sensor == first_sensor);
    CHECK(
        verdict.violations[0].text ==
        "PINGRESP sent PT@PS-1-1 back to sleep at 00:05:01.000 without the command \"measure\" on line/set, which was "
        "acknowledged to scada at 00:03:21.000; PINGREQ had come at 00:05:00.000 [MQTT-SN 1.2 §6.14] (seed 7)");
}

TEST_CASE("a command that comes before PINGRESP keeps the promise, also before its own acknowledgement") {
    SleepingRun run;
    run.command(200s);
    run.oracle.messages_asked(first_sensor, Instant(300s));
    run.oracle.command_received(first_sensor, Instant(300s + 500ms));
    run.oracle.nothing_waits(first_sensor, Instant(301s));
    run.oracle.command_sent(scada, 0, Instant(400s));
    run.oracle.command_received(first_sensor, Instant(400s + 500ms));
    run.oracle.command_acknowledged(scada, 0, Instant(401s));
    run.wake(500s);
    CHECK(run.finish().passed());
}

TEST_CASE("PINGRESP without the command is nobody's fault") {
    SUBCASE("when the command was hardly acknowledged at PINGREQ") {
        SleepingRun run;
        run.command(299s - command_grace + 1ns);
        run.wake(300s);
        CHECK(run.finish().passed());
    }
    SUBCASE("as the answer to a PINGREQ that asks for nothing") {
        SleepingRun run;
        run.command(200s);
        run.oracle.nothing_waits(first_sensor, Instant(300s));
        CHECK(run.finish().passed());
    }
    SUBCASE("when the sensor had not subscribed yet, or not again") {
        SleepingRun run;
        run.oracle.sensor_connected(first_sensor, Instant(100s));
        run.command(200s);
        run.wake(300s);
        CHECK(run.finish().passed());
    }
    SUBCASE("when the broker has told of a drop on its way since it was sent") {
        for (const Duration after : {0s, 50s}) {
            SleepingRun run;
            run.oracle.command_sent(scada, 0, Instant(200s));
            run.oracle.command_dropped("line/set", Instant(200s + after));
            run.oracle.command_acknowledged(scada, 0, Instant(201s + after));
            run.wake(300s);
            CHECK(run.finish().passed());
        }
        for (const bool is_earlier : {false, true}) {
            SleepingRun run;
            run.oracle.command_dropped(is_earlier ? "line/set" : "line/other", Instant(is_earlier ? 199s : 200s));
            run.command(200s);
            run.wake(300s);
            CHECK(!run.finish().passed());
        }
    }
    SUBCASE("when the gateway's connection to the broker was lost") {
        SleepingRun run;
        run.command(200s);
        run.oracle.upstream_lost(first_sensor, Instant(250s));
        run.wake(300s);
        CHECK(run.finish().passed());
    }
    SUBCASE("when something on the way was away") {
        SleepingRun run;
        run.oracle.partition_began(0, Instant(150s));
        run.oracle.partition_ended(0, Instant(180s));
        run.command(200s);
        run.wake(300s);
        CHECK(run.finish().passed());
    }
    SUBCASE("at QoS 0") {
        Scenario scenario = with_commands();
        scenario.actors[scada].publications[0].qos = 0;
        SleepingRun run(std::move(scenario));
        run.command(200s);
        run.wake(300s);
        CHECK(run.finish().passed());
    }
}
