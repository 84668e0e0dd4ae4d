// Each message of each exchange is lost once, and the sensor does what §6.13 makes it do: send again.

#include <doctest/doctest.h>

#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;

namespace {

/// A request whose reply comes at once, sent twice as after a loss: of the request (the gateway sees it once) or of the
/// reply (it sees it twice). Both copies must get the same words.
void answers_alike(Scene& scene, const mqttsn::Message& request, std::string_view reply) {
    scene.send(sensor_a, request);
    CHECK(scene.heard(sensor_a) == reply);
    scene.pass(10s);
    scene.send(sensor_a, request);
    CHECK(scene.heard(sensor_a) == reply);
}

}  // namespace

TEST_CASE("MQTT-SN 1.2 §6.13-6: a lost REGISTER or REGACK costs a retransmission and no second id") {
    Scene scene;
    scene.connected(sensor_a, "s1");
    answers_alike(scene, mqttsn::Register{.msg_id = mqttsn::MsgId{1}, .topic_name = "p"}, "REGACK id=1 msg=1 code=0");
    CHECK(scene.registered(sensor_a, "q") == mqttsn::TopicId{2});
}

TEST_CASE("MQTT-SN 1.2 §6.13-6: a lost PINGREQ, PINGRESP, DISCONNECT or its answer costs a retransmission") {
    Scene scene;
    scene.connected(sensor_a, "s1");
    answers_alike(scene, mqttsn::PingReq{}, "PINGRESP");
    answers_alike(scene, mqttsn::Disconnect{}, "DISCONNECT");
}

TEST_CASE("MQTT-SN 1.2 §6.2-5, §6.13-6: a lost CONNACK is healed by the repeated CONNECT, also when it comes late") {
    for (const Duration later : {Duration(5s), Duration(10s), Duration(15s)}) {
        Scene scene;
        const UpstreamId id = scene.connected(sensor_a, "s1", false);
        scene.pass(later);
        scene.send(sensor_a, mqttsn::Connect{.duration_seconds = 60, .client_id = "s1"});
        CHECK(scene.heard(sensor_a) == "CONNACK code=0");
        CHECK(scene.got(id).empty());
    }
}

TEST_CASE("MQTT-SN 1.2 §6.13-6: a lost PUBACK means one more delivery upstream and one PUBACK for each") {
    Scene scene;
    const UpstreamId id = scene.connected(sensor_a, "s1");
    scene.registered(sensor_a, "p");
    mqttsn::Publish packet{
        .qos = mqttsn::QoS::at_least_once, .topic_id = mqttsn::TopicId{1}, .msg_id = mqttsn::MsgId{1}, .data = {}};
    for (std::uint16_t copy = 1; copy <= 3; ++copy) {
        scene.send(sensor_a, packet);
        scene.answer(id, mqtt::PubAck{.packet_id = mqtt::PacketId{copy}});
        CHECK(scene.heard(sensor_a) == "PUBACK id=1 msg=1 code=0");
        packet.dup = true;
        scene.pass(10s);
    }
    CHECK(scene.gateway.counters().publish_forwarded == 3);
}

}  // namespace trunkline::gateway
