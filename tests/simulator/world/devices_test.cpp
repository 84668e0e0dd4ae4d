// Every kind of device and habit, in a world whose links lose nothing unless a test says so.

#include <doctest/doctest.h>

#include "simulator/world/world.hpp"
#include "tests/simulator/world/planned_run.hpp"
#include "tests/simulator/world/plans.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

/// Ten devices of a kind; the observer takes everything at QoS 2.
Scenario ten(const SensorPlan& habits, double loss = 0.0) {
    Scenario scenario = small_plan(10, loss);
    scenario.actors[0].subscriptions[0].qos = 2;
    for (std::size_t at = 0; at < scenario.sensors.size(); ++at) {
        SensorPlan plan = habits;
        const SensorPlan& planned = scenario.sensors[at];
        plan.id = planned.id;
        plan.group = planned.group;
        plan.station = planned.station;
        plan.field_link = planned.field_link;
        plan.topic = plan.topic_kind == TopicKind::short_name ? "p" + std::to_string(at) : planned.topic;
        plan.predefined_id = static_cast<std::uint16_t>(17 + at);
        plan.sample = planned.sample;
        plan.retry = planned.retry;
        plan.store_messages = planned.store_messages;
        scenario.sensors[at] = plan;
    }
    if (habits.topic_kind == TopicKind::short_name) scenario.actors[0].subscriptions[0].filter = "#";
    return scenario;
}

void check_that_all_arrived(const Verdict& verdict) {
    CHECK(verdict.violation_count == 0);
    for (const Violation& violation : verdict.violations) MESSAGE(violation.text);
    CHECK(verdict.sensors.offered == 600);
    REQUIRE(verdict.ledgers.size() == 1);
    CHECK(verdict.ledgers[0].ledger.delivered == 600);
}

}  // namespace

TEST_CASE("readings of QoS 0, 1 and 2 and of every topic kind go through gateway and broker") {
    for (const int qos : {0, 1, 2}) {
        for (const TopicKind kind : {TopicKind::registered, TopicKind::predefined, TopicKind::short_name}) {
            CAPTURE(qos);
            CAPTURE(kind);
            SensorPlan habits;
            habits.qos = static_cast<std::int8_t>(qos);
            habits.topic_kind = kind;
            PlannedRun run(ten(habits));
            check_that_all_arrived(run.to_the_end());
        }
    }
}

TEST_CASE("readings of QoS -1 arrive without any connection of the sensors") {
    for (const TopicKind kind : {TopicKind::predefined, TopicKind::short_name}) {
        SensorPlan habits;
        habits.qos = -1;
        habits.topic_kind = kind;
        PlannedRun run(ten(habits));
        check_that_all_arrived(run.to_the_end());
        CHECK(!run.world.sensor(0).is_connected());
    }
}

TEST_CASE("[MQTT-3.1.4-3] gateways' own connections do not throw each other out") {
    SensorPlan habits;
    habits.qos = -1;
    habits.topic_kind = TopicKind::predefined;
    Scenario scenario = ten(habits);
    scenario.gateways.push_back({.id = "gw-2", .broker_link = 0});
    for (std::size_t sensor = 0; sensor < scenario.sensors.size(); ++sensor)
        scenario.sensors[sensor].gateway = sensor % 2;
    PlannedRun run(std::move(scenario));
    check_that_all_arrived(run.to_the_end());
    CHECK(run.world.counters().streams_opened == 3);  // theirs, and the actor's
}

TEST_CASE("RTUs publish straight to the broker at every QoS") {
    for (const DeviceProtocol protocol : {DeviceProtocol::mqtt, DeviceProtocol::mqtt5}) {
        for (const int qos : {0, 1, 2}) {
            CAPTURE(qos);
            SensorPlan habits;
            habits.protocol = protocol;
            habits.qos = static_cast<std::int8_t>(qos);
            PlannedRun run(ten(habits));
            check_that_all_arrived(run.to_the_end());
        }
    }
}

TEST_CASE("over a lossy link RTUs lose nothing that is acknowledged, and QoS 2 comes once") {
    SensorPlan habits;
    habits.protocol = DeviceProtocol::mqtt5;
    habits.clean_session = false;
    habits.session_expiry = 1h;
    habits.qos = 2;
    PlannedRun run(ten(habits, 0.3));
    const Verdict verdict = run.to_the_end();
    CHECK(verdict.violation_count == 0);
    for (const Violation& violation : verdict.violations) MESSAGE(violation.text);
    CHECK(verdict.sensors.acknowledged > 400);
}

TEST_CASE("over a lossy link sensors of QoS 2 lose nothing that is acknowledged, and nothing comes twice") {
    for (const bool clean_session : {false, true}) {
        CAPTURE(clean_session);
        SensorPlan habits;
        habits.clean_session = clean_session;
        habits.qos = 2;
        PlannedRun run(ten(habits, 0.2));
        const Verdict verdict = run.to_the_end();
        CHECK(verdict.violation_count == 0);
        for (const Violation& violation : verdict.violations) MESSAGE(violation.text);
        CHECK(verdict.sensors.acknowledged > 400);
    }
}

TEST_CASE("a sleeper's readings all arrive, each time it wakes") {
    SensorPlan habits;
    habits.sleep = SleepPlan{.asleep = 60s, .awake = 2s};
    habits.clean_session = false;
    PlannedRun run(ten(habits));
    const Verdict verdict = run.to_the_end();
    CHECK(verdict.violation_count == 0);
    for (const Violation& violation : verdict.violations) MESSAGE(violation.text);
    CHECK(verdict.sensors.offered == 600);
    CHECK(verdict.ledgers.at(0).ledger.delivered > 560);  // what is measured at the very end may wait on
}

TEST_CASE("commands of an actor are nobody's surprise, whoever hears them") {
    Scenario scenario = small_plan(3, 0.0);
    scenario.signals[0] = {.id = "valve", .unit = "%", .model = SignalModel::actuator, .travel = 20s};
    for (SensorPlan& sensor : scenario.sensors) sensor.commands = CommandsPlan{.topic = "nl/cmd", .qos = 1};
    scenario.sensors[1].sleep = SleepPlan{.asleep = 60s, .awake = 2s};
    scenario.sensors[2].protocol = DeviceProtocol::mqtt5;
    scenario.actors[0].publications = {{.topic = "nl/cmd", .payload = "close", .qos = 1, .at = 5min, .every = 2min}};
    PlannedRun run(std::move(scenario));
    const Verdict verdict = run.to_the_end();
    CHECK(verdict.violation_count == 0);
    for (const Violation& violation : verdict.violations) MESSAGE(violation.text);
    CHECK(verdict.ledgers.at(0).ledger.delivered > 170);
}
