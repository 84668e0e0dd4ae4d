#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "simulator/scenario/document.hpp"
#include "simulator/scenario/draft.hpp"
#include "simulator/scenario/scenario_error.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;
using namespace trunkline::sim::reading;

namespace {

/// Two sensors (QoS 2 and retained; QoS 1 with a will), two actors, one fault from 10 to 15 minutes of an hour.
struct DraftOfExpectations {
    DraftOfExpectations() {
        draft.plan.run = 1h;
        draft.plan.links.resize(1);
        add(draft.sensor_names, "VALVE");
        add(draft.sensor_names, "PUMP");
        SensorPlan sensor;
        sensor.id = "VALVE";
        sensor.topic = "line/valve";
        sensor.qos = 2;
        sensor.retain = true;
        draft.plan.sensors.push_back(sensor);
        sensor = SensorPlan();
        sensor.id = "PUMP";
        sensor.topic = "line/pump";
        sensor.will = WillPlan{"state/pump", "offline", 1, true, {}};
        draft.plan.sensors.push_back(sensor);
        add(draft.actor_names, "scada");
        add(draft.actor_names, "panel");
        ActorPlan actor;
        actor.id = "scada";
        actor.subscriptions = {{"line/#", 2}, {"state/+", 1}};
        draft.plan.actors.push_back(actor);
        actor.id = "panel";
        actor.subscriptions = {{"line/+", 1}};
        draft.plan.actors.push_back(actor);
        add(draft.fault_names, "F1");
        FaultPlan fault;
        fault.id = "F1";
        fault.at = 10min;
        fault.length = 5min;
        draft.plan.faults.push_back(fault);
    }
    static void add(Names& names, const std::string& id) {
        const Node node = parse_document('"' + id + '"', "f.json");
        const Source source{"f.json", nullptr};
        names.add(Field(source, node, ""), id);
    }
    ExpectationPlan read(const std::string& members) {
        const Node node = parse_document("[{\"id\": \"E\", " + members + "}]", "f.json");
        const Source source{"f.json", nullptr};
        read_expectations(Field(source, node, ""), draft);
        return draft.plan.expectations.back();
    }
    std::string refusal(const std::string& members) {
        try {
            read(members);
        } catch (const ScenarioError& error) {
            return error.what();
        }
        return "accepted";
    }

    Draft draft;
};

}  // namespace

TEST_CASE("exactly-once wants QoS 2 on both sides") {
    CHECK(DraftOfExpectations().read(R"("kind": "exactly-once", "of": "sensor:VALVE", "to": "actor:scada")").kind ==
          ExpectationPlan::Kind::exactly_once);
    CHECK(DraftOfExpectations().refusal(R"("kind": "exactly-once", "of": "sensor:*", "to": "actor:scada")") ==
          R"(f.json:1: /0/of: sensors of qos 2 are wanted; "PUMP" has 1)");
    CHECK(DraftOfExpectations().refusal(R"("kind": "exactly-once", "of": "sensor:VALVE", "to": "actor:panel")") ==
          R"(f.json:1: /0/to: an actor that subscribes to "line/valve" with qos 2 is wanted)");
}

TEST_CASE("ordered is per publisher, topic and QoS, and for QoS 1 and 2") {
    DraftOfExpectations file;
    CHECK(
        file.read(R"("kind": "ordered", "of": "sensor:*", "to": "actor:panel", "per": "publisher+topic+qos")").actor ==
        1);
    DraftOfExpectations at_qos_0;
    at_qos_0.draft.plan.sensors[1].qos = 0;
    CHECK(at_qos_0.refusal(R"("kind": "ordered", "of": "sensor:*", "to": "actor:panel")") ==
          R"(f.json:1: /0/of: sensors of qos 1 or 2 are wanted; "PUMP" has 0)");
    CHECK(
        DraftOfExpectations().refusal(R"("kind": "ordered", "of": "sensor:*", "to": "actor:panel", "per": "broker")") ==
        R"(f.json:1: /0/per: "publisher+topic+qos" is wanted, got "broker")");
}

TEST_CASE("retained wants sensors whose readings are retained") {
    CHECK(DraftOfExpectations().read(R"("kind": "retained", "of": "sensor:VALVE", "to": "actor:panel")").sensors ==
          std::vector<std::size_t>{0});
    CHECK(DraftOfExpectations().refusal(R"("kind": "retained", "of": "sensor:PUMP", "to": "actor:panel")") ==
          R"(f.json:1: /0/of: sensors with "retain": true and qos 1 or 2 are wanted; "PUMP" is none)");
}

TEST_CASE("a will expectation names the fault, the number and the time") {
    const ExpectationPlan plan = DraftOfExpectations().read(
        R"("kind": "will", "of": "sensor:PUMP", "to": "actor:scada", "during": "F1", "fires": "once", "within": "100s")");
    CHECK(plan.fault == 0);
    CHECK(plan.fires == ExpectationPlan::Fires::once);
    CHECK(plan.within == 100s);
    CHECK(DraftOfExpectations().refusal(
              R"("kind": "will", "of": "sensor:*", "to": "actor:scada", "during": "F1", "fires": "never")") ==
          R"(f.json:1: /0/of: sensors with a will are wanted; "VALVE" has none)");
    CHECK(DraftOfExpectations().refusal(
              R"("kind": "will", "of": "sensor:PUMP", "to": "actor:panel", "during": "F1", "fires": "never")") ==
          R"(f.json:1: /0/of: the will of "PUMP" goes to "state/pump", which no filter of actor "panel" matches)");
    CHECK(DraftOfExpectations().refusal(
              R"("kind": "will", "of": "sensor:PUMP", "to": "actor:scada", "during": "F2", "fires": "never")") ==
          R"(f.json:1: /0/during: no fault is called "F2"; did you mean "F1"?)");
}

TEST_CASE("session, queue and recovery: what they are about, and when") {
    const ExpectationPlan session =
        DraftOfExpectations().read(R"("kind": "session", "of": "actor:panel", "after": "F1", "present": false)");
    CHECK(session.actor == 1);
    CHECK(!session.present);
    const ExpectationPlan queue = DraftOfExpectations().read(R"("kind": "queue", "of": "actor:scada", "max": 2000)");
    CHECK(!queue.fault);
    CHECK(queue.at_most == 2000);
    CHECK(DraftOfExpectations().read(R"("kind": "queue", "of": "broker.session:panel", "max": 2000)").actor == 1);
    CHECK(DraftOfExpectations().refusal(R"("kind": "queue", "of": "broker.session:nobody", "max": 2000)") ==
          R"(f.json:1: /0/of: no actor is called "nobody")");
    const ExpectationPlan recovery =
        DraftOfExpectations().read(R"("kind": "recovery", "after": "F1", "within": "3m", "to": {"connected": 0.99})");
    CHECK(recovery.sensors.size() == 2);
    DraftOfExpectations connectionless;
    connectionless.draft.plan.sensors[0].qos = -1;
    const std::string back = R"("kind": "recovery", "after": "F1", "within": "3m", "to": {"connected": 0.99})";
    CHECK(connectionless.read(back).sensors == std::vector<std::size_t>{1});
    DraftOfExpectations nobody;
    for (SensorPlan& sensor : nobody.draft.plan.sensors) sensor.qos = -1;
    CHECK(nobody.refusal(back) == "f.json:1: /0: sensors that connect are wanted; with qos -1 none does");
    CHECK(recovery.share == 0.99);
    CHECK(DraftOfExpectations().refusal(
              R"("kind": "recovery", "after": "F1", "within": "45m1s", "to": {"connected": 0.99})") ==
          R"(f.json:1: /0/within: a time that ends within the run is wanted; "F1" is over at 15m of 1h)");
    CHECK(DraftOfExpectations().refusal(
              R"("kind": "recovery", "after": "F1", "within": "3m", "to": {"connected": 1, "p99_x_baseline": 0.5})") ==
          R"(f.json:1: /0/to/p99_x_baseline: a number from 1 to 1000 is wanted, got 0.5)");
}

TEST_CASE("latency: the clock, the phase and the 99th percentile") {
    const ExpectationPlan plan = DraftOfExpectations().read(
        R"("kind": "latency", "of": "sensor:*", "to": "actor:panel", "clock": "sent", "phase": "healthy", "p99": "1500ms")");
    CHECK(!plan.from_intended);
    CHECK(plan.span == ExpectationPlan::Span::healthy);
    REQUIRE(plan.percentiles.size() == 1);
    CHECK(plan.percentiles[0].at_most == 1500ms);
    CHECK(DraftOfExpectations().refusal(R"("kind": "latency", "of": "sensor:*", "p99": "1s")") ==
          R"(f.json:1: /0: the key "to" is missing; it may be left out only when there is one actor, and there are 2)");
}

TEST_CASE("attributed and sometimes") {
    CHECK(DraftOfExpectations().read(R"("kind": "attributed")").share == 1.0);
    CHECK(DraftOfExpectations().read(R"("kind": "sometimes", "event": ["will.fired", "sn.publish.dup"])").events ==
          std::vector{NamedEvent::will_fired, NamedEvent::publish_repeated});
    CHECK(DraftOfExpectations().read(R"("kind": "never", "event": ["gw.buffer.nonempty", "gw.congestion"])").events ==
          std::vector{NamedEvent::gateway_buffered, NamedEvent::gateway_congested});
    CHECK(DraftOfExpectations()
              .refusal(R"("kind": "sometimes", "event": ["gw.bufer.nonempty"])")
              .find(R"("sensor.address.followed" is wanted, got "gw.bufer.nonempty")") != std::string::npos);
    CHECK(DraftOfExpectations().refusal(R"("kind": "sometimes", "event": [])") ==
          R"(f.json:1: /0/event: at least one event is wanted)");
}

TEST_CASE("the formula is about QoS 1 over independent losses") {
    CHECK(DraftOfExpectations().refusal(
              R"("kind": "analytic", "formula": "sn-qos1", "of": "sensor:VALVE", "to": "actor:scada")") ==
          R"(f.json:1: /0/of: the formula is about MQTT-SN and QoS 1; "VALVE" has 2)");
}
