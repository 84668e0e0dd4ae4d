#include <doctest/doctest.h>

#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;
using mqtt::PacketId;
using mqttsn::MsgId;
using mqttsn::ReturnCode;
using mqttsn::TopicId;

namespace {

mqtt::Publish from_broker(std::string_view topic, std::string_view payload, std::uint16_t packet_id = 0,
                          bool dup = false) {
    return {.dup = dup,
            .qos = packet_id == 0 ? mqtt::QoS::at_most_once : mqtt::QoS::at_least_once,
            .topic = topic,
            .packet_id = PacketId{packet_id},
            .properties = {},
            .payload = as_byte_view(payload)};
}

struct Delivering : Scene {
    explicit Delivering(Settings wanted = {}, bool clean_session = true) : Scene(wanted) {
        id = connected(sensor_a, "s1", clean_session, 0);
        subscribe_to_all(sensor_a);
    }
    void regack(std::uint16_t msg_id, ReturnCode code = ReturnCode::accepted, std::uint16_t topic_id = 1) {
        send(sensor_a, mqttsn::RegAck{TopicId{topic_id}, MsgId{msg_id}, code});
    }
    void puback(std::uint16_t msg_id, ReturnCode code = ReturnCode::accepted, std::uint16_t topic_id = 1) {
        send(sensor_a, mqttsn::PubAck{TopicId{topic_id}, MsgId{msg_id}, code});
    }
    UpstreamId id{};
};

}  // namespace

TEST_CASE("MQTT-SN 1.2 §6.5-4, §6.10-2: a name that the sensor does not know is registered before PUBLISH") {
    Delivering scene;
    scene.answer(scene.id, from_broker("valve/1", "open", 9));
    CHECK(scene.heard(sensor_a) == "REGISTER id=1 msg=1 valve/1");
    CHECK(scene.got(scene.id).empty());
    scene.regack(1);
    CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=1 msg=2 'open'");
    CHECK(scene.got(scene.id).empty());
    scene.puback(2);
    CHECK(scene.got(scene.id) == "PUBACK packet=9 reason=0");
    scene.answer(scene.id, from_broker("valve/1", "shut", 10));
    CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=1 msg=3 'shut'");
}

TEST_CASE("MQTT-SN 1.2 §6.10-2: names from REGISTER and SUBACK are known") {
    Delivering scene;
    scene.registered(sensor_a, "p");
    scene.answer(scene.id, from_broker("p", "1"));
    CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=0 msg=0 '1'");
    scene.send(sensor_a, mqttsn::Subscribe{.qos = mqttsn::QoS::at_most_once, .msg_id = MsgId{7}, .topic_name = "q"});
    scene.suback(scene.id, 1, mqtt::ReasonCode::success);
    scene.heard(sensor_a);
    scene.answer(scene.id, from_broker("q", "2"));
    CHECK(scene.heard(sensor_a) == "PUBLISH id=2 qos=0 msg=0 '2'");
}

TEST_CASE("MQTT-SN 1.2 §6.9-6: messages that come before the broker's SUBACK wait until the sensor has its own") {
    Delivering scene;
    scene.send(sensor_a, mqttsn::Subscribe{.qos = mqttsn::QoS::at_most_once, .msg_id = MsgId{7}, .topic_name = "q"});
    scene.answer(scene.id, from_broker("q", "retained"));
    CHECK(scene.heard(sensor_a).empty());
    scene.suback(scene.id, 1, mqtt::ReasonCode::success);
    CHECK(scene.heard(sensor_a) == "SUBACK qos=0 id=1 msg=7 code=0; PUBLISH id=1 qos=0 msg=0 'retained'");
}

TEST_CASE("MQTT-SN 1.2 §6.6-7, §6.10-1: one QoS 1 exchange at a time, the rest in order") {
    Delivering scene(both_modes());
    scene.registered(sensor_a, "p");
    scene.answer(scene.id, from_broker("p", "1", 1));
    scene.answer(scene.id, from_broker("p", "2", 2));
    scene.answer(scene.id, from_broker("p", "3"));
    CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=1 msg=1 '1'");
    scene.puback(1);
    CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=1 msg=2 '2'");
    scene.puback(1);  // once more
    CHECK(scene.heard(sensor_a).empty());
    scene.puback(2);
    CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=0 msg=0 '3'");
    CHECK(scene.got(scene.id) == "PUBACK packet=1 reason=0; PUBACK packet=2 reason=0");
}

TEST_CASE(
    "MQTT-SN 1.2 §6.13-3, §6.13-4: REGISTER and PUBLISH are sent again every Tretry, PUBLISH with DUP, and Nretry "
    "times") {
    Delivering scene({}, false);
    scene.answer(scene.id, from_broker("p", "1", 5));
    const std::string registration = scene.heard(sensor_a);
    scene.pass(10s - 1ns);
    CHECK(scene.heard(sensor_a).empty());
    scene.pass(1ns);
    CHECK(scene.heard(sensor_a) == registration);
    const auto topic_id = static_cast<std::uint16_t>(std::stoul(registration.substr(12)));
    scene.regack(1, ReturnCode::accepted, topic_id);
    const std::string words = "PUBLISH id=" + std::to_string(topic_id) + " qos=1 msg=2 ";
    CHECK(scene.heard(sensor_a) == words + "'1'");
    scene.pass(30s);
    CHECK(scene.heard(sensor_a) == words + "dup '1'; " + words + "dup '1'; " + words + "dup '1'");
    scene.pass(10s - 1ns);
    CHECK(scene.facts().empty());
    scene.pass(1ns);
    CHECK(scene.facts() == "gone s1 no_answer");
    CHECK(scene.got(scene.id).ends_with("DISCONNECT 0"));  // without PUBACK: the message is the broker's
}

TEST_CASE("MQTT-SN 1.2 §6.5-5: G23: a name that the sensor refuses counts as unsubscribed: its id is never sent") {
    Delivering scene;
    scene.answer(scene.id, from_broker("p", "1", 5));
    scene.heard(sensor_a);
    scene.regack(1, ReturnCode::not_supported);
    CHECK(scene.heard(sensor_a).empty());
    CHECK(scene.got(scene.id) == "PUBACK packet=5 reason=131");
    scene.answer(scene.id, from_broker("p", "2"));
    CHECK(scene.heard(sensor_a).empty());
    CHECK(scene.gateway.counters().downlink_dropped == 2);
    scene.registered(sensor_a, "p");  // it asks for the name itself
    scene.answer(scene.id, from_broker("p", "3"));
    CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=0 msg=0 '3'");
}

TEST_CASE("MQTT-SN 1.2 §6.6-5: congestion at the sensor is a pause of Twait, then the same message again") {
    Delivering scene(both_modes());
    scene.registered(sensor_a, "p");
    scene.answer(scene.id, from_broker("p", "1", 5));
    scene.heard(sensor_a);
    scene.puback(1, ReturnCode::congestion);
    scene.pass(5min - 1ns);
    CHECK(scene.heard(sensor_a).empty());
    scene.pass(1ns);
    CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=1 msg=2 dup '1'");
}

TEST_CASE("MQTT-SN 1.2 §6.10-4: a sensor that does not know an id is told again, but not for ever") {
    Delivering scene;
    scene.registered(sensor_a, "p");
    scene.answer(scene.id, from_broker("p", "1", 5));
    CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=1 msg=1 '1'");
    std::uint16_t msg_id = 1;
    for (int round = 0; round < 3; ++round) {
        scene.puback(msg_id, ReturnCode::invalid_topic_id);
        CHECK(scene.heard(sensor_a) == "REGISTER id=1 msg=" + std::to_string(msg_id + 1) + " p");
        scene.regack(static_cast<std::uint16_t>(msg_id + 1));
        msg_id = static_cast<std::uint16_t>(msg_id + 2);
        CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=1 msg=" + std::to_string(msg_id) + " dup '1'");
    }
    scene.puback(msg_id, ReturnCode::invalid_topic_id);
    CHECK(scene.heard(sensor_a).empty());
    CHECK(scene.got(scene.id) == "PUBACK packet=5 reason=131");
}

TEST_CASE("MQTT-SN 1.2 §6.10-4: an unknown id at QoS 0 has the next message register first") {
    Delivering scene(both_modes());
    scene.registered(sensor_a, "p");
    scene.answer(scene.id, from_broker("p", "1"));
    scene.heard(sensor_a);
    scene.puback(0, ReturnCode::invalid_topic_id);
    scene.answer(scene.id, from_broker("p", "2"));
    CHECK(scene.heard(sensor_a) == "REGISTER id=1 msg=1 p");
}

TEST_CASE("MQTT-SN 1.2 §6.10-3: a message that does not fit into a datagram is done for the broker, and counted") {
    Settings settings;
    settings.maximum_datagram = 20;
    Delivering scene(settings);
    scene.registered(sensor_a, "p");
    scene.answer(scene.id, from_broker("p", "0123456789abc"));
    CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=0 msg=0 '0123456789abc'");
    scene.answer(scene.id, from_broker("p", "0123456789abcd", 5));
    scene.answer(scene.id, from_broker("a name of fifteen", "", 6));
    CHECK(scene.heard(sensor_a).empty());
    CHECK(scene.got(scene.id) == "PUBACK packet=5 reason=131; PUBACK packet=6 reason=131");
    CHECK(scene.gateway.counters().downlink_dropped == 2);
}

TEST_CASE("MQTT-SN 1.2 §6.7-1, §6.7-2: predefined topics and names of two octets come without REGISTER") {
    Settings settings;
    settings.predefined_topics = {{TopicId{9}, "valve/9"}};
    Delivering scene(both_modes(settings));
    scene.answer(scene.id, from_broker("valve/9", "open", 1));
    CHECK(scene.heard(sensor_a) == "PUBLISH predefined id=9 qos=1 msg=1 'open'");
    scene.puback(1);
    scene.answer(scene.id, from_broker("ab", "1"));
    CHECK(scene.heard(sensor_a) == "PUBLISH short id=24930 qos=0 msg=0 '1'");
    scene.answer(scene.id, from_broker("a", "1"));
    CHECK(scene.heard(sensor_a) == "REGISTER id=1 msg=2 a");
    scene.regack(2);
    CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=0 msg=0 '1'");
    scene.registered(sensor_a, "ab");  // the sensor would rather have an id
    scene.answer(scene.id, from_broker("ab", "2"));
    CHECK(scene.heard(sensor_a) == "PUBLISH id=2 qos=0 msg=0 '2'");
}

TEST_CASE(
    "MQTT-SN 1.2 §6.7-3: a predefined id that the sensor does not know cannot be told it: the message is dropped") {
    Settings settings;
    settings.predefined_topics = {{TopicId{9}, "valve/9"}};
    Delivering scene(settings);
    scene.answer(scene.id, from_broker("valve/9", "open", 1));
    scene.heard(sensor_a);
    scene.puback(1, ReturnCode::invalid_topic_id, 9);
    CHECK(scene.heard(sensor_a).empty());
    CHECK(scene.got(scene.id) == "PUBACK packet=1 reason=131");
}

TEST_CASE("MQTT-SN 1.2 §6.5-6: after a new CONNECT names are registered again before use") {
    Delivering scene(both_modes(), false);
    const auto topic = std::to_string(static_cast<unsigned>(scene.registered(sensor_a, "p")));
    scene.pass(11s);
    scene.answer(scene.id, from_broker("p", "1", 5));
    CHECK(scene.heard(sensor_a) == "PUBLISH id=" + topic + " qos=1 msg=1 '1'");
    scene.send(sensor_a, mqttsn::Connect{.client_id = "s1"});  // has restarted, and knows nothing
    CHECK(scene.heard(sensor_a) == "CONNACK code=0; REGISTER id=" + topic + " msg=2 p");
}

TEST_CASE("a message on its way when the broker is lost is acknowledged to the new connection, others come again") {
    Delivering scene({}, false);
    const auto topic = scene.registered(sensor_a, "p");
    scene.answer(scene.id, from_broker("p", "1", 5));
    scene.answer(scene.id, from_broker("p", "2", 6));
    scene.heard(sensor_a);
    scene.close(scene.id);
    scene.pass(1s);
    scene.id = scene.asked_one();
    scene.open(scene.id);
    scene.accept(scene.id, true);
    scene.got(scene.id);
    scene.answer(scene.id, from_broker("p", "1", 5, true));
    scene.answer(scene.id, from_broker("p", "2", 6, true));
    scene.puback(1, ReturnCode::accepted, static_cast<std::uint16_t>(topic));
    CHECK(scene.got(scene.id) == "PUBACK packet=5 reason=0");
    CHECK(scene.heard(sensor_a).ends_with("qos=1 msg=2 '2'"));
    scene.puback(2, ReturnCode::accepted, static_cast<std::uint16_t>(topic));
    CHECK(scene.got(scene.id) == "PUBACK packet=6 reason=0");
    CHECK(scene.heard(sensor_a).empty());
}

TEST_CASE("[MQTT-3.3.4-9] the broker is told how many messages wait here, and the queue holds that many") {
    Settings settings;
    settings.maximum_downlink_messages = 2;
    Delivering scene(both_modes(settings));
    scene.registered(sensor_a, "p");
    scene.answer(scene.id, from_broker("p", "1", 1));
    scene.answer(scene.id, from_broker("p", "2", 2));
    scene.answer(scene.id, from_broker("p", "3"));  // QoS 0 beyond it
    CHECK(scene.gateway.counters().downlink_dropped == 1);
    scene.heard(sensor_a);
    scene.puback(1);
    scene.puback(2);
    CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=1 msg=2 '2'");
}

}  // namespace trunkline::gateway
