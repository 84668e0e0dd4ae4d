#include "gateway/core/will.hpp"

#include <doctest/doctest.h>

#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;
using mqtt::PacketId;
using mqttsn::ReturnCode;

namespace {

mqttsn::Connect with_will(bool clean_session = true, bool will = true) {
    return {.will = will, .clean_session = clean_session, .duration_seconds = 40, .client_id = "s1"};
}
mqttsn::WillTopic will_topic(std::string_view topic, mqttsn::QoS qos = mqttsn::QoS::at_least_once, bool retain = true) {
    return {qos, retain, topic};
}
mqttsn::WillMsg will_message(std::string_view text) { return {as_byte_view(text)}; }

struct WithWill : Scene {
    /// A sensor with the will "state" = 'gone', through all prompts.
    explicit WithWill(bool clean_session = true, mqttsn::QoS qos = mqttsn::QoS::at_least_once,
                      const Settings& with = {})
        : Scene(with) {
        send(sensor_a, with_will(clean_session));
        send(sensor_a, will_topic("state", qos));
        send(sensor_a, will_message("gone"));
        id = asked_one();
        open(id);
        accept(id);
        REQUIRE(heard(sensor_a) == "WILLTOPICREQ; WILLMSGREQ; CONNACK code=0");
        got(id);
        facts();
    }
    std::string upstream_name() const { return is_shared() ? "trunkline-gateway-1-shared-1" : "s1"; }
    /// Lets the sensor fall silent for as long as it takes; the broker answers the gateway's pings.
    void lose_sensor() {
        pass(59s);
        if (got(id) == "PINGREQ") answer(id, mqtt::PingResp{});
        pass(1s);
    }
    UpstreamId id{};
};

}  // namespace

TEST_CASE("MQTT-SN 1.2 §6.2-6: CONNECT with Will is followed by the prompts, and only then by the broker's CONNECT") {
    Scene scene(both_modes());
    scene.send(sensor_a, with_will());
    CHECK(scene.heard(sensor_a) == "WILLTOPICREQ");
    CHECK(scene.asked().empty());
    scene.send(sensor_a, will_topic("state"));
    CHECK(scene.heard(sensor_a) == "WILLMSGREQ");
    CHECK(scene.asked().empty());
    scene.send(sensor_a, will_message("gone"));
    const UpstreamId id = scene.asked_one();
    scene.open(id);
    scene.accept(id);
    CHECK(scene.heard(sensor_a) == "CONNACK code=0");
}

TEST_CASE("MQTT-SN 1.2 §6.2-7: an empty WILLTOPIC means no will, and no WILLMSGREQ") {
    Scene scene(both_modes());
    scene.send(sensor_a, with_will());
    scene.send(sensor_a, mqttsn::WillTopic{});
    CHECK(scene.heard(sensor_a) == "WILLTOPICREQ");
    const UpstreamId id = scene.asked_one();
    scene.open(id);
    scene.accept(id);
    CHECK(scene.heard(sensor_a) == "CONNACK code=0");
    scene.pass(60s);
    CHECK(scene.facts() == "connected s1; gone s1 keep_alive_timeout");
}

TEST_CASE("MQTT-SN 1.2 §6.2-8: a lost prompt or answer costs a repetition") {
    Scene scene(both_modes());
    scene.send(sensor_a, with_will());
    scene.send(sensor_a, with_will());
    CHECK(scene.heard(sensor_a) == "WILLTOPICREQ; WILLTOPICREQ");
    scene.send(sensor_a, will_topic("state"));
    scene.send(sensor_a, will_topic("state"));
    CHECK(scene.heard(sensor_a) == "WILLMSGREQ; WILLMSGREQ");
    scene.send(sensor_a, will_message("gone"));
    scene.send(sensor_a, will_message("gone"));
    const UpstreamId id = scene.asked_one();
    scene.open(id);
    scene.accept(id);
    CHECK(scene.heard(sensor_a) == "CONNACK code=0");
    scene.pass(15s);
    scene.send(sensor_a, will_message("gone"));  // CONNACK was lost, and the sensor repeats its last message
    CHECK(scene.heard(sensor_a) == "CONNACK code=0");
    CHECK(scene.asked().empty());
}

TEST_CASE("MQTT-SN 1.2 §6.2-9: a set-up that stays half open is dropped when all retransmissions could have come") {
    Scene scene(both_modes());
    scene.send(sensor_a, with_will());
    scene.pass(40s - 1ns);
    CHECK(scene.gateway.sensor_count() == 1);
    scene.pass(1ns);
    CHECK(scene.gateway.sensor_count() == 0);
    CHECK(scene.facts().empty());
}

TEST_CASE("MQTT-SN 1.2 §6.2-9, §6.11-4: a connected sensor that falls silent in a new set-up has its will published") {
    const auto again = [](bool clean_session) {
        mqttsn::Connect packet = with_will(clean_session);
        packet.duration_seconds = 30;
        return packet;
    };
    WithWill scene(false, mqttsn::QoS::at_most_once, both_modes());
    scene.send(sensor_a, again(true));
    scene.pass(20s);
    scene.send(sensor_a, again(true));
    scene.send(sensor_a, will_topic("other"));
    CHECK(scene.heard(sensor_a) == "WILLTOPICREQ; WILLTOPICREQ; WILLMSGREQ");
    scene.pass(45s - 1ns);
    CHECK(scene.got(scene.id).find("PUBLISH") == std::string::npos);
    scene.pass(1ns);
    CHECK(scene.got(scene.id).starts_with("PUBLISH state qos=0 retain 'gone'"));
    scene.send(sensor_a, again(false));  // it is not connected now: nothing is due
    scene.pass(40s);
    CHECK(scene.got(scene.id).find("PUBLISH") == std::string::npos);
}

TEST_CASE("MQTT-SN 1.2 §6.12-1: a sensor that says goodbye in a new set-up has no will published") {
    WithWill scene(true, mqttsn::QoS::at_most_once, both_modes());
    scene.send(sensor_a, with_will(false));
    scene.send(sensor_a, mqttsn::Disconnect{});
    CHECK(scene.heard(sensor_a) == "WILLTOPICREQ; DISCONNECT");
    scene.pass(60s);
    CHECK(scene.got(scene.id).find("PUBLISH") == std::string::npos);
}

TEST_CASE("MQTT-SN 1.2 §5.3.14-1: a will that cannot be published is refused by CONNACK 0x03") {
    Scene scene(both_modes());
    scene.send(sensor_a, with_will());
    scene.send(sensor_a, will_topic("a/#"));
    CHECK(scene.heard(sensor_a) == "WILLTOPICREQ; CONNACK code=3");
    CHECK(scene.gateway.sensor_count() == 0);
}

TEST_CASE("MQTT-SN 1.2 §6.11-4: a lost sensor's will is published, and its connection ends when the broker has it") {
    WithWill scene(true, mqttsn::QoS::at_least_once, both_modes());
    scene.lose_sensor();
    CHECK(scene.got(scene.id) == "PUBLISH state qos=1 packet=1 retain 'gone'");
    CHECK(scene.facts() == "gone s1 keep_alive_timeout");
    scene.answer(scene.id, mqtt::PubAck{.packet_id = PacketId{1}});
    CHECK(scene.got(scene.id) == scene.farewell());
    CHECK(scene.facts() == "will s1 state");
    CHECK(scene.gateway.sensor_count() == 0);
}

TEST_CASE("a will that the broker has no room for is brought to it again after Tretry; any other answer is the last") {
    WithWill scene;
    scene.lose_sensor();
    CHECK(scene.got(scene.id) == "PUBLISH state qos=1 packet=1 retain 'gone'");
    scene.answer(scene.id, mqtt::PubAck{.packet_id = PacketId{1}, .reason = mqtt::ReasonCode::quota_exceeded});
    scene.pass(9s);
    CHECK(scene.got(scene.id).empty());
    scene.pass(1s);
    CHECK(scene.got(scene.id) == "PUBLISH state qos=1 packet=2 retain 'gone'");
    CHECK(scene.facts() == "gone s1 keep_alive_timeout");
    scene.answer(scene.id, mqtt::PubAck{.packet_id = PacketId{2}, .reason = mqtt::ReasonCode::not_authorized});
    CHECK(scene.got(scene.id) == "DISCONNECT 0 expiry=0");
    CHECK(scene.facts() == "will refused s1 state reason=135");
    CHECK(scene.gateway.counters().wills_published == 0);
}

namespace {

/// What becomes of a retained will of QoS 2, or 0, at a broker that says so much in CONNACK; and the facts.
std::string will_within(mqtt::PropertyId limit, std::uint32_t value, mqttsn::QoS qos = mqttsn::QoS::exactly_once) {
    WithWill scene(true, qos);
    scene.close(scene.id);
    std::vector<UpstreamId> asked;
    while (asked.empty()) {
        scene.pass(1s);
        asked = scene.asked();
    }
    scene.id = asked.back();
    scene.open(scene.id);
    mqtt::PropertyBuilder properties;
    properties.number(limit, value);
    scene.answer(scene.id, mqtt::ConnAck{.session_present = true, .properties = properties.view()});
    scene.got(scene.id);
    scene.facts();
    for (int second = 0; second < 60; ++second) {
        scene.pass(1s);
        std::string published = scene.got(scene.id);
        if (published == "PINGREQ") scene.answer(scene.id, mqtt::PingResp{});
        else if (!published.empty()) return published + "; " + scene.facts();
    }
    return {};
}

}  // namespace

TEST_CASE("[MQTT-3.2.2-11] [MQTT-3.2.2-14] a will is published with less, where the broker does not take all of it") {
    using enum mqtt::PropertyId;
    CHECK(will_within(maximum_qos, 1).starts_with("PUBLISH state qos=1 packet="));
    CHECK(will_within(maximum_qos, 0).starts_with("PUBLISH state qos=0 retain 'gone'"));
    CHECK(will_within(retain_available, 0).starts_with("PUBLISH state qos=2 packet="));
    CHECK(will_within(retain_available, 0).find("retain") == std::string::npos);
    CHECK(will_within(retain_available, 0, mqttsn::QoS::at_most_once).starts_with("PUBLISH state qos=0 'gone'"));
    CHECK(will_within(maximum_packet_size, 10).find("will refused s1 state reason=149") != std::string::npos);
    CHECK(will_within(maximum_packet_size, 10, mqttsn::QoS::at_most_once).find("reason=149") != std::string::npos);
}

TEST_CASE("a will that is due again while the broker is away comes with its return, and wakes nobody meanwhile") {
    WithWill scene(true, mqttsn::QoS::at_least_once, both_modes());
    scene.lose_sensor();
    scene.got(scene.id);
    scene.answer(scene.id, mqtt::PubAck{.packet_id = PacketId{1}, .reason = mqtt::ReasonCode::quota_exceeded});
    scene.close(scene.id);
    scene.pass(10s);  // Tretry
    REQUIRE(scene.gateway.next_deadline());
    CHECK(*scene.gateway.next_deadline() > scene.now);
    const std::vector<UpstreamId> asked = scene.asked();
    REQUIRE(!asked.empty());
    scene.id = asked.back();
    scene.open(scene.id);
    scene.got(scene.id);
    scene.accept(scene.id);
    CHECK(scene.got(scene.id).starts_with("PUBLISH state qos=1 "));
}

TEST_CASE("a will whose QoS or retain flag the broker does not take is published with less") {
    const Settings settings = both_modes();
    for (const mqttsn::QoS qos : {mqttsn::QoS::exactly_once, mqttsn::QoS::at_least_once, mqttsn::QoS::at_most_once}) {
        CAPTURE(static_cast<int>(qos));
        Scene scene(settings);
        scene.send(sensor_a, with_will());
        scene.send(sensor_a, will_topic("state", qos));
        scene.send(sensor_a, will_message("gone"));
        UpstreamId id = scene.asked_one();
        scene.open(id);
        if (!scene.is_shared() && qos != mqttsn::QoS::at_most_once) {  // refused with the will in CONNECT
            scene.answer(id, mqtt::ConnAck{.reason = mqtt::ReasonCode::qos_not_supported, .properties = {}});
            scene.close(id);
            id = scene.asked_one();
            scene.open(id);
        }
        mqtt::PropertyBuilder limits;
        limits.number(mqtt::PropertyId::maximum_qos, 0);
        limits.number(mqtt::PropertyId::retain_available, 0);
        scene.answer(id, mqtt::ConnAck{.properties = limits.view()});
        CHECK(scene.heard(sensor_a).ends_with("CONNACK code=0"));
        scene.got(id);
        scene.pass(59s);
        if (scene.got(id) == "PINGREQ") scene.answer(id, mqtt::PingResp{});
        scene.pass(1s);
        CHECK(scene.got(id) == "PUBLISH state qos=0 'gone'" + scene.farewell("; "));
        CHECK(scene.gateway.sensor_count() == 0);
    }
}

TEST_CASE("a will of QoS 0 leaves at once") {
    WithWill scene(true, mqttsn::QoS::at_most_once, both_modes());
    scene.lose_sensor();
    CHECK(scene.got(scene.id) == "PUBLISH state qos=0 retain 'gone'" + scene.farewell("; "));
    CHECK(scene.facts() == "gone s1 keep_alive_timeout; will s1 state");
}

TEST_CASE("MQTT-SN 1.2 §6.12-1: a sensor that disconnects has no will published") {
    WithWill scene(true, mqttsn::QoS::at_least_once, both_modes());
    scene.send(sensor_a, mqttsn::Disconnect{});
    CHECK(scene.got(scene.id) == scene.farewell());
}

TEST_CASE("a will waits for a broker that is away, and survives the loss of its acknowledgement") {
    WithWill scene(true, mqttsn::QoS::at_least_once, both_modes());
    scene.close(scene.id);
    scene.pass(200s);  // the sensor is lost meanwhile
    CHECK(scene.facts() == "upstream lost " + scene.upstream_name() + "; gone s1 keep_alive_timeout");
    std::vector<UpstreamId> asked = scene.asked();
    REQUIRE(!asked.empty());
    scene.id = asked.back();
    for (int attempt = 0; scene.gateway.take_upstream_closes() != std::vector{scene.id} && attempt < 30; ++attempt)
        scene.pass(1s);
    while ((asked = scene.asked()).empty()) scene.pass(1s);
    scene.id = asked.back();
    scene.open(scene.id);
    scene.got(scene.id);
    scene.accept(scene.id);
    CHECK(scene.got(scene.id) == "PUBLISH state qos=1 packet=1 retain 'gone'");
    scene.close(scene.id);
    while ((asked = scene.asked()).empty()) scene.pass(1s);
    scene.id = asked.back();
    scene.open(scene.id);
    scene.got(scene.id);
    scene.accept(scene.id);
    CHECK(scene.got(scene.id).starts_with("PUBLISH state qos=1 packet=1"));
    scene.answer(scene.id, mqtt::PubAck{.packet_id = PacketId{1}});
    CHECK(scene.facts().ends_with("will s1 state"));
    CHECK(scene.gateway.sensor_count() == 0);
}

TEST_CASE("a sensor that comes back while its will is under way is let in after it") {
    WithWill scene(false, mqttsn::QoS::at_least_once, both_modes());
    scene.lose_sensor();
    scene.got(scene.id);
    scene.send(sensor_a, with_will(false, false));
    CHECK(scene.heard(sensor_a).empty());
    scene.answer(scene.id, mqtt::PubAck{.packet_id = PacketId{1}});
    scene.heard(sensor_a);
    scene.send(sensor_a, with_will(false, false));  // its retransmission
    scene.id = scene.asked_one();
    scene.open(scene.id);
    scene.accept(scene.id);
    CHECK(scene.heard(sensor_a) == "CONNACK code=0");
}

TEST_CASE("MQTT-SN 1.2 §6.3-4, §6.3-2: without CleanSession and Will the kept will stays; CleanSession drops it") {
    for (const bool clean_session : {false, true}) {
        WithWill scene(false);
        scene.send(sensor_a, mqttsn::Disconnect{});
        scene.send(sensor_a, with_will(clean_session, false));
        scene.id = scene.asked_one();
        scene.open(scene.id);
        scene.accept(scene.id);
        scene.got(scene.id);
        scene.lose_sensor();
        CHECK(scene.got(scene.id).starts_with(clean_session ? "DISCONNECT" : "PUBLISH state"));
    }
}

TEST_CASE("MQTT-SN 1.2 §6.4-1: topic and message of a will are updated apart") {
    WithWill scene(true, mqttsn::QoS::at_least_once, both_modes());
    scene.send(sensor_a, mqttsn::WillTopicUpd{mqttsn::QoS::at_most_once, false, "other"});
    CHECK(scene.heard(sensor_a) == "WILLTOPICRESP code=0");
    scene.send(sensor_a, mqttsn::WillMsgUpd{as_byte_view("lost")});
    CHECK(scene.heard(sensor_a) == "WILLMSGRESP code=0");
    scene.lose_sensor();
    CHECK(scene.got(scene.id).starts_with("PUBLISH other qos=0 'lost'"));
}

TEST_CASE("MQTT-SN 1.2 §6.4-2: an empty WILLTOPICUPD deletes the will with its message") {
    WithWill scene(true, mqttsn::QoS::at_least_once, both_modes());
    scene.send(sensor_a, mqttsn::WillTopicUpd{});
    CHECK(scene.heard(sensor_a) == "WILLTOPICRESP code=0");
    scene.send(sensor_a, mqttsn::WillMsgUpd{as_byte_view("lost")});
    CHECK(scene.heard(sensor_a) == "WILLMSGRESP code=3");
    scene.lose_sensor();
    CHECK(scene.got(scene.id) == scene.farewell());
}

TEST_CASE("MQTT-SN 1.2 §6.4-3, §5.3.14-1: an update that cannot be published is refused, and the will stays") {
    WithWill scene(true, mqttsn::QoS::at_least_once, both_modes());
    scene.send(sensor_a, mqttsn::WillTopicUpd{mqttsn::QoS::at_most_once, false, "a/+"});
    CHECK(scene.heard(sensor_a) == "WILLTOPICRESP code=3");
    scene.lose_sensor();
    CHECK(scene.got(scene.id).starts_with("PUBLISH state"));
}

TEST_CASE("MQTT-SN 1.2 §6.11-4: a will of QoS 2 is published when the broker's PUBCOMP has come") {
    WithWill scene(true, mqttsn::QoS::exactly_once, both_modes());
    scene.lose_sensor();
    CHECK(scene.got(scene.id) == "PUBLISH state qos=2 packet=1 retain 'gone'");
    scene.answer(scene.id, mqtt::PubRec{.packet_id = PacketId{1}});
    CHECK(scene.got(scene.id) == "PUBREL packet=1");
    scene.answer(scene.id, mqtt::PubComp{.packet_id = PacketId{1}});
    CHECK(scene.got(scene.id) == scene.farewell());
    CHECK(scene.facts() == "gone s1 keep_alive_timeout; will s1 state");
}

TEST_CASE("MQTT-SN 1.2 §6.14-4: a sleeper that does not come back has its will published, one that does not yet") {
    WithWill scene(true, mqttsn::QoS::at_most_once, both_modes());
    scene.send(sensor_a, mqttsn::Disconnect{std::uint16_t{20}});
    CHECK(scene.heard(sensor_a) == "DISCONNECT");
    scene.pass(30s - 1ns);
    CHECK(scene.facts().empty());
    scene.pass(1ns);
    CHECK(scene.facts() == "gone s1 keep_alive_timeout; will s1 state");
}

TEST_CASE("MQTT-SN 1.2 §6.2-10: another ClientId at a sensor's address means that the sensor is lost") {
    WithWill scene(true, mqttsn::QoS::at_most_once, both_modes());
    scene.send(sensor_a, mqttsn::Connect{.clean_session = true, .client_id = "s2"});
    CHECK(scene.got(scene.id) == "PUBLISH state qos=0 retain 'gone'" + scene.farewell("; "));
}

TEST_CASE("MQTT-SN 1.2 §6.2-10, §6.14-4: a sleeper whose address becomes another's sleeps on, and is no stranger") {
    // A translator of addresses gives the port of who is silent to somebody else.
    WithWill scene(false, mqttsn::QoS::at_most_once, both_modes());
    scene.send(sensor_a, mqttsn::Disconnect{.duration_seconds = 600});
    scene.send(sensor_a, mqttsn::Connect{.clean_session = true, .duration_seconds = 0, .client_id = "s2"});
    if (!scene.is_shared()) {
        const UpstreamId second = scene.asked_one();
        scene.open(second);
        scene.accept(second);
    }
    CHECK(scene.heard(sensor_a) == "DISCONNECT; CONNACK code=0");
    CHECK(scene.got(scene.id).find("PUBLISH") == std::string::npos);
    CHECK(scene.facts() == "connected s2");
    CHECK(scene.gateway.sensor_count() == 2);
    CHECK(!scene.gateway.find("s1")->address());
    scene.send(sensor_a, mqttsn::PingReq{"s1"});  // it is not known there any more
    scene.send(sensor_b, mqttsn::PingReq{"s1"});
    CHECK(scene.heard(sensor_a) == "DISCONNECT");
    CHECK(scene.heard(sensor_b) == "DISCONNECT");
    scene.send(sensor_b, with_will(false, false));
    CHECK(scene.heard(sensor_b) == "CONNACK code=0");
    scene.send(sensor_b, mqttsn::Disconnect{.duration_seconds = 600});
    scene.send(sensor_a, mqttsn::PingReq{});
    CHECK(scene.heard(sensor_a) == "PINGRESP");
    scene.send(sensor_b, mqttsn::Connect{.clean_session = true, .duration_seconds = 0, .client_id = "s3"});
    scene.got(scene.id);
    for (int minute = 0; minute < 11; ++minute) {  // it does not come back
        scene.pass(60s);
        if (scene.got(scene.id).find("PINGREQ") != std::string::npos) scene.answer(scene.id, mqtt::PingResp{});
    }
    CHECK(scene.facts().find("gone s1 keep_alive_timeout") != std::string::npos);
}

}  // namespace trunkline::gateway
