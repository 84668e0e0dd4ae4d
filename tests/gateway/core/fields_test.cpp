// The fields of MQTT-SN 1.2 §5.3, as the gateway takes them and says them.

#include <doctest/doctest.h>

#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;
using mqttsn::MsgId;
using mqttsn::TopicId;

TEST_CASE("MQTT-SN 1.2 §5.3.1-1: a ClientId has 1 to 255 octets, whatever they mean") {
    Scene scene(both_modes());
    scene.send(sensor_a, mqttsn::Connect{.clean_session = true, .client_id = ""});
    CHECK(scene.heard(sensor_a) == "CONNACK code=3");
    scene.connected(sensor_a, "1");
    scene.connected(sensor_a, "twenty-three characters");
    scene.connected(sensor_a, "pump station 7 / valve \xc3\xa4 #+");
    scene.connected(sensor_a, std::string(255, 'c'));
    scene.send(sensor_a, mqttsn::Connect{.clean_session = true, .client_id = std::string(256, 'c')});
    CHECK(scene.heard(sensor_a) == "CONNACK code=3");
    scene.send_octets(sensor_a, {std::byte{7}, std::byte{4}, std::byte{4}, std::byte{1}, std::byte{0}, std::byte{9},
                                 std::byte{0xc3}});  // not UTF-8
    CHECK(scene.heard(sensor_a).empty());
    CHECK(scene.gateway.counters().malformed == 1);
}

TEST_CASE("MQTT-SN 1.2 §5.3.2-1: data of any octets, and none, arrives unchanged both ways") {
    Settings settings;
    Scene scene(settings);
    const UpstreamId id = scene.connected(sensor_a, "s1");
    const TopicId topic = scene.registered(sensor_a, "p");
    std::string every;
    for (int octet = 0; octet < 256; ++octet) every += static_cast<char>(octet);
    const std::string largest(settings.maximum_datagram - 9, 'x');  // 4 of header, 5 of PUBLISH
    for (const std::string& data : {std::string(), every, largest}) {
        scene.send(sensor_a, qos_0(topic, data));
        CHECK(scene.got(id) == "PUBLISH p qos=0 '" + data + "'");
        scene.answer(id, mqtt::Publish{.topic = "p", .properties = {}, .payload = as_byte_view(data)});
        CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=0 msg=0 '" + data + "'");
    }
}

TEST_CASE("MQTT-SN 1.2 §5.3.3-1: the longest Duration is 18 h 12 min 15 s, of a keep-alive and of sleep") {
    Scene scene(both_modes());
    scene.connected(sensor_a, "s1", true, 65'535);
    scene.connected(sensor_b, "s2", true, 10);
    scene.send(sensor_b, mqttsn::Disconnect{std::uint16_t{65'535}});
    const Duration silence = Duration(18h + 12min + 15s) * 11 / 10;
    scene.pass(silence - 1ns);
    CHECK(scene.facts().find("gone") == std::string::npos);
    scene.pass(1ns);
    CHECK(scene.facts().find("gone s1 keep_alive_timeout; gone s2 keep_alive_timeout") != std::string::npos);
}

TEST_CASE("MQTT-SN 1.2 §5.3.5-1: the gateway's own GWINFO has no address: it is its sender's") {
    Settings settings;
    settings.discovery_group = Address::v4(239, 1, 1, 1, 1883);
    Scene scene(both_modes(settings));
    scene.gateway.advance(scene.now);
    const UpstreamId own = scene.asked_one();
    scene.open(own);
    scene.accept(own);
    scene.heard(*settings.discovery_group);
    scene.send(sensor_a, mqttsn::SearchGw{});
    DatagramBatch sent;
    scene.gateway.take_datagrams(sent);
    REQUIRE(sent.size() == 1);
    const ByteView gwinfo = sent.datagram(0);
    CHECK(std::vector(gwinfo.begin(), gwinfo.end()) == std::vector{std::byte{3}, std::byte{2}, std::byte{1}});
}

TEST_CASE("MQTT-SN 1.2 §5.3.7-3: the same MsgId under way in both directions is two messages") {
    Scene scene;
    const UpstreamId id = scene.connected(sensor_a, "s1");
    const TopicId topic = scene.registered(sensor_a, "p");
    scene.answer(id, mqtt::Publish{.qos = mqtt::QoS::at_least_once,
                                   .topic = "p",
                                   .packet_id = mqtt::PacketId{1},
                                   .properties = {},
                                   .payload = as_byte_view("down")});
    CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=1 msg=1 'down'");
    scene.send(
        sensor_a,
        mqttsn::Publish{
            .qos = mqttsn::QoS::at_least_once, .topic_id = topic, .msg_id = MsgId{1}, .data = as_byte_view("up")});
    CHECK(scene.got(id) == "PUBLISH p qos=1 packet=1 'up'");
    scene.answer(id, mqtt::PubAck{.packet_id = mqtt::PacketId{1}});
    CHECK(scene.heard(sensor_a) == "PUBACK id=1 msg=1 code=0");
    scene.send(sensor_a, mqttsn::PubAck{topic, MsgId{1}, mqttsn::ReturnCode::accepted});
    CHECK(scene.got(id) == "PUBACK packet=1 reason=0");
}

TEST_CASE("MQTT-SN 1.2 §5.3.12-1: a TopicName is well-formed text, not empty, and arrives octet by octet") {
    Scene scene(both_modes());
    const UpstreamId id = scene.connected(sensor_a, "s1");
    const std::string name = "station/\xe6\xb2\xb9/p 1";
    const TopicId topic = scene.registered(sensor_a, name);
    scene.send(sensor_a, qos_0(topic, "1"));
    CHECK(scene.got(id) == "PUBLISH " + name + " qos=0 '1'");
    for (const std::string_view bad : {std::string_view(""), std::string_view("a\0b", 3), std::string_view("a\xff")}) {
        std::vector<std::byte> datagram = mqttsn::encode(mqttsn::Register{.msg_id = MsgId{1}, .topic_name = "a"});
        datagram.pop_back();
        for (const char octet : bad) datagram.push_back(static_cast<std::byte>(octet));
        datagram[0] = static_cast<std::byte>(datagram.size());
        scene.send_octets(sensor_a, std::move(datagram));
    }
    CHECK(scene.heard(sensor_a).empty());
    CHECK(scene.gateway.counters().malformed == 3);
}

TEST_CASE(
    "MQTT-SN 1.2 §5.3.12-1: control characters and over 200 levels are refused: brokers end connections for them") {
    Scene scene(both_modes());
    const UpstreamId id = scene.connected(sensor_a, "s1");
    const std::string deep(201, '/');
    scene.send(sensor_a, mqttsn::Register{.msg_id = MsgId{1}, .topic_name = deep.substr(1)});
    CHECK(scene.heard(sensor_a).ends_with("code=0"));
    for (const std::string_view bad : {"a\x01", "a\x7f", "\xc2\x85", "\xef\xbf\xbe", deep.c_str()}) {
        CAPTURE(std::string(bad));
        scene.send(sensor_a, mqttsn::Register{.msg_id = MsgId{1}, .topic_name = bad});
        scene.send(sensor_a, mqttsn::Subscribe{.msg_id = MsgId{2}, .topic_name = bad});
        scene.send(sensor_a, mqttsn::Unsubscribe{.msg_id = MsgId{3}, .topic_name = bad});
        scene.send(sensor_a, mqttsn::WillTopicUpd{.topic = bad});
        CHECK(scene.heard(sensor_a) ==
              "REGACK id=0 msg=1 code=3; SUBACK qos=0 id=0 msg=2 code=3; UNSUBACK msg=3; WILLTOPICRESP code=3");
    }
    const TopicId newline = mqttsn::topic_id_of_short_name("a\n");
    scene.send(sensor_a,
               mqttsn::Publish{.topic_id_type = mqttsn::TopicIdType::short_name, .topic_id = newline, .data = {}});
    CHECK(scene.heard(sensor_a).starts_with("PUBACK"));
    CHECK(scene.got(id).empty());
}

TEST_CASE("MQTT-SN 1.2 §5.3.13-1: a will message of any octets, and none, is published as it is") {
    for (const std::string& message : {std::string(), std::string("\0\xff\x01", 3), std::string(200, 'w')}) {
        Scene scene;
        scene.send(sensor_a,
                   mqttsn::Connect{.will = true, .clean_session = true, .duration_seconds = 10, .client_id = "s1"});
        scene.send(sensor_a, mqttsn::WillTopic{.qos = mqttsn::QoS::at_most_once, .topic = "state"});
        scene.send(sensor_a, mqttsn::WillMsg{as_byte_view(message)});
        const UpstreamId id = scene.asked_one();
        scene.open(id);
        scene.accept(id);
        scene.got(id);
        scene.pass(15s);
        CHECK(scene.got(id).starts_with("PUBLISH state qos=0 '" + message + "'"));
    }
}

TEST_CASE("MQTT-SN 1.2 §6.12-4: DISCONNECT with Duration 0 is goodbye, not sleep") {
    Scene scene;
    const UpstreamId id = scene.connected(sensor_a, "s1");
    scene.send(sensor_a, mqttsn::Disconnect{std::uint16_t{0}});
    CHECK(scene.heard(sensor_a) == "DISCONNECT");
    CHECK(scene.facts() == "gone s1 disconnected");
    CHECK(scene.got(id).starts_with("DISCONNECT"));
}

TEST_CASE("MQTT-SN 1.2 §7.2-1: unless told otherwise, timers and counters are in the ranges of best practice") {
    const Settings settings;
    CHECK(settings.retry.interval >= 10s);
    CHECK(settings.retry.interval <= 15s);
    CHECK(settings.retry.limit >= 3);
    CHECK(settings.retry.limit <= 5);
    CHECK(settings.congestion_pause >= 5min);
    CHECK(settings.advertise_interval >= 15min);
}

}  // namespace trunkline::gateway
