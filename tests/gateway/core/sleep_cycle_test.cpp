#include <doctest/doctest.h>

#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;
using mqttsn::MsgId;
using mqttsn::ReturnCode;
using mqttsn::TopicId;

namespace {

struct Sleeping : Scene {
    explicit Sleeping(Settings wanted = {}) : Scene(wanted) {
        id = connected(sensor_a, "s1", true, 0);
        subscribe_to_all(sensor_a);
        registered(sensor_a, "p");
        send(sensor_a, mqttsn::Disconnect{std::uint16_t{100}});
        REQUIRE(heard(sensor_a) == "DISCONNECT");
    }
    void arrive(std::string_view payload, std::uint16_t packet_id = 0, std::string_view topic = "p") {
        answer(id, mqtt::Publish{.qos = packet_id == 0 ? mqtt::QoS::at_most_once : mqtt::QoS::at_least_once,
                                 .topic = topic,
                                 .packet_id = mqtt::PacketId{packet_id},
                                 .properties = {},
                                 .payload = as_byte_view(payload)});
    }
    /// The broker has nothing more for the sensor.
    void no_more() {
        const std::string asked = got(id);
        CHECK(asked.ends_with("PINGREQ"));
        answer(id, mqtt::PingResp{});
    }
    void ping() { send(sensor_a, mqttsn::PingReq{"s1"}); }
    void puback(std::uint16_t msg_id) {
        send(sensor_a, mqttsn::PubAck{TopicId{1}, MsgId{msg_id}, ReturnCode::accepted});
    }
    UpstreamId id{};
};

}  // namespace

TEST_CASE(
    "MQTT-SN 1.2 §6.14-2, §6.14-8: a sleeping client's messages wait for its PINGREQ, and PINGRESP comes after them") {
    Sleeping scene(both_modes());
    scene.arrive("1");
    scene.arrive("2");
    CHECK(scene.heard(sensor_a).empty());
    CHECK(scene.got(scene.id).empty());  // no DISCONNECT upstream
    scene.ping();
    CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=0 msg=0 '1'; PUBLISH id=1 qos=0 msg=0 '2'; PINGRESP");
    scene.ping();
    CHECK(scene.heard(sensor_a) == "PINGRESP");
}

TEST_CASE("MQTT-SN 1.2 §6.14-3, §6.14-8: PINGRESP comes after the last acknowledgement, REGISTER included") {
    Sleeping scene;
    scene.arrive("1", 1);
    scene.arrive("2", 2, "new");
    scene.ping();
    CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=1 msg=1 '1'");
    scene.ping();  // repeated: nothing begins anew
    CHECK(scene.heard(sensor_a).empty());
    scene.puback(1);
    CHECK(scene.heard(sensor_a) == "REGISTER id=2 msg=2 new");
    scene.send(sensor_a, mqttsn::RegAck{TopicId{2}, MsgId{2}, ReturnCode::accepted});
    CHECK(scene.heard(sensor_a) == "PUBLISH id=2 qos=1 msg=3 '2'");
    scene.arrive("3");  // while awake
    scene.puback(3);
    CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=0 msg=0 '3'");
    CHECK(scene.got(scene.id) == "PUBACK packet=1 reason=0; PUBACK packet=2 reason=0; PINGREQ");
    scene.answer(scene.id, mqtt::PingResp{});
    CHECK(scene.heard(sensor_a) == "PINGRESP");
    scene.arrive("4");
    CHECK(scene.heard(sensor_a).empty());  // asleep again
}

TEST_CASE(
    "MQTT-SN 1.2 §6.14-7, §6.13-5: an awake client that does not acknowledge is lost, and the message stays the "
    "broker's") {
    Sleeping scene;
    scene.arrive("1", 1);
    scene.ping();
    scene.pass(40s - 1ns);
    CHECK(scene.facts().empty());
    scene.pass(1ns);
    CHECK(scene.facts() == "gone s1 no_answer");
    CHECK(scene.got(scene.id) == "DISCONNECT 0 expiry=0");
}

TEST_CASE("MQTT-SN 1.2 §6.14-4: the sleep timer has the tolerance, and PINGREQ starts it again") {
    Sleeping scene(both_modes());
    scene.send(sensor_a, mqttsn::Disconnect{std::uint16_t{10}});
    scene.heard(sensor_a);
    scene.pass(15s - 1ns);
    scene.ping();
    CHECK(scene.heard(sensor_a) == "PINGRESP");
    scene.pass(15s - 1ns);
    CHECK(scene.facts().empty());
    scene.pass(1ns);
    CHECK(scene.facts() == "gone s1 keep_alive_timeout");
    scene.ping();
    CHECK(scene.heard(sensor_a) == "DISCONNECT");
}

TEST_CASE("MQTT-SN 1.2 §6.14-5: a sleeper may change its time, or disconnect for good") {
    Sleeping scene(both_modes());
    scene.send(sensor_a, mqttsn::Disconnect{std::uint16_t{10}});
    CHECK(scene.heard(sensor_a) == "DISCONNECT");
    scene.pass(15s - 1ns);
    CHECK(scene.facts().empty());
    scene.send(sensor_a, mqttsn::Disconnect{std::uint16_t{0}});
    CHECK(scene.heard(sensor_a) == "DISCONNECT");
    CHECK(scene.facts() == "gone s1 disconnected");
    CHECK(scene.got(scene.id) == (scene.is_shared() ? "UNSUBSCRIBE packet=2 #" : "DISCONNECT 0 expiry=0"));
}

TEST_CASE(
    "MQTT-SN 1.2 §6.14-6, §6.14-10: CONNECT of a sleeper makes it active with all that it had, its flags do not "
    "count") {
    Sleeping scene(both_modes());
    scene.arrive("1");
    scene.send(sensor_b,
               mqttsn::Connect{.will = true, .clean_session = true, .duration_seconds = 60, .client_id = "s1"});
    CHECK(scene.heard(sensor_b) == "CONNACK code=0; PUBLISH id=1 qos=0 msg=0 '1'");
    CHECK(scene.asked().empty());
    CHECK(scene.got(scene.id).empty());
    scene.send(sensor_b, qos_0(TopicId{1}, "2"));
    CHECK(scene.got(scene.id) == "PUBLISH p qos=0 '2'");
    scene.send(sensor_b, mqttsn::Disconnect{std::uint16_t{100}});
    CHECK(scene.heard(sensor_b) == "DISCONNECT");
    scene.send(sensor_a, mqttsn::PingReq{"s1"});  // from where it used to be
    CHECK(scene.heard(sensor_a) == "DISCONNECT");
}

TEST_CASE("MQTT-SN 1.2 §6.14-11: what waits for a sleeper is bounded: the oldest QoS 0 goes first") {
    Settings settings;
    settings.maximum_downlink_messages = 2;
    Sleeping scene(settings);
    scene.arrive("1");
    scene.arrive("2", 1);
    scene.arrive("3");
    CHECK(scene.gateway.counters().downlink_dropped == 1);
    scene.ping();
    CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=1 msg=1 '2'");
    scene.puback(1);
    scene.no_more();
    CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=0 msg=0 '3'; PINGRESP");
}

TEST_CASE("MQTT-SN 1.2 §6.14-11: what waits for a sleeper is bounded in octets; QoS 1 beyond stays with the broker") {
    Settings settings;
    settings.maximum_downlink_octets = 10;
    Sleeping scene(settings);
    scene.arrive("12345", 1);   // with its topic, six octets
    scene.arrive("123456", 2);  // would be 13 with this one
    scene.arrive("7", 3);       // would fit, but comes after the one that does not
    CHECK(scene.gateway.counters().downlink_left == 2);
    CHECK(scene.gateway.counters().downlink_dropped == 0);
    scene.ping();
    CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=1 msg=1 '12345'");
    CHECK(scene.asked().empty());
    scene.puback(1);
    // The broker repeats the rest on another connection, which the sensor stays awake for; not before it has read what
    // is acknowledged, or it would repeat that, too.
    CHECK(scene.got(scene.id) == "PUBACK packet=1 reason=0; PINGREQ");
    CHECK(scene.asked().empty());
    scene.answer(scene.id, mqtt::PingResp{});
    CHECK(scene.got(scene.id) == "DISCONNECT 0");
    scene.id = scene.asked_one();
    scene.open(scene.id);
    CHECK(scene.got(scene.id).starts_with("CONNECT s1 clean=0"));
    scene.accept(scene.id, true);
    for (const unsigned packet_id : {2U, 3U}) {
        scene.answer(scene.id, mqtt::Publish{.dup = true,
                                             .qos = mqtt::QoS::at_least_once,
                                             .topic = "p",
                                             .packet_id = mqtt::PacketId(static_cast<std::uint16_t>(packet_id)),
                                             .properties = {},
                                             .payload = as_byte_view("1")});
    }
    CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=1 msg=2 '1'");
    scene.puback(2);
    scene.puback(3);
    scene.answer(scene.id, mqtt::PingResp{});  // to what was asked with the connection, and asked since
    CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=1 msg=3 '1'");
    scene.no_more();
    CHECK(scene.heard(sensor_a) == "PINGRESP");
    CHECK(scene.asked().empty());
}

TEST_CASE("MQTT-SN 1.2 §6.14-3: a broker that does not come back with the rest keeps no sleeper awake") {
    Settings settings;
    settings.maximum_downlink_octets = 10;
    Sleeping scene(settings);
    scene.arrive("12345", 1);
    scene.arrive("123456", 2);
    scene.ping();
    scene.puback(1);
    scene.no_more();
    scene.heard(sensor_a);
    scene.close(scene.asked_one());
    CHECK(scene.heard(sensor_a) == "PINGRESP");
}

TEST_CASE(
    "MQTT-SN 1.2 §6.14-3: what the broker sends on an acknowledgement comes before PINGRESP, however late it is") {
    Sleeping scene;
    scene.arrive("1", 1);
    scene.ping();
    scene.puback(1);
    CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=1 msg=1 '1'");
    scene.arrive("2", 2);  // the broker's window had room for one
    CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=1 msg=2 '2'");
    scene.answer(scene.id, mqtt::PingResp{});  // to what was asked before the second one's acknowledgement
    scene.puback(2);
    CHECK(scene.heard(sensor_a).empty());
    scene.no_more();
    CHECK(scene.heard(sensor_a) == "PINGRESP");
    // A broker that is gone, or does not answer, is not waited for.
    for (const bool is_cut : {true, false}) {
        scene.arrive("3", 3);
        scene.ping();
        const std::string heard = scene.heard(sensor_a);
        scene.puback(static_cast<std::uint16_t>(std::stoul(heard.substr(heard.find("msg=") + 4))));
        CHECK(scene.heard(sensor_a).empty());
        if (is_cut) scene.close(scene.id);
        else scene.pass(scene.settings.upstream_answer_timeout);
        CHECK(scene.heard(sensor_a) == "PINGRESP");
        if (!is_cut) break;
        scene.pass(1s);
        scene.id = scene.asked_one();
        scene.open(scene.id);
        scene.accept(scene.id, true);
        scene.got(scene.id);
    }
}

TEST_CASE("MQTT-SN 1.2 §6.14-11: under the policy refuse the broker hears that there is no more room") {
    Settings settings;
    settings.maximum_downlink_octets = 3;
    settings.downlink_policy = DownlinkPolicy::refuse;
    Sleeping scene(settings);
    scene.arrive("1", 1);  // two octets with its topic
    scene.arrive("2", 2);
    scene.arrive("3");
    CHECK(scene.gateway.counters().downlink_dropped == 2);
    scene.ping();
    scene.puback(1);
    CHECK(scene.got(scene.id) == "PUBACK packet=1 reason=0; PUBACK packet=2 reason=151; PINGREQ");  // in their order
    scene.answer(scene.id, mqtt::PingResp{});
    CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=1 msg=1 '1'; PINGRESP");
}

TEST_CASE("MQTT-SN 1.2 §6.14-12: G24: a day of sleep, longer than any keep-alive, costs the sleeper nothing") {
    Sleeping scene(both_modes());
    const auto sleep_through = [&](Duration time) {
        for (const Instant end = scene.now + time; scene.now < end;) {
            scene.pass(std::min<Duration>(end - scene.now, 10s));
            if (scene.got(scene.id) == "PINGREQ") scene.answer(scene.id, mqtt::PingResp{});
        }
    };
    // The longest time that a Duration can say, and before it is over, the same again.
    scene.send(sensor_a, mqttsn::Disconnect{std::uint16_t{65'535}});
    sleep_through(18h);
    scene.send(sensor_a, mqttsn::Disconnect{std::uint16_t{65'535}});
    CHECK(scene.heard(sensor_a) == "DISCONNECT; DISCONNECT");
    scene.arrive("1", 1);
    sleep_through(18h);
    CHECK(scene.facts().empty());
    CHECK(scene.asked().empty());
    scene.ping();
    CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=1 msg=1 '1'");
}

TEST_CASE("a sleeper does not notice that the connection to the broker was lost meanwhile") {
    Sleeping scene(both_modes());
    scene.close(scene.id);
    scene.ping();
    CHECK(scene.heard(sensor_a) == "PINGRESP");
    scene.pass(1s);
    scene.id = scene.asked_one();
    scene.open(scene.id);
    scene.accept(scene.id);
    scene.arrive("1");
    scene.ping();
    CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=0 msg=0 '1'; PINGRESP");
}

TEST_CASE("an awake client that says congestion gets PINGRESP, and the message at a later time") {
    Sleeping scene(both_modes());
    scene.arrive("1", 1);
    scene.ping();
    scene.heard(sensor_a);
    scene.send(sensor_a, mqttsn::PubAck{TopicId{1}, MsgId{1}, ReturnCode::congestion});
    CHECK(scene.heard(sensor_a) == "PINGRESP");
}

}  // namespace trunkline::gateway
