#include "simulator/oracle/registrations.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/oracle/staged_run.hpp"

using namespace trunkline;
using namespace trunkline::sim;

namespace {

constexpr std::uint16_t topic_id = 7;

Scenario persistent() {
    Scenario scenario = staged_scenario();
    scenario.gateways.resize(1);
    scenario.sensors[first_sensor].clean_session = false;
    return scenario;
}

struct RegisteredRun : StagedRun {
    explicit RegisteredRun(Scenario plan = persistent()) : StagedRun(std::move(plan)) {
        oracle.sensor_connected(first_sensor, at(1s));
        oracle.registered(first_sensor, topic_id, at(2s));
    }
    void refuse(Duration when) { oracle.topic_id_refused(first_sensor, topic_id, at(when)); }
};

}  // namespace

TEST_CASE("MQTT-SN 1.2 §6.5 planted: a topic id that the gateway gave is unknown to it") {
    RegisteredRun run;
    run.offer_and_send({first_sensor, 1}, 20s);
    run.refuse(21s);
    run.oracle.delivered(scada, {first_sensor, 1}, {}, Instant(23s));
    run.acknowledge({first_sensor, 1}, 24s, 2);
    const Verdict verdict = run.finish();
    CHECK(!verdict.passed());
    REQUIRE(verdict.violations.size() == 1);
    CHECK(verdict.violations[0].promise == Violation::Promise::registration);
    CHECK(verdict.violations[0].sensor == first_sensor);
    CHECK(verdict.violations[0].sequence == 1);
    CHECK(verdict.violations[0].text ==
          "reading 1 of PT@PS-1-1 (line/PT@PS-1-1) was refused at 00:00:21.000: the gateway did not know topic id 7, "
          "which it had given at 00:00:02.000, and the session had not ended [MQTT-SN 1.2 §6.5] (seed 7)");
}

TEST_CASE("what a session remembers outlasts its connections") {
    RegisteredRun run;
    run.oracle.sensor_lost(first_sensor, Instant(60s));
    run.oracle.sensor_connected(first_sensor, Instant(70s));
    run.refuse(75s);
    CHECK(run.finish().violation_count == 1);
}

TEST_CASE("a refusal is no broken promise") {
    SUBCASE("of an id that the gateway did not give") {
        RegisteredRun run;
        run.oracle.topic_id_refused(first_sensor, topic_id + 1, Instant(20s));
        CHECK(run.finish().passed());
    }
    SUBCASE("of what was under way when it gave the id") {
        RegisteredRun run;
        run.refuse(2s + registration_grace - 1ns);
        CHECK(run.finish().passed());
    }
    SUBCASE("twice for one id: the sensor has heard of it") {
        RegisteredRun run;
        run.refuse(20s);
        run.refuse(21s);
        CHECK(run.finish().violation_count == 1);
    }
    SUBCASE("after a clean session began") {
        Scenario scenario = persistent();
        scenario.sensors[first_sensor].clean_session = true;
        RegisteredRun run(std::move(scenario));
        run.oracle.sensor_connected(first_sensor, Instant(60s));
        run.refuse(75s);
        CHECK(run.finish().passed());
    }
    SUBCASE("of what a clean sensor sent before it gave its connection up, and its next CONNECT overtook") {
        Scenario scenario = persistent();
        scenario.sensors[first_sensor].clean_session = true;
        RegisteredRun run(std::move(scenario));
        run.oracle.sensor_lost(first_sensor, Instant(60s));
        run.oracle.supervision_ended(first_sensor, SupervisionEnd::replaced, Instant(60s + 30ms));
        run.refuse(60s + 80ms);
        run.oracle.sensor_connected(first_sensor, Instant(60s + 90ms));
        CHECK(run.finish().passed());
    }
    SUBCASE("after the gateway gave a clean sensor up, which the sensor did not notice") {
        Scenario scenario = persistent();
        scenario.sensors[first_sensor].clean_session = true;
        RegisteredRun run(std::move(scenario));
        run.oracle.supervision_ended(first_sensor, SupervisionEnd::expired, Instant(60s));
        run.refuse(75s);
        CHECK(run.finish().passed());
    }
    SUBCASE("after the gateway lost its disk") {
        RegisteredRun run;
        run.oracle.gateway_down(0, Instant(30s));
        run.oracle.gateway_up(0, false, Instant(40s));
        run.refuse(60s);
        CHECK(run.finish().passed());
    }
}

TEST_CASE("planted: a gateway takes a copy of CONNECT for a new one") {
    Scenario scenario = persistent();
    scenario.sensors[first_sensor].clean_session = true;
    RegisteredRun run(std::move(scenario));
    run.oracle.supervision_ended(first_sensor, SupervisionEnd::replaced, Instant(15s));
    run.refuse(16s);
    CHECK(run.finish().violation_count == 1);
}

TEST_CASE("a gateway that gives a sensor up keeps the session that is to be kept") {
    RegisteredRun run;
    run.oracle.supervision_ended(first_sensor, SupervisionEnd::expired, Instant(60s));
    run.refuse(75s);
    CHECK(run.finish().violation_count == 1);
}

TEST_CASE("a restart that keeps the disk keeps registrations") {
    RegisteredRun run;
    run.oracle.gateway_down(0, Instant(30s));
    run.oracle.gateway_up(0, true, Instant(40s));
    run.refuse(60s);
    CHECK(run.finish().violation_count == 1);
}
