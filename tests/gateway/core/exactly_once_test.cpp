#include <doctest/doctest.h>

#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;
using mqtt::PacketId;
using mqtt::ReasonCode;
using mqttsn::MsgId;
using mqttsn::TopicId;

namespace {

mqttsn::Publish qos_2(std::uint16_t msg_id, std::string_view data = "17.2", bool dup = false) {
    return {.dup = dup,
            .qos = mqttsn::QoS::exactly_once,
            .topic_id_type = mqttsn::TopicIdType::predefined,
            .topic_id = TopicId{1},
            .msg_id = MsgId{msg_id},
            .data = as_byte_view(data)};
}

mqtt::Publish qos_2_from_broker(std::string_view payload, std::uint16_t packet_id, bool dup = false) {
    return {.dup = dup,
            .qos = mqtt::QoS::exactly_once,
            .topic = "p",
            .packet_id = PacketId{packet_id},
            .properties = {},
            .payload = as_byte_view(payload)};
}

Settings with_predefined_topic() {
    Settings settings;
    settings.predefined_topics = {{TopicId{1}, "p"}};
    return settings;
}

struct ExactlyOnce : Scene {
    explicit ExactlyOnce(const Settings& with = with_predefined_topic()) : Scene(with) {
        id = connected(sensor_a, "s1", false, 0);
    }
    void broker_takes(std::uint16_t packet_id) {
        answer(id, mqtt::PubRec{.packet_id = PacketId{packet_id}});
        answer(id, mqtt::PubComp{.packet_id = PacketId{packet_id}});
    }
    void lose_broker() {
        close(id);
        pass(1s);
        id = asked_one();
        open(id);
        got(id);
    }
    void sensor_connects_again(bool session_present) {
        send(sensor_a, mqttsn::Disconnect{});
        got(id);
        send(sensor_a, mqttsn::Connect{.clean_session = false, .duration_seconds = 0, .client_id = "s1"});
        id = asked_one();
        open(id);
        accept(id, session_present);
        heard(sensor_a);
        got(id);
    }
    UpstreamId id{};
};

}  // namespace

TEST_CASE("MQTT-SN 1.2 §6.6-3: a sensor's QoS 2 message: PUBREC after the broker's PUBCOMP, PUBREL, PUBCOMP") {
    ExactlyOnce scene(both_modes(with_predefined_topic()));
    scene.send(sensor_a, qos_2(7));
    CHECK(scene.got(scene.id) == "PUBLISH p qos=2 packet=1 '17.2'");
    scene.answer(scene.id, mqtt::PubRec{.packet_id = PacketId{1}});
    CHECK(scene.got(scene.id) == "PUBREL packet=1");
    CHECK(scene.heard(sensor_a).empty());
    scene.answer(scene.id, mqtt::PubComp{.packet_id = PacketId{1}});
    CHECK(scene.heard(sensor_a) == "PUBREC msg=7");
    scene.send(sensor_a, mqttsn::PubRel{MsgId{7}});
    CHECK(scene.heard(sensor_a) == "PUBCOMP msg=7");
}

TEST_CASE("MQTT-SN 1.2 §6.6-9: no copy of a QoS 2 message is forwarded twice, whenever it comes") {
    ExactlyOnce scene(both_modes(with_predefined_topic()));
    scene.send(sensor_a, qos_2(7));
    scene.send(sensor_a, qos_2(7, "17.2", true));
    CHECK(scene.got(scene.id) == "PUBLISH p qos=2 packet=1 '17.2'");
    scene.send(sensor_a, mqttsn::PubRel{MsgId{7}});  // too early
    CHECK(scene.heard(sensor_a).empty());
    scene.broker_takes(1);
    scene.send(sensor_a, qos_2(7, "17.2", true));
    CHECK(scene.heard(sensor_a) == "PUBREC msg=7; PUBREC msg=7");
    scene.send(sensor_a, mqttsn::PubRel{MsgId{7}});
    scene.send(sensor_a, mqttsn::PubRel{MsgId{7}});
    CHECK(scene.heard(sensor_a) == "PUBCOMP msg=7; PUBCOMP msg=7");
    scene.got(scene.id);
    scene.pass(2 * scene.settings.retry.interval - 1ns);
    scene.send(sensor_a, qos_2(7, "17.2", true));  // delayed by the network
    CHECK(scene.got(scene.id).empty());
    scene.pass(1ns);
    scene.send(sensor_a, qos_2(7));
    CHECK(scene.got(scene.id) == "PUBLISH p qos=2 packet=2 '17.2'");
    CHECK(scene.gateway.counters().publish_forwarded == 2);
}

TEST_CASE("MQTT-SN 1.2 §6.6-4: the broker's refusal of a QoS 2 message comes as PUBACK in the place of PUBREC") {
    ExactlyOnce scene(both_modes(with_predefined_topic()));
    scene.send(sensor_a, qos_2(7));
    scene.answer(scene.id, mqtt::PubRec{.packet_id = PacketId{1}, .reason = ReasonCode::not_authorized});
    CHECK(scene.heard(sensor_a) == "PUBACK id=1 msg=7 code=3");
    scene.send(sensor_a, qos_2(8));
    scene.answer(scene.id, mqtt::PubRec{.packet_id = PacketId{2}, .reason = ReasonCode::quota_exceeded});
    CHECK(scene.heard(sensor_a) == "PUBACK id=1 msg=8 code=1");
}

TEST_CASE("a PUBREL for a MsgId that the gateway does not know has its PUBCOMP") {
    ExactlyOnce scene(both_modes(with_predefined_topic()));
    scene.send(sensor_a, mqttsn::PubRel{MsgId{9}});
    CHECK(scene.heard(sensor_a) == "PUBCOMP msg=9");
}

TEST_CASE("a sensor that connects again goes on with its QoS 2 exchange; a clean one begins anew") {
    ExactlyOnce scene(both_modes(with_predefined_topic()));
    scene.send(sensor_a, qos_2(7));
    scene.broker_takes(1);
    CHECK(scene.heard(sensor_a) == "PUBREC msg=7");
    scene.sensor_connects_again(true);
    scene.send(sensor_a, qos_2(7, "17.2", true));
    CHECK(scene.heard(sensor_a) == "PUBREC msg=7");
    CHECK(scene.got(scene.id).empty());
    scene.send(sensor_a, mqttsn::Disconnect{});
    scene.heard(sensor_a);
    scene.connected(sensor_a, "s1", true, 0);
    scene.send(sensor_a, qos_2(7));
    CHECK(scene.gateway.counters().publish_forwarded == 2);
}

TEST_CASE("a QoS 2 message under way when the broker is lost goes on where it was") {
    ExactlyOnce scene;
    scene.send(sensor_a, qos_2(7));
    scene.lose_broker();
    scene.accept(scene.id, true);
    CHECK(scene.got(scene.id) == "PUBLISH p qos=2 packet=1 dup '17.2'");
    scene.answer(scene.id, mqtt::PubRec{.packet_id = PacketId{1}});
    scene.lose_broker();
    scene.accept(scene.id, true);
    CHECK(scene.got(scene.id) == "PUBREL packet=1");
    scene.answer(scene.id, mqtt::PubComp{.packet_id = PacketId{1}});
    CHECK(scene.heard(sensor_a) == "PUBREC msg=7");
}

TEST_CASE("MQTT-SN 1.2 §6.10-5: a QoS 2 message to a sensor: the broker's PUBREC after the sensor's PUBCOMP") {
    ExactlyOnce scene;
    scene.answer(scene.id, qos_2_from_broker("open", 5));
    CHECK(scene.heard(sensor_a) == "PUBLISH predefined id=1 qos=2 msg=1 'open'");
    scene.send(sensor_a, mqttsn::PubRec{MsgId{1}});
    CHECK(scene.heard(sensor_a) == "PUBREL msg=1");
    CHECK(scene.got(scene.id).empty());
    scene.send(sensor_a, mqttsn::PubComp{MsgId{1}});
    CHECK(scene.got(scene.id) == "PUBREC packet=5 reason=0");
    scene.answer(scene.id, mqtt::PubRel{.packet_id = PacketId{5}});
    CHECK(scene.got(scene.id) == "PUBCOMP packet=5");
}

TEST_CASE("MQTT-SN 1.2 §6.13-3: PUBLISH and PUBREL are each repeated after Tretry") {
    ExactlyOnce scene(both_modes(with_predefined_topic()));
    scene.subscribe_to_all(sensor_a);
    scene.answer(scene.id, qos_2_from_broker("open", 5));
    scene.heard(sensor_a);
    scene.pass(scene.settings.retry.interval);
    CHECK(scene.heard(sensor_a) == "PUBLISH predefined id=1 qos=2 msg=1 dup 'open'");
    scene.send(sensor_a, mqttsn::PubRec{MsgId{1}});
    CHECK(scene.heard(sensor_a) == "PUBREL msg=1");
    scene.pass(scene.settings.retry.interval);
    CHECK(scene.heard(sensor_a) == "PUBREL msg=1");
    scene.send(sensor_a, mqttsn::PubRec{MsgId{1}});
    CHECK(scene.heard(sensor_a) == "PUBREL msg=1");
    scene.send(sensor_a, mqttsn::PubComp{MsgId{1}});
    scene.send(sensor_a, mqttsn::PubComp{MsgId{1}});
    scene.send(sensor_a, mqttsn::PubRec{MsgId{1}});
    CHECK(scene.heard(sensor_a).empty());
    CHECK(scene.gateway.counters().unexpected == 2);
}

TEST_CASE("answers of the wrong kind do not end a QoS 2 message; its refusal does") {
    ExactlyOnce scene;
    scene.answer(scene.id, qos_2_from_broker("open", 5));
    scene.heard(sensor_a);
    scene.send(sensor_a, mqttsn::PubComp{MsgId{1}});
    scene.send(sensor_a, mqttsn::PubAck{TopicId{1}, MsgId{1}, mqttsn::ReturnCode::accepted});
    CHECK(scene.got(scene.id).empty());
    scene.send(sensor_a, mqttsn::PubAck{TopicId{1}, MsgId{1}, mqttsn::ReturnCode::not_supported});
    CHECK(scene.got(scene.id) == "PUBREC packet=5 reason=131");
}

TEST_CASE("a QoS 2 message that the sensor took while the broker was away is not sent to it again") {
    ExactlyOnce scene(both_modes(with_predefined_topic()));
    scene.subscribe_to_all(sensor_a);
    scene.answer(scene.id, qos_2_from_broker("open", 5));
    scene.heard(sensor_a);
    scene.close(scene.id);
    scene.send(sensor_a, mqttsn::PubRec{MsgId{1}});
    scene.send(sensor_a, mqttsn::PubComp{MsgId{1}});
    CHECK(scene.heard(sensor_a) == "PUBREL msg=1");
    scene.pass(1s);
    scene.id = scene.asked_one();
    scene.open(scene.id);
    scene.accept(scene.id, true);
    scene.got(scene.id);
    scene.answer(scene.id, qos_2_from_broker("open", 5, true));
    CHECK(scene.heard(sensor_a).empty());
    CHECK(scene.got(scene.id) == "PUBREC packet=5 reason=0");
}

TEST_CASE("MQTT-SN 1.2 §6.14-2: a QoS 2 message keeps its MsgId over sleep") {
    ExactlyOnce scene;
    scene.answer(scene.id, qos_2_from_broker("open", 5));
    CHECK(scene.heard(sensor_a) == "PUBLISH predefined id=1 qos=2 msg=1 'open'");
    scene.send(sensor_a, mqttsn::Disconnect{std::uint16_t{600}});
    scene.heard(sensor_a);
    scene.send(sensor_a, mqttsn::PingReq{"s1"});
    CHECK(scene.heard(sensor_a) == "PUBLISH predefined id=1 qos=2 msg=1 dup 'open'");
    scene.send(sensor_a, mqttsn::PubRec{MsgId{1}});
    CHECK(scene.heard(sensor_a) == "PUBREL msg=1");
    scene.send(sensor_a, mqttsn::PubComp{MsgId{1}});
    CHECK(scene.got(scene.id) == "PUBREC packet=5 reason=0");
    scene.answer(scene.id, mqtt::PubRel{.packet_id = PacketId{5}});
    CHECK(scene.got(scene.id) == "PUBCOMP packet=5; PINGREQ");  // has the broker another one, now that this is over?
    CHECK(scene.heard(sensor_a).empty());
    scene.answer(scene.id, mqtt::PingResp{});
    CHECK(scene.heard(sensor_a) == "PINGRESP");
}

TEST_CASE("a sensor that connects again gets the QoS 2 message that it may have by the same MsgId, and only once") {
    ExactlyOnce scene;
    scene.answer(scene.id, qos_2_from_broker("open", 5));
    CHECK(scene.heard(sensor_a) == "PUBLISH predefined id=1 qos=2 msg=1 'open'");
    scene.send(sensor_a, mqttsn::PubRec{MsgId{1}});
    scene.heard(sensor_a);
    SUBCASE("the broker repeats it") {
        scene.sensor_connects_again(true);
        scene.answer(scene.id, qos_2_from_broker("open", 5, true));
        CHECK(scene.heard(sensor_a) == "PUBREL msg=1");
        scene.send(sensor_a, mqttsn::PubComp{MsgId{1}});
        CHECK(scene.got(scene.id) == "PUBREC packet=5 reason=0");
    }
    SUBCASE("the broker has lost the session, and uses its identifier for another") {
        scene.sensor_connects_again(false);
        scene.answer(scene.id, qos_2_from_broker("shut", 5));
        scene.send(sensor_a, mqttsn::PubComp{MsgId{1}});
        CHECK(scene.heard(sensor_a) == "PUBLISH predefined id=1 qos=2 msg=2 'shut'");
        CHECK(scene.got(scene.id).empty());
    }
}

}  // namespace trunkline::gateway
