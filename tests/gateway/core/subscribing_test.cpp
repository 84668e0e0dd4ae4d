#include <doctest/doctest.h>

#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;
using mqtt::ReasonCode;

namespace {

mqttsn::Subscribe subscribe(std::string_view filter, mqttsn::QoS qos = mqttsn::QoS::at_least_once,
                            std::uint16_t msg_id = 7) {
    return {.qos = qos, .msg_id = mqttsn::MsgId{msg_id}, .topic_name = filter};
}

}  // namespace

TEST_CASE("MQTT-SN 1.2 §6.9-1: SUBACK follows the broker's, with an id for a plain name") {
    Scene scene(both_modes());
    const UpstreamId id = scene.connected(sensor_a, "s1");
    scene.send(sensor_a, subscribe("valve/1"));
    CHECK(scene.got(id) == "SUBSCRIBE packet=1 valve/1 qos=1");
    CHECK(scene.heard(sensor_a).empty());
    scene.suback(id, 1, ReasonCode::granted_qos_1);
    CHECK(scene.heard(sensor_a) == "SUBACK qos=1 id=1 msg=7 code=0");
    CHECK(scene.registered(sensor_a, "valve/1") == mqttsn::TopicId{1});
}

TEST_CASE("MQTT-SN 1.2 §6.9-2: a filter with wildcards has topic id 0x0000") {
    Scene scene;
    const UpstreamId id = scene.connected(sensor_a, "s1");
    for (const std::string_view filter : {"valve/+", "#"}) {
        scene.send(sensor_a, subscribe(filter));
        const std::string request = scene.got(id);
        scene.suback(id, static_cast<std::uint16_t>(std::stoul(request.substr(17))), ReasonCode::granted_qos_1);
        CHECK(scene.heard(sensor_a) == "SUBACK qos=1 id=0 msg=7 code=0");
    }
}

TEST_CASE("MQTT-SN 1.2 §6.9-1: the granted QoS is the broker's word") {
    Scene scene;
    const UpstreamId id = scene.connected(sensor_a, "s1");
    scene.send(sensor_a, subscribe("a", mqttsn::QoS::exactly_once));
    CHECK(scene.got(id) == "SUBSCRIBE packet=1 a qos=2");
    scene.suback(id, 1, ReasonCode::success);
    CHECK(scene.heard(sensor_a) == "SUBACK qos=0 id=1 msg=7 code=0");
    scene.send(sensor_a, subscribe("a", mqttsn::QoS::at_most_once));
    CHECK(scene.got(id) == "SUBSCRIBE packet=2 a qos=0");
}

TEST_CASE(
    "MQTT-SN 1.2 §6.9-4: a filter that is larger than the broker takes is not supported: coming again is no help") {
    Scene scene(both_modes());
    scene.send(sensor_a, mqttsn::Connect{.clean_session = true, .client_id = "s1"});
    const UpstreamId id = scene.asked_one();
    scene.open(id);
    mqtt::PropertyBuilder properties;
    properties.number(mqtt::PropertyId::maximum_packet_size, 40);
    scene.answer(id, mqtt::ConnAck{.properties = properties.view()});
    scene.got(id);
    scene.heard(sensor_a);
    scene.send(sensor_a, subscribe("a/filter/of/more/than/forty/octets/in/all"));
    CHECK(scene.got(id).empty());
    CHECK(scene.heard(sensor_a) == "SUBACK qos=0 id=0 msg=7 code=3");
}

TEST_CASE("MQTT-SN 1.2 §6.9-4: the broker's refusals: quota is congestion, others are not supported") {
    Scene scene(both_modes());
    const UpstreamId id = scene.connected(sensor_a, "s1");
    scene.send(sensor_a, subscribe("a"));
    scene.suback(id, 1, ReasonCode::quota_exceeded);
    CHECK(scene.heard(sensor_a) == "SUBACK qos=0 id=0 msg=7 code=1");
    scene.send(sensor_a, subscribe("a"));
    scene.suback(id, 2, ReasonCode::not_authorized);
    CHECK(scene.heard(sensor_a) == "SUBACK qos=0 id=0 msg=7 code=3");
}

TEST_CASE("MQTT-SN 1.2 §6.9-4: what is no filter is refused by SUBACK 0x03") {
    Scene scene(both_modes());
    const UpstreamId id = scene.connected(sensor_a, "s1");
    for (const std::string_view filter : {"a+", "#/a", "$share//a"}) {
        scene.send(sensor_a, subscribe(filter));
        CHECK(scene.heard(sensor_a) == "SUBACK qos=0 id=0 msg=7 code=3");
    }
    CHECK(scene.got(id).empty());
}

TEST_CASE("MQTT-SN 1.2 §6.9-7: G23: a repeated SUBSCRIBE is not asked twice while its first copy is under way") {
    Scene scene;
    const UpstreamId id = scene.connected(sensor_a, "s1");
    scene.send(sensor_a, subscribe("a"));
    scene.send(sensor_a, subscribe("a"));
    CHECK(scene.got(id) == "SUBSCRIBE packet=1 a qos=1");
    scene.suback(id, 1, ReasonCode::granted_qos_1);
    CHECK(scene.heard(sensor_a) == "SUBACK qos=1 id=1 msg=7 code=0");
    scene.send(sensor_a, subscribe("a"));  // SUBACK was lost
    CHECK(scene.got(id) == "SUBSCRIBE packet=2 a qos=1");
}

TEST_CASE(
    "MQTT-SN 1.2 §6.9-3, §6.9-4: a predefined id is subscribed to by its topic and stands in SUBACK; unknown it is "
    "refused") {
    Settings settings;
    settings.predefined_topics = {{mqttsn::TopicId{9}, "valve/9"}};
    Scene scene(both_modes(settings));
    const UpstreamId id = scene.connected(sensor_a, "s1");
    mqttsn::Subscribe packet{.qos = mqttsn::QoS::at_least_once,
                             .topic_id_type = mqttsn::TopicIdType::predefined,
                             .msg_id = mqttsn::MsgId{7},
                             .topic_name = {},
                             .topic_id = mqttsn::TopicId{9}};
    scene.send(sensor_a, packet);
    CHECK(scene.got(id) == "SUBSCRIBE packet=1 valve/9 qos=1");
    scene.suback(id, 1, ReasonCode::granted_qos_1);
    CHECK(scene.heard(sensor_a) == "SUBACK qos=1 id=9 msg=7 code=0");
    packet.topic_id = mqttsn::TopicId{8};
    scene.send(sensor_a, packet);
    CHECK(scene.heard(sensor_a) == "SUBACK qos=0 id=0 msg=7 code=2");
}

TEST_CASE("MQTT-SN 1.2 §6.9-3: a short name is subscribed to as it is, with topic id 0x0000 in SUBACK") {
    Scene scene(both_modes());
    const UpstreamId id = scene.connected(sensor_a, "s1");
    scene.send(sensor_a, mqttsn::Subscribe{.topic_id_type = mqttsn::TopicIdType::short_name,
                                           .msg_id = mqttsn::MsgId{7},
                                           .topic_name = {},
                                           .topic_id = mqttsn::topic_id_of_short_name("ab")});
    CHECK(scene.got(id) == "SUBSCRIBE packet=1 ab qos=0");
    scene.suback(id, 1, ReasonCode::success);
    CHECK(scene.heard(sensor_a) == "SUBACK qos=0 id=0 msg=7 code=0");
}

TEST_CASE("MQTT-SN 1.2 §6.9-5: after UNSUBSCRIBE nothing of that filter comes, unless another one matches") {
    Scene scene;
    const UpstreamId id = scene.connected(sensor_a, "s1");
    scene.registered(sensor_a, "a/b");
    scene.send(sensor_a, subscribe("a/+"));
    scene.suback(id, 1, ReasonCode::granted_qos_1);
    scene.send(sensor_a, subscribe("a/b", mqttsn::QoS::at_least_once, 8));
    scene.suback(id, 2, ReasonCode::granted_qos_1);
    scene.send(sensor_a, mqttsn::Unsubscribe{.msg_id = mqttsn::MsgId{9}, .topic_name = "a/+"});
    CHECK(scene.got(id).ends_with("UNSUBSCRIBE packet=3 a/+"));
    scene.heard(sensor_a);
    const auto arrive = [&](std::string_view topic, std::uint16_t packet_id) {
        scene.answer(id, mqtt::Publish{.qos = mqtt::QoS::at_least_once,
                                       .topic = topic,
                                       .packet_id = mqtt::PacketId{packet_id},
                                       .properties = {},
                                       .payload = {}});
    };
    arrive("a/c", 5);
    CHECK(scene.heard(sensor_a).empty());
    CHECK(scene.got(id) == "PUBACK packet=5 reason=0");
    CHECK(scene.gateway.counters().downlink_unwanted == 1);
    arrive("a/b", 6);
    CHECK(scene.heard(sensor_a) == "PUBLISH id=1 qos=1 msg=1 ''");
    scene.send(sensor_a, mqttsn::PubAck{mqttsn::TopicId{1}, mqttsn::MsgId{1}, mqttsn::ReturnCode::accepted});
    scene.unsuback(id, 3);
    CHECK(scene.heard(sensor_a) == "UNSUBACK msg=9");
    scene.send(sensor_a, subscribe("a/+", mqttsn::QoS::at_least_once, 10));
    scene.suback(id, 4, ReasonCode::granted_qos_1);
    scene.heard(sensor_a);
    arrive("a/c", 7);
    CHECK(scene.heard(sensor_a) == "REGISTER id=2 msg=2 a/c");
}

TEST_CASE("MQTT-SN 1.2 §6.9-5: UNSUBSCRIBE always has its answer") {
    Scene scene(both_modes());
    scene.connected(sensor_a, "s1");
    scene.send(sensor_a, mqttsn::Unsubscribe{.topic_id_type = mqttsn::TopicIdType::predefined,
                                             .msg_id = mqttsn::MsgId{9},
                                             .topic_name = {},
                                             .topic_id = mqttsn::TopicId{5}});
    CHECK(scene.heard(sensor_a) == "UNSUBACK msg=9");
}

TEST_CASE("MQTT-SN 1.2 §6.9-5: UNSUBACK follows the broker's; a repeated UNSUBSCRIBE is not asked twice meanwhile") {
    Scene scene;
    const UpstreamId id = scene.connected(sensor_a, "s1");
    const mqttsn::Unsubscribe packet{.msg_id = mqttsn::MsgId{9}, .topic_name = "a"};
    scene.send(sensor_a, packet);
    scene.send(sensor_a, packet);
    CHECK(scene.got(id) == "UNSUBSCRIBE packet=1 a");
    CHECK(scene.heard(sensor_a).empty());
    scene.unsuback(id, 1, ReasonCode::no_subscription_existed);
    CHECK(scene.heard(sensor_a) == "UNSUBACK msg=9");
}

TEST_CASE("a broker that was away hears of an UNSUBSCRIBE when it is back, unless it has lost the session") {
    for (const bool kept : {false, true}) {
        Scene scene;
        UpstreamId id = scene.connected(sensor_a, "s1", false, 0);
        scene.close(id);
        scene.send(sensor_a, mqttsn::Unsubscribe{.msg_id = mqttsn::MsgId{9}, .topic_name = "a"});
        CHECK(scene.heard(sensor_a) == "UNSUBACK msg=9");
        scene.pass(1s);
        id = scene.asked_one();
        scene.open(id);
        scene.got(id);
        scene.accept(id, kept);
        CHECK(scene.got(id) == (kept ? "UNSUBSCRIBE packet=1 a" : ""));
        if (kept) scene.unsuback(id, 1);
        CHECK(scene.heard(sensor_a).empty());
    }
}

TEST_CASE("subscriptions are bounded, beyond is congestion") {
    Settings settings;
    settings.maximum_subscriptions_per_sensor = 1;
    Scene scene(settings);
    const UpstreamId id = scene.connected(sensor_a, "s1");
    scene.send(sensor_a, subscribe("a"));
    scene.suback(id, 1, ReasonCode::granted_qos_1);
    scene.heard(sensor_a);
    scene.send(sensor_a, subscribe("b"));
    CHECK(scene.heard(sensor_a) == "SUBACK qos=0 id=0 msg=7 code=1");
    scene.got(id);
    scene.send(sensor_a, subscribe("a", mqttsn::QoS::at_most_once));  // the one that it has
    CHECK(scene.got(id) == "SUBSCRIBE packet=2 a qos=0");
}

TEST_CASE("SUBSCRIBE while the broker is away is congestion; one that was under way is asked again by the sensor") {
    Settings settings;
    settings.upstream_patience = Duration::zero();
    Scene scene(both_modes(settings));
    UpstreamId id = scene.connected(sensor_a, "s1", true, 0);
    scene.send(sensor_a, subscribe("a"));
    scene.close(id);
    scene.send(sensor_a, subscribe("a"));
    CHECK(scene.heard(sensor_a) == "SUBACK qos=0 id=0 msg=7 code=1");
    scene.pass(1s);
    id = scene.asked_one();
    scene.open(id);
    scene.accept(id);
    scene.got(id);
    scene.send(sensor_a, subscribe("a"));
    CHECK(scene.got(id).starts_with("SUBSCRIBE"));
}

TEST_CASE("a broker that has lost the session is told the subscriptions again, one that has kept it is not") {
    for (const bool kept : {false, true}) {
        Scene scene;
        UpstreamId id = scene.connected(sensor_a, "s1", false, 0);
        scene.send(sensor_a, subscribe("a/+"));
        scene.suback(id, 1, ReasonCode::granted_qos_1);
        scene.send(sensor_a, subscribe("b", mqttsn::QoS::at_most_once, 8));
        scene.suback(id, 2, ReasonCode::success);
        scene.heard(sensor_a);
        scene.close(id);
        scene.pass(1s);
        id = scene.asked_one();
        scene.open(id);
        scene.got(id);
        scene.accept(id, kept);
        CHECK(scene.got(id) == (kept ? "" : "SUBSCRIBE packet=3 a/+ qos=1; SUBSCRIBE packet=4 b qos=0"));
        if (!kept) scene.suback(id, 3, ReasonCode::granted_qos_1);
        if (!kept) scene.suback(id, 4, ReasonCode::success);
        CHECK(scene.heard(sensor_a).empty());
    }
}

}  // namespace trunkline::gateway
