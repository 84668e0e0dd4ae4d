#include "gateway/core/gateway.hpp"

#include <doctest/doctest.h>

#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

TEST_CASE("MQTT-SN 1.2 §6.12-2: a stranger's message is answered by DISCONNECT, so that it connects") {
    Scene scene(both_modes());
    for (const mqttsn::Message& message : std::initializer_list<mqttsn::Message>{
             mqttsn::PingReq{}, mqttsn::PingReq{"s1"}, mqttsn::Register{.topic_name = "a"}, mqttsn::Publish{},
             mqttsn::Subscribe{.topic_name = "a"}, mqttsn::Unsubscribe{.topic_name = "a"}, mqttsn::Disconnect{},
             mqttsn::WillTopicUpd{}, mqttsn::WillMsgUpd{}}) {
        scene.send(sensor_a, message);
        CHECK(scene.heard(sensor_a) == "DISCONNECT");
    }
    CHECK(scene.gateway.sensor_count() == 0);
}

TEST_CASE("what has no answer is counted: gateways' messages, SEARCHGW, forwarders") {
    Scene scene(both_modes());
    for (const mqttsn::Message& message : std::initializer_list<mqttsn::Message>{
             mqttsn::ConnAck{}, mqttsn::Advertise{}, mqttsn::GwInfo{}, mqttsn::RegAck{}, mqttsn::PubAck{},
             mqttsn::PingResp{}, mqttsn::WillTopicReq{}, mqttsn::WillTopic{}, mqttsn::WillMsg{}}) {
        scene.send(sensor_a, message);
        CHECK(scene.heard(sensor_a).empty());
    }
    CHECK(scene.gateway.counters().unexpected == 9);
    CHECK(scene.asked().empty());
    scene.send(sensor_a, mqttsn::SearchGw{});
    scene.send(
        sensor_a,
        mqttsn::Publish{.qos = mqttsn::QoS::minus_one, .topic_id_type = mqttsn::TopicIdType::predefined, .data = {}});
    scene.send_octets(sensor_a,
                      {std::byte{4}, std::byte{0xfe}, std::byte{0}, std::byte{1}, std::byte{2}, std::byte{0x16}});
    CHECK(scene.heard(sensor_a).empty());
    CHECK(scene.gateway.counters().unsupported == 1);
    CHECK(scene.gateway.counters().searches == 1);
}

TEST_CASE("what means nothing to a connected sensor's gateway is counted") {
    Scene scene(both_modes());
    scene.connected(sensor_a, "s1");
    scene.send(sensor_a, mqttsn::PubRec{mqttsn::MsgId{1}});
    scene.send(sensor_a, mqttsn::ConnAck{});
    scene.send(sensor_a, mqttsn::RegAck{mqttsn::TopicId{1}, mqttsn::MsgId{1}, mqttsn::ReturnCode::accepted});
    scene.send(sensor_a, mqttsn::PubAck{mqttsn::TopicId{1}, mqttsn::MsgId{1}, mqttsn::ReturnCode::accepted});
    CHECK(scene.heard(sensor_a).empty());
    CHECK(scene.gateway.counters().unexpected == 4);
}

TEST_CASE("MQTT-SN 1.2 §6.14-9: a PINGREQ with another ClientId is from a stranger, whatever its address") {
    Scene scene(both_modes());
    scene.connected(sensor_a, "s1");
    scene.send(sensor_a, mqttsn::PingReq{"s1"});
    CHECK(scene.heard(sensor_a) == "PINGRESP");
    scene.send(sensor_a, mqttsn::PingReq{"s2"});
    CHECK(scene.heard(sensor_a) == "DISCONNECT");
    CHECK(scene.gateway.sensor_count() == 1);
}

TEST_CASE("MQTT-SN 1.2 §5.2.1-3: a datagram that is no message costs nothing and is counted") {
    Scene scene(both_modes());
    scene.connected(sensor_a, "s1");
    scene.send_octets(sensor_a, {});
    scene.send_octets(sensor_a, {std::byte{3}, std::byte{0x16}});
    scene.send_octets(sensor_b, {std::byte{2}, std::byte{0x03}});
    CHECK(scene.gateway.counters().malformed == 3);
    CHECK(scene.heard(sensor_a).empty());
    CHECK(scene.heard(sensor_b).empty());
    CHECK(scene.gateway.sensor_count() == 1);
}

TEST_CASE("a datagram above the limit is dropped and counted, one at the limit is taken") {
    Settings settings;
    settings.maximum_datagram = 20;
    Scene scene(both_modes(settings));
    const UpstreamId id = scene.connected(sensor_a, "s1");
    scene.registered(sensor_a, "a");
    mqttsn::Publish packet{.topic_id = mqttsn::TopicId{1}, .data = as_byte_view("0123456789abc")};
    scene.send(sensor_a, packet);
    CHECK(scene.got(id) == "PUBLISH a qos=0 '0123456789abc'");
    packet.data = as_byte_view("0123456789abcd");
    scene.send(sensor_a, packet);
    CHECK(scene.got(id).empty());
    CHECK(scene.gateway.counters().malformed == 1);
}

TEST_CASE("for a moment after a connected sensor has spoken, and after nobody else has, more is expected") {
    using namespace std::chrono_literals;
    Scene scene;
    scene.connected(sensor_a, "s1");
    scene.send(sensor_a, mqttsn::Connect{.clean_session = true, .duration_seconds = 60, .client_id = "s1"});
    scene.send(sensor_b, mqttsn::PingReq{});
    scene.send(sensor_b, mqttsn::Connect{.clean_session = true, .duration_seconds = 60, .client_id = "s2"});
    CHECK(!scene.gateway.is_spoken_to(scene.now));
    scene.send(sensor_a, mqttsn::PingReq{});
    CHECK(scene.gateway.is_spoken_to(scene.now));
    CHECK(scene.gateway.is_spoken_to(scene.now + 10ms - 1ns));
    CHECK(!scene.gateway.is_spoken_to(scene.now + 10ms));
}

TEST_CASE("a sensor's place in the tables is used again, and its old wake-ups do no harm") {
    using namespace std::chrono_literals;
    Scene scene(both_modes());
    for (int round = 0; round < 5; ++round) {
        scene.connected(sensor_a, "s" + std::to_string(round), true, 10);
        scene.pass(5s);
        scene.send(sensor_a, mqttsn::Disconnect{});
        scene.heard(sensor_a);
    }
    scene.connected(sensor_a, "last", true, 20);
    scene.pass(30s - 1ns);
    CHECK(scene.gateway.sensor_count() == 1);
    scene.pass(1ns);
    CHECK(scene.gateway.sensor_count() == 0);
}

TEST_CASE("pending() names each connection with new output once, in the order of their output") {
    Scene scene;
    const UpstreamId first = scene.connected(sensor_a, "s1");
    const UpstreamId second = scene.connected(sensor_b, "s2");
    scene.registered(sensor_a, "a");
    scene.registered(sensor_b, "b");
    scene.gateway.pending();
    scene.send(sensor_b, qos_0(mqttsn::TopicId{1}));
    scene.send(sensor_a, qos_0(mqttsn::TopicId{1}));
    scene.send(sensor_b, qos_0(mqttsn::TopicId{1}));
    const auto pending = scene.gateway.pending();
    CHECK(std::vector(pending.begin(), pending.end()) == std::vector{second, first});
    CHECK(scene.gateway.pending().empty());
}

}  // namespace trunkline::gateway
