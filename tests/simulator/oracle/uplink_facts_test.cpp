#include "simulator/oracle/uplink_facts.hpp"

#include <doctest/doctest.h>

#include "protocol/mqttsn/codec.hpp"
#include "simulator/devices/reading.hpp"
#include "tests/simulator/oracle/staged_run.hpp"

using namespace trunkline;
using namespace trunkline::sim;

namespace {

std::vector<std::byte> publish(std::string_view text) {
    mqttsn::Publish message;
    message.qos = mqttsn::QoS::at_most_once;
    message.topic_id = mqttsn::TopicId(1);
    message.data = as_byte_view(text);
    return mqttsn::encode(message);
}

}  // namespace

TEST_CASE("each datagram with a QoS 0 reading counts as an arrival") {
    Scenario scenario = staged_scenario();
    scenario.sensors[first_sensor].qos = 0;
    StagedRun run(std::move(scenario));
    const EncodedReading reading({1, 10'000, 62'000, "bar"});
    run.offer_and_send({first_sensor, 1}, 10s);
    run.oracle.left({first_sensor, 1}, Instant(10s));
    for (int copy = 0; copy < 2; ++copy)
        tell_uplink_datagram(run.oracle, run.scenario, first_sensor, publish(reading.text()), Instant(11s));
    for (int copy = 0; copy < 3; ++copy) run.oracle.delivered(scada, {first_sensor, 1}, {}, Instant(12s));
    CHECK(run.finish().violation_count == 1);  // the third copy
}

TEST_CASE("whatever a device with a will sends is heard, and a DISCONNECT with a duration begins its sleep") {
    Scenario scenario = staged_scenario();
    scenario.gateways.resize(1);
    scenario.sensors[first_sensor].will = WillPlan{"line/state", "offline", 1, false, {}};
    StagedRun run(std::move(scenario));
    run.oracle.supervised(first_sensor, Instant(0s));
    tell_uplink_datagram(run.oracle, run.scenario, first_sensor, mqttsn::encode(mqttsn::Disconnect{600}), Instant(5s));
    CHECK(run.finish(11min).passed());  // 660 s of silence are allowed
    tell_uplink_datagram(run.oracle, run.scenario, first_sensor, mqttsn::encode(mqttsn::PingReq{}), Instant(20min));
    CHECK(run.finish(21min).violation_count == 1);
}

TEST_CASE("[MQTT-3.1.2-22] an RTU is heard when a packet of it is whole") {
    Scenario scenario = staged_scenario();
    scenario.sensors[first_sensor].protocol = DeviceProtocol::mqtt5;
    scenario.sensors[first_sensor].will = WillPlan{"line/state", "offline", 1, false, {}};
    StagedRun run(std::move(scenario));
    run.oracle.supervised(first_sensor, Instant(0s));
    mqtt::FrameStream frames(1000);
    const std::vector<std::byte> ping = {std::byte{0xc0}, std::byte{0}};
    tell_uplink_bytes(run.oracle, first_sensor, frames, ping, Instant(10s));
    // Half a packet, and the broker's timer goes on: 90 s after the last whole one it gives the RTU up.
    tell_uplink_bytes(run.oracle, first_sensor, frames, std::span(ping).first(1), Instant(20s));
    SUBCASE("") { CHECK(run.finish(10s + 90s).passed()); }
    SUBCASE("planted: its supervision goes on") { CHECK(run.finish(2min).violation_count == 1); }
    SUBCASE("the other half comes in time") {
        tell_uplink_bytes(run.oracle, first_sensor, frames, std::span(ping).last(1), Instant(90s));
        CHECK(run.finish(2min).passed());
    }
}

TEST_CASE("damaged datagrams tell nothing") {
    Scenario scenario = staged_scenario();
    scenario.sensors[first_sensor].qos = 0;
    StagedRun run(std::move(scenario));
    tell_uplink_datagram(run.oracle, run.scenario, first_sensor, as_byte_view("\x07\xff"), Instant(5s));
    CHECK(run.finish().passed());
}

TEST_CASE("a reading that found its link's queue full has that cause, unless a later try comes through") {
    Scenario scenario = staged_scenario();
    scenario.sensors[first_sensor].qos = 0;
    StagedRun run(std::move(scenario));
    const EncodedReading reading({1, 10'000, 62'000, "bar"});
    run.offer_and_send({first_sensor, 1}, 10s);
    run.oracle.arrived({second_sensor, 1}, Instant(10s));  // arrivals are told
    run.oracle.left({first_sensor, 1}, Instant(10s));
    tell_link_queue_full(run.oracle, first_sensor, LinkWay::up, publish(reading.text()));
    CHECK(StagedRun::ledger(run.finish(), scada).of(LossCause::link_queue_full) == 1);
    for (const bool comes_through : {false, true}) {
        StagedRun acknowledging;
        acknowledging.offer_and_send({first_sensor, 1}, 10s);
        tell_link_queue_full(acknowledging.oracle, first_sensor, LinkWay::up, publish(reading.text()));
        if (comes_through) acknowledging.oracle.delivered(scada, {first_sensor, 1}, {}, Instant(20s));
        acknowledging.give_up({first_sensor, 1}, 50s);
        const Ledger ledger = StagedRun::ledger(acknowledging.finish(), scada);
        CHECK(ledger.of(LossCause::link_queue_full) == (comes_through ? 0 : 1));
        CHECK(ledger.of(LossCause::retries_exhausted) == 0);
    }
}

TEST_CASE("what is dropped on its way down, or is no reading, blames no reading") {
    StagedRun run;
    const EncodedReading reading({1, 10'000, 62'000, "bar"});
    run.offer_and_send({first_sensor, 1}, 10s);
    tell_link_queue_full(run.oracle, first_sensor, LinkWay::down, publish(reading.text()));
    tell_link_queue_full(run.oracle, first_sensor, LinkWay::up, mqttsn::encode(mqttsn::PingReq{}));
    run.give_up({first_sensor, 1}, 50s);
    CHECK(StagedRun::ledger(run.finish(), scada).of(LossCause::retries_exhausted) == 1);
}

TEST_CASE("a reading that is larger than its link takes has that cause, rather than the queue's") {
    StagedRun run;
    const EncodedReading reading({1, 10'000, 62'000, "bar"});
    run.offer_and_send({first_sensor, 1}, 10s);
    tell_link_queue_full(run.oracle, first_sensor, LinkWay::up, publish(reading.text()));
    tell_link_mtu_exceeded(run.oracle, first_sensor, LinkWay::up, publish(reading.text()));
    run.give_up({first_sensor, 1}, 50s);
    CHECK(StagedRun::ledger(run.finish(), scada).of(LossCause::over_mtu) == 1);
    StagedRun other;
    other.offer_and_send({first_sensor, 1}, 10s);
    tell_link_mtu_exceeded(other.oracle, first_sensor, LinkWay::down, publish(reading.text()));
    tell_link_mtu_exceeded(other.oracle, first_sensor, LinkWay::up, mqttsn::encode(mqttsn::PingReq{}));
    other.give_up({first_sensor, 1}, 50s);
    CHECK(StagedRun::ledger(other.finish(), scada).of(LossCause::retries_exhausted) == 1);
}
