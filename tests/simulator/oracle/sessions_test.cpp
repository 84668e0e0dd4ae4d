#include "simulator/oracle/sessions.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/oracle/staged_run.hpp"

using namespace trunkline;
using namespace trunkline::sim;

namespace {

constexpr Duration margin = 90s + 30s;  // of a Keep Alive of a minute

/// scada's connection ends at the first second, and it comes back after `away`.
Verdict return_after(Duration away, bool session_present, Scenario scenario = staged_scenario(),
                     unsigned attempts = 1) {
    StagedRun run(std::move(scenario));
    run.oracle.actor_lost(scada, Instant(1s));
    for (unsigned attempt = 0; attempt < attempts; ++attempt) run.oracle.actor_attempts(scada, Instant(1s + away));
    run.oracle.actor_connected(scada, session_present, Instant(1s + away));
    return run.finish(1s + away + 1min);
}

}  // namespace

TEST_CASE("[MQTT-3.2.2-3] planted: a session is forgotten") {
    const Verdict verdict = return_after(1h - margin - 1ns, false);
    CHECK(!verdict.passed());
    REQUIRE(verdict.violations.size() == 1);
    CHECK(verdict.violations[0].promise == Violation::Promise::session);
    CHECK(verdict.violations[0].sensor == no_sensor);
    CHECK(verdict.violations[0].actor == scada);
    CHECK(verdict.violations[0].text.find("scada connected at ") == 0);
    CHECK(verdict.violations[0].text.find("its connection ended at 00:00:01.000, its expiry is 1h") !=
          std::string::npos);
}

TEST_CASE("[MQTT-3.2.2-3] planted: a session is resurrected after its expiry") {
    CHECK(return_after(1h + margin + 1ns, true).violation_count == 1);
}

TEST_CASE("within its expiry a session is present, after it is gone, and close to it both are right") {
    CHECK(return_after(1h - margin - 1ns, true).passed());
    CHECK(return_after(1h - margin, false).passed());
    CHECK(return_after(1h, true).passed());
    CHECK(return_after(1h + margin, true).passed());
    CHECK(return_after(1h + margin + 1ns, false).passed());
}

TEST_CASE("an earlier CONNECT whose answer was lost may have begun the session that is present") {
    CHECK(return_after(3h, true, staged_scenario(), 2).passed());
}

TEST_CASE("[MQTT-3.2.2-2] planted: a clean start finds a session") {
    Scenario scenario = staged_scenario();
    scenario.actors[scada].clean_session = true;
    scenario.actors[scada].session_expiry = 0s;
    CHECK(return_after(1min, true, scenario).violation_count == 1);
    CHECK(return_after(1min, false, scenario).passed());
}

TEST_CASE("3.1.1 [MQTT-3.1.2-4] a session that is not clean does not expire") {
    Scenario scenario = staged_scenario();
    scenario.actors[scada].is_mqtt_5 = false;
    scenario.actors[scada].session_expiry = 0s;
    CHECK(return_after(24h, true, scenario).passed());
    CHECK(return_after(24h, false, scenario).violation_count == 1);
}

TEST_CASE("planted: a session for somebody who never had one") {
    const Scenario scenario = staged_scenario();
    Oracle oracle(scenario);
    oracle.actor_attempts(scada, Instant(0s));
    oracle.actor_connected(scada, true, Instant(0s));
    CHECK(oracle.finish(Instant(1min)).violation_count == 1);
}

TEST_CASE("[MQTT-3.1.2-4] Clean Start is for the first connection of a session that outlives it") {
    Scenario scenario = staged_scenario();
    scenario.actors[scada].clean_session = true;
    CHECK(return_after(1min, true, scenario).passed());
    CHECK(return_after(1min, false, scenario).violation_count == 1);
}

TEST_CASE("a session that ends with its connection lives until the server notices the end") {
    Scenario scenario = staged_scenario();
    scenario.actors[scada].session_expiry = 0s;
    CHECK(return_after(margin, true, scenario).passed());
    CHECK(return_after(margin, false, scenario).passed());
    CHECK(return_after(margin + 1ns, false, scenario).passed());
    CHECK(return_after(margin + 1ns, true, scenario).violation_count == 1);
}

TEST_CASE("[MQTT-3.2.2-3] planted: an RTU's session is forgotten, or outlives its expiry") {
    const auto return_of_rtu = [](Duration away, bool session_present, unsigned attempts = 1) {
        Scenario scenario = staged_scenario();
        SensorPlan& rtu = scenario.sensors[first_sensor];
        rtu.protocol = DeviceProtocol::mqtt5;
        rtu.clean_session = false;
        rtu.session_expiry = 1h;
        StagedRun run(std::move(scenario));
        run.oracle.session_asked(first_sensor, Instant(0s));
        run.oracle.session_answered(first_sensor, false, Instant(0s));
        run.oracle.sensor_connected(first_sensor, Instant(0s));
        run.oracle.sensor_lost(first_sensor, Instant(1s));
        for (unsigned attempt = 0; attempt < attempts; ++attempt)
            run.oracle.session_asked(first_sensor, Instant(1s + away));
        run.oracle.session_answered(first_sensor, session_present, Instant(1s + away));
        return run.finish(1s + away + 1min);
    };
    const Verdict forgotten = return_of_rtu(1h - margin - 1ns, false);
    REQUIRE(forgotten.violations.size() == 1);
    CHECK(forgotten.violations[0].promise == Violation::Promise::session);
    CHECK(forgotten.violations[0].sensor == first_sensor);
    CHECK(forgotten.violations[0].actor == no_actor);
    CHECK(forgotten.violations[0].text.find("PT@PS-1-1 connected at ") == 0);
    CHECK(return_of_rtu(1h - margin - 1ns, true).passed());
    CHECK(return_of_rtu(1h - margin, false).passed());
    CHECK(return_of_rtu(1h + margin, true).passed());
    CHECK(return_of_rtu(1h + margin + 1ns, true).violation_count == 1);
    CHECK(return_of_rtu(1h + margin + 1ns, true, 2).passed());
}

TEST_CASE("a broker's restart may begin the expiry anew") {
    StagedRun run;
    run.oracle.actor_lost(scada, Instant(1s));
    run.oracle.broker_down(Instant(30min));
    run.oracle.broker_up(true, Instant(31min));
    run.oracle.actor_connected(scada, true, Instant(80min));
    CHECK(run.finish(90min).passed());
}

TEST_CASE("a broker that lost its disk owes no session") {
    StagedRun run;
    run.oracle.actor_lost(scada, Instant(1s));
    run.oracle.broker_down(Instant(1s));
    run.oracle.broker_up(false, Instant(5s));
    run.oracle.actor_connected(scada, false, Instant(6s));
    CHECK(run.finish().passed());
}
