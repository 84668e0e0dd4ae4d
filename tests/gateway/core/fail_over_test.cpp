// Several brokers: the connections of sensors go to the first that is there, and sensors hear nothing of it.

#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "gateway/core/broker_watch.hpp"
#include "tests/gateway/core/broker_rig.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;
using mqtt::ReasonCode;

namespace {

constexpr BrokerId first{0};
constexpr BrokerId second{1};

Settings two_brokers() {
    Settings settings;
    settings.brokers = {"mqtt://one", "mqtt://two"};
    return settings;
}

}  // namespace

TEST_CASE("fail-over: every broker of several is watched, the only one is not") {
    BrokerRig rig(two_brokers());
    CHECK(rig.take_heard() ==
          "one: CONNECT trunkline-gateway-1-watch-1 clean=1 expiry=0\n"
          "two: CONNECT trunkline-gateway-1-watch-2 clean=1 expiry=0\n");
    rig.pass(950ms);
    CHECK(rig.take_heard() == "one: PINGREQ\ntwo: PINGREQ\n");
    Settings one = two_brokers();
    one.brokers.pop_back();
    Scene alone(one);
    alone.pass(1h);
    CHECK(alone.asked().empty());
}

TEST_CASE("fail-over: G15: a broker that dies is followed by the next one within a second, and no sensor hears of it") {
    BrokerRig rig(two_brokers());
    rig.connect(sensor_a, "s1");
    rig.connect(sensor_b, "s2");
    const mqttsn::TopicId topic = rig.scene.registered(sensor_a, "p");
    CHECK(rig.sensors_at(first) == 2);
    rig.kill(first);
    rig.pass(1s);
    CHECK(rig.sensors_at(second) == 2);
    rig.publish(sensor_a, topic, 7, "17.2");
    CHECK(rig.scene.heard(sensor_a) == "PUBACK id=1 msg=7 code=0");
    CHECK(rig.scene.heard(sensor_b).empty());
    CHECK(rig.scene.facts().find("broker mqtt://two") != std::string::npos);
    CHECK(rig.scene.gateway.counters().broker_changes == 1);
}

TEST_CASE("fail-over: G15: a broker that falls silent is left within five seconds, by a thousand sensors") {
    BrokerRig rig(two_brokers());
    constexpr std::uint16_t sensors = 1000;
    for (std::uint16_t n = 0; n < sensors; ++n)
        rig.connect(Address::v4(10, 1, 0, 0, static_cast<std::uint16_t>(1000 + n)), "s" + std::to_string(n));
    CHECK(rig.sensors_at(first) == sensors);
    rig.silence(first);
    rig.pass(5s);
    CHECK(rig.sensors_at(second) == sensors);
    for (std::uint16_t n = 0; n < sensors; ++n)
        CHECK(rig.scene.heard(Address::v4(10, 1, 0, 0, static_cast<std::uint16_t>(1000 + n))).empty());
}

TEST_CASE(
    "fail-over: when all brokers fall silent, whichever is noticed first, what sensors say is stored within seconds") {
    for (const bool is_second_first : {false, true}) {
        CAPTURE(is_second_first);
        Settings settings = two_brokers();
        settings.is_durable = true;
        BrokerRig rig(settings);
        rig.connect(sensor_a, "s1");
        rig.scene.send(sensor_a, mqttsn::Register{.msg_id = mqttsn::MsgId{77}, .topic_name = "p"});
        rig.settle();
        REQUIRE(rig.scene.heard(sensor_a) == "REGACK id=1 msg=77 code=0");
        const mqttsn::TopicId topic{1};
        rig.silence(is_second_first ? second : first);
        rig.pass(500ms);
        rig.silence(is_second_first ? first : second);
        rig.publish(sensor_a, topic, 7, "17.2");
        CHECK(rig.scene.heard(sensor_a).empty());
        rig.pass(4s);
        rig.publish(sensor_a, topic, 8, "17.3");
        CHECK(rig.scene.heard(sensor_a).ends_with("PUBACK id=1 msg=8 code=0"));
        rig.take_heard();
        rig.start(first);
        rig.pass(60s);
        const std::string heard = rig.take_heard();
        CHECK(heard.find("'17.2'") != std::string::npos);
        CHECK(heard.find("'17.2'") < heard.find("'17.3'"));
    }
}

TEST_CASE("fail-over: a sensor that connects while the first broker is away gets the next one at once") {
    BrokerRig rig(two_brokers());
    SUBCASE("known to be away") {
        rig.kill(first);
        rig.connect(sensor_a, "s1");
    }
    SUBCASE("not known yet") {
        rig.refuse(first);
        rig.connect(sensor_a, "s1");
    }
    CHECK(rig.sensors_at(second) == 1);
}

TEST_CASE("fail-over: a sensor that is just connecting to a broker that falls silent is brought to the next one") {
    BrokerRig rig(two_brokers());
    rig.silence(first);
    rig.scene.send(sensor_a, mqttsn::Connect{.clean_session = true, .duration_seconds = 0, .client_id = "s1"});
    rig.settle();
    CHECK(rig.scene.heard(sensor_a).empty());
    rig.pass(3s);
    CHECK(rig.scene.heard(sensor_a) == "CONNACK code=0");
    CHECK(rig.sensors_at(second) == 1);
}

TEST_CASE(
    "fail-over: a message that was under way to the broker that died goes to the next one, QoS 1 without a store") {
    BrokerRig rig(two_brokers());
    rig.connect(sensor_a, "s1");
    const mqttsn::TopicId topic = rig.scene.registered(sensor_a, "p");
    rig.silence(first);
    rig.publish(sensor_a, topic, 7, "17.2");
    CHECK(rig.scene.heard(sensor_a).empty());
    rig.pass(4s);
    CHECK(rig.scene.heard(sensor_a) == "PUBACK id=1 msg=7 code=0");
    CHECK(rig.take_heard().find("two: PUBLISH p qos=1 packet=1 '17.2'") != std::string::npos);
}

TEST_CASE("fail-over: the connection for QoS -1 moves as well") {
    Settings settings = two_brokers();
    settings.predefined_topics = {{mqttsn::TopicId{7}, "p"}};
    BrokerRig rig(settings);
    const mqttsn::Publish reading{.qos = mqttsn::QoS::minus_one,
                                  .topic_id_type = mqttsn::TopicIdType::predefined,
                                  .topic_id = mqttsn::TopicId{7},
                                  .data = as_byte_view("17.2")};
    rig.scene.send(sensor_a, reading);
    rig.settle();
    CHECK(rig.take_heard().find("one: PUBLISH p qos=0 '17.2'") != std::string::npos);
    rig.silence(first);
    rig.pass(4s);
    rig.scene.send(sensor_a, reading);
    rig.settle();
    CHECK(rig.take_heard().find("two: PUBLISH p qos=0 '17.2'") != std::string::npos);
}

TEST_CASE("fail-over: with no broker there a new sensor hears congestion, the others wait for the first that is back") {
    BrokerRig rig(two_brokers());
    rig.connect(sensor_a, "s1");
    rig.kill(first);
    rig.kill(second);
    rig.scene.send(sensor_b, mqttsn::Connect{.duration_seconds = 0, .client_id = "s2"});
    rig.settle();
    CHECK(rig.scene.heard(sensor_b) == "CONNACK code=1");
    rig.pass(10min);
    CHECK(rig.scene.heard(sensor_a).empty());
    rig.start(second);
    rig.pass(61s);
    CHECK(rig.sensors_at(second) == 1);
    CHECK(rig.scene.heard(sensor_a).empty());
}

TEST_CASE("fail-back: once the preferred broker has been well for long enough, connections move, with nothing lost") {
    BrokerRig rig(two_brokers());
    rig.connect(sensor_a, "s1", false);
    const mqttsn::TopicId topic = rig.scene.registered(sensor_a, "p");
    rig.kill(first);
    rig.pass(1s);
    rig.start(first);
    rig.pass(59s);
    CHECK(rig.sensors_at(second) == 1);
    rig.take_heard();
    rig.pass(3s);
    CHECK(rig.sensors_at(first) == 1);
    const std::string heard = rig.take_heard();
    // An orderly end, so that no will is published there.
    CHECK(heard.find("two: DISCONNECT 0\n") != std::string::npos);
    CHECK(heard.find("one: CONNECT s1 clean=0 expiry=604800\n") != std::string::npos);
    rig.publish(sensor_a, topic, 8, "17.3");
    CHECK(rig.scene.heard(sensor_a).ends_with("msg=8 code=0"));
}

TEST_CASE("fail-back: a preferred broker that fails again in the meantime has to be well anew") {
    BrokerRig rig(two_brokers());
    rig.connect(sensor_a, "s1");
    rig.kill(first);
    rig.pass(1s);
    rig.start(first);
    rig.pass(50s);
    rig.kill(first);
    rig.pass(2s);
    rig.start(first);
    rig.pass(59s);
    CHECK(rig.sensors_at(second) == 1);
    rig.pass(5s);
    CHECK(rig.sensors_at(first) == 1);
}

TEST_CASE("fail-back: a sleeper stays where its messages are until it has taken them") {
    BrokerRig rig(two_brokers());
    rig.kill(first);
    rig.connect(sensor_a, "s1", false);
    rig.scene.send(sensor_a, mqttsn::Disconnect{.duration_seconds = 3600});
    const UpstreamId id = rig.of_sensor(second);
    rig.scene.answer(id, mqtt::Publish{.qos = mqtt::QoS::at_least_once,
                                       .topic = "valve/7",
                                       .packet_id = mqtt::PacketId{5},
                                       .payload = as_byte_view("open")});
    rig.start(first);
    rig.pass(5min);
    CHECK(rig.sensors_at(second) == 1);
    rig.scene.heard(sensor_a);
    rig.scene.send(sensor_a, mqttsn::PingReq{.client_id = "s1"});
    rig.settle();
    const std::string registration = rig.scene.heard(sensor_a);  // "REGISTER id=… msg=… valve/7"
    const auto number_in = [](const std::string& text, std::string_view name) {
        return static_cast<std::uint16_t>(std::stoul(text.substr(text.find(name) + name.size())));
    };
    REQUIRE(registration.starts_with("REGISTER "));
    const mqttsn::TopicId topic{number_in(registration, "id=")};
    rig.scene.send(sensor_a, mqttsn::RegAck{topic, mqttsn::MsgId{number_in(registration, "msg=")}, {}});
    rig.settle();
    const std::string message = rig.scene.heard(sensor_a);
    REQUIRE(message.find("'open'") != std::string::npos);
    rig.scene.send(sensor_a, mqttsn::PubAck{topic, mqttsn::MsgId{number_in(message, "msg=")}, {}});
    rig.settle();
    CHECK(rig.take_heard().find("two: PUBACK packet=5 reason=0") != std::string::npos);
    rig.pass(11s);
    CHECK(rig.sensors_at(first) == 1);
}

TEST_CASE("fail-over: subscriptions are made at the other broker, also where it has a session from before") {
    for (const bool has_session : {false, true}) {
        BrokerRig rig(two_brokers());
        rig.connect(sensor_a, "s1", false);
        rig.scene.send(
            sensor_a,
            mqttsn::Subscribe{.qos = mqttsn::QoS::at_least_once, .msg_id = mqttsn::MsgId{3}, .topic_name = "valve/7"});
        rig.settle();
        CHECK(rig.scene.heard(sensor_a).find("SUBACK") != std::string::npos);
        rig.sessions_present = has_session;
        rig.kill(first);
        rig.pass(1s);
        CHECK(rig.take_heard().find("two: SUBSCRIBE packet=") != std::string::npos);
        CHECK(rig.scene.heard(sensor_a).empty());
    }
}

TEST_CASE("broker watch: a refusal is an answer, unless it says that the server is not available") {
    for (const auto& [reason, is_well] :
         {std::pair{ReasonCode::not_authorized, true}, std::pair{ReasonCode::bad_user_name_or_password, true},
          std::pair{ReasonCode::server_unavailable, false}, std::pair{ReasonCode::server_busy, false}}) {
        Scene scene(two_brokers());
        scene.gateway.advance(scene.now);
        const UpstreamId id = scene.asked().front();
        scene.open(id);
        scene.answer(id, mqtt::ConnAck{.reason = reason});
        scene.close(id);
        CHECK(scene.gateway.brokers().is_well(first) == is_well);
        CHECK(scene.gateway.brokers().chosen() == (is_well ? first : second));
        const std::string told = "watch refused by mqtt://one reason=" + std::to_string(static_cast<unsigned>(reason));
        CHECK((scene.facts().find(told) != std::string::npos) == is_well);
        scene.pass(1s);
        const UpstreamId again = scene.asked_one();  // after the interval
        scene.open(again);
        scene.answer(again, mqtt::ConnAck{.reason = reason});
        CHECK(scene.facts().find(told) == std::string::npos);  // told once
    }
}

TEST_CASE("broker watch: [MQTT-3.1.2-2] a broker of 3.1.1 is found out, so that sensors need not") {
    Scene scene(two_brokers());
    scene.gateway.advance(scene.now);
    UpstreamId id = scene.asked().front();
    scene.open(id);
    scene.answer(id, mqtt::ConnAck{.reason = ReasonCode::unsupported_protocol_version});
    scene.close(id);
    id = scene.asked_one();
    scene.open(id);
    CHECK(scene.got(id) == "CONNECT trunkline-gateway-1-watch-1 clean=1 expiry=0 3.1.1");
    scene.settings.upstream_version = mqtt::ProtocolVersion::v3_1_1;
    scene.accept(id);
    scene.send(sensor_a, mqttsn::Connect{.clean_session = true, .duration_seconds = 60, .client_id = "s1"});
    id = scene.asked_one();
    scene.open(id);
    CHECK(scene.got(id) == "CONNECT s1 clean=1 expiry=0 3.1.1");
}

TEST_CASE("broker watch: a connection that breaks proves nothing: what becomes of the next one counts") {
    Scene scene(two_brokers());
    scene.gateway.advance(scene.now);
    UpstreamId id = scene.asked().front();
    scene.open(id);
    scene.accept(id);
    scene.pass(900ms);
    scene.answer(id, mqtt::PingResp{});
    scene.pass(500ms);
    scene.asked();
    scene.close(id);
    CHECK(scene.gateway.brokers().chosen() == first);
    id = scene.asked_one();  // at once
    scene.close(id);
    CHECK(scene.gateway.brokers().chosen() == second);
}

}  // namespace trunkline::gateway
