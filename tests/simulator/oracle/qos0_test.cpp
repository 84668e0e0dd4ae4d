#include "simulator/oracle/qos0.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/oracle/staged_run.hpp"

using namespace trunkline;
using namespace trunkline::sim;

namespace {

Scenario at_qos_0(int qos = 0) {
    Scenario scenario = staged_scenario();
    for (SensorPlan& sensor : scenario.sensors) sensor.qos = static_cast<std::int8_t>(qos);
    return scenario;
}

struct Qos0Run : StagedRun {
    explicit Qos0Run(Scenario plan = at_qos_0()) : StagedRun(std::move(plan)) {}

    void send(ReadingKey key, Duration when, int arrivals) {
        offer_and_send(key, when);
        oracle.left(key, at(when));
        for (int arrival = 0; arrival < arrivals; ++arrival) oracle.arrived(key, at(when + 100ms));
    }
    LossCause only_cause(Duration end = 11min) const {
        const Ledger row = ledger(finish(end), scada);
        CHECK(row.undelivered() == 1);
        CHECK(row.balances());
        for (std::size_t cause = 0; cause < loss_cause_count; ++cause) {
            if (row.causes[cause] != 0) return static_cast<LossCause>(cause);
        }
        return LossCause::unexplained;
    }
};

}  // namespace

TEST_CASE("[MQTT-4.3.1-1] planted: delivered twice, when the link delivered it once") {
    for (const int arrivals : {1, 2}) {
        Qos0Run run;
        run.send({first_sensor, 1}, 10s, arrivals);
        run.oracle.delivered(scada, {first_sensor, 1}, {}, Instant(11s));
        run.oracle.delivered(scada, {first_sensor, 1}, {}, Instant(12s));
        const Verdict verdict = run.finish();
        CHECK(verdict.passed() == (arrivals == 2));
        if (arrivals == 2) continue;
        REQUIRE(verdict.violations.size() == 1);
        CHECK(verdict.violations[0].promise == Violation::Promise::qos_0);
        CHECK(verdict.violations[0].text ==
              "reading 1 of PT@PS-1-1 (line/PT@PS-1-1) reached scada 2 times, last at 00:00:12.000, but the link "
              "delivered it 1 times: "
              "sent at 00:00:10.000 [MQTT-4.3.1-1] (seed 7)");
    }
}

TEST_CASE("planted: a third copy of two datagrams") {
    Qos0Run run(at_qos_0(-1));
    run.send({first_sensor, 1}, 10s, 2);
    for (int copy = 0; copy < 3; ++copy) run.oracle.delivered(scada, {first_sensor, 1}, {}, Instant(11s));
    CHECK(run.finish().violation_count == 1);
}

TEST_CASE("a QoS 0 reading that never arrives breaks no promise, and has its cause") {
    SUBCASE("the link lost it") {
        Qos0Run run;
        run.send({first_sensor, 1}, 10s, 0);
        run.send({second_sensor, 1}, 10s, 1);
        run.oracle.delivered(scada, {second_sensor, 1}, {}, Instant(11s));
        CHECK(run.only_cause() == LossCause::link_lost);
    }
    SUBCASE("its station was cut off") {
        Qos0Run run;
        run.oracle.arrived({second_sensor, 1}, Instant(1s));
        run.oracle.station_cut(first_sensor, Instant(5s));
        run.send({first_sensor, 1}, 10s, 0);
        CHECK(run.only_cause() == LossCause::station_down);
    }
    SUBCASE("the subscriber had a session, but no connection") {
        Qos0Run run;
        run.oracle.actor_lost(scada, Instant(5s));
        run.send({first_sensor, 1}, 10s, 1);
        CHECK(run.only_cause() == LossCause::subscriber_absent);
    }
    SUBCASE("the subscriber's connection ended before it came") {
        Qos0Run run;
        run.send({first_sensor, 1}, 10s, 1);
        run.oracle.actor_lost(scada, Instant(10s + 500ms));
        CHECK(run.only_cause() == LossCause::subscriber_absent);
    }
    SUBCASE("the broker went down with it") {
        Qos0Run run;
        run.send({first_sensor, 1}, 10s, 1);
        run.oracle.broker_down(Instant(11s));
        CHECK(run.only_cause() == LossCause::broker_away);
    }
    SUBCASE("the gateway no longer knew the sensor") {
        Qos0Run run;
        run.send({first_sensor, 1}, 10s, 1);
        run.oracle.sensor_lost(first_sensor, Instant(11s));
        CHECK(run.only_cause() == LossCause::connection_lost);
    }
    SUBCASE("it came when the gateway had given the sensor up, which heard of it much later") {
        for (const bool is_back : {false, true}) {
            Qos0Run run;
            run.oracle.supervised(first_sensor, Instant(1s));
            run.oracle.supervision_ended(first_sensor, SupervisionEnd::expired, Instant(5s));
            if (is_back) run.oracle.supervised(first_sensor, Instant(6s));
            run.send({first_sensor, 1}, 10s, 1);
            run.oracle.sensor_lost(first_sensor, Instant(8min));
            CHECK(run.only_cause() == (is_back ? LossCause::unexplained : LossCause::connection_lost));
        }
    }
    SUBCASE("the gateway's connection for the sensor turned out to have ended") {
        for (const Duration later : {Duration(2min), Duration(2min) - 1ns}) {
            Qos0Run run;
            run.send({first_sensor, 1}, 10s, 1);
            run.oracle.upstream_lost(first_sensor, Instant(10s + later));
            CHECK(run.only_cause() == (later == 2min ? LossCause::unexplained : LossCause::connection_lost));
        }
    }
    SUBCASE("the gateway's own connection turned out to have ended: QoS -1") {
        for (const Duration later : {Duration(2min), Duration(2min) - 1ns}) {
            Qos0Run run(at_qos_0(-1));
            run.scenario.gateways.resize(1);
            run.send({first_sensor, 1}, 10s, 1);
            run.oracle.own_upstream_lost(0, Instant(10s + later));
            CHECK(run.only_cause() == (later == 2min ? LossCause::unexplained : LossCause::connection_lost));
        }
    }
    SUBCASE("it was sent just before the end") {
        Qos0Run run;
        run.send({first_sensor, 1}, 10min, 1);
        CHECK(run.only_cause(10min + 30s - 1ns) == LossCause::run_ended);
    }
    SUBCASE("nothing is known of it: no promise is broken, but it is not attributed either") {
        Qos0Run run;
        run.send({first_sensor, 1}, 10s, 1);
        CHECK(run.only_cause() == LossCause::unexplained);
        CHECK(run.finish().passed());
    }
}

TEST_CASE("a QoS 0 reading that reaches a gateway without its connection has that as its cause") {
    for (const Duration later : {Duration(10s), upstream_returns}) {
        Scenario scenario = at_qos_0();
        scenario.gateways.resize(1);
        Qos0Run lost(scenario);
        lost.oracle.upstream_lost(first_sensor, Instant(1min));
        lost.send({first_sensor, 1}, 1min + later, 1);
        CHECK(lost.only_cause() == (later == Duration(10s) ? LossCause::connection_lost : LossCause::unexplained));
        Qos0Run parted(scenario);
        parted.oracle.partition_began(0, Instant(1min));
        parted.oracle.partition_ended(0, Instant(2min));
        parted.send({first_sensor, 1}, 2min + later + 1ns, 1);
        CHECK(parted.only_cause() == (later == Duration(10s) ? LossCause::partition : LossCause::unexplained));
    }
}

TEST_CASE("delivered QoS 0 readings are forgotten after a minute") {
    const Scenario scenario = at_qos_0();
    Books books(scenario, Instant{});
    SensorBook& book = books.sensors[first_sensor];
    OpenReading reading;
    reading.sequence = 1;
    reading.stage = OpenReading::Stage::left;
    reading.delivered_to = 1;
    book.open.push_back(reading);
    book.close_old(Instant(qos_0_memory));
    CHECK(book.open.size() == 1);
    book.close_old(Instant(qos_0_memory + 1ns));
    CHECK(book.open.empty());
}

TEST_CASE("readings of QoS 0 are offered, and nobody owes them an acknowledgement") {
    for (const int qos : {-1, 0, 1}) {
        Qos0Run run(at_qos_0(qos));
        run.oracle.offered({first_sensor, 1}, Instant(10s));
        const Verdict verdict = run.finish();
        CHECK(verdict.sensors.offered == 1);
        CHECK(verdict.sensors.to_acknowledge == (qos == 1 ? 1 : 0));
    }
}
