#include <doctest/doctest.h>

#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

TEST_CASE("MQTT-SN 1.2 §6.5-1: G23: REGISTER gets an id, the same name the same one") {
    Scene scene(both_modes());
    scene.connected(sensor_a, "s1");
    scene.send(sensor_a, mqttsn::Register{.msg_id = mqttsn::MsgId{4}, .topic_name = "plant/p"});
    CHECK(scene.heard(sensor_a) == "REGACK id=1 msg=4 code=0");
    scene.send(sensor_a, mqttsn::Register{.msg_id = mqttsn::MsgId{5}, .topic_name = "plant/q"});
    CHECK(scene.heard(sensor_a) == "REGACK id=2 msg=5 code=0");
    scene.send(sensor_a, mqttsn::Register{.msg_id = mqttsn::MsgId{0}, .topic_name = "plant/p"});
    CHECK(scene.heard(sensor_a) == "REGACK id=1 msg=0 code=0");
}

TEST_CASE("MQTT-SN 1.2 §7.3-1: each sensor has ids of its own") {
    Scene scene(both_modes());
    scene.connected(sensor_a, "s1");
    const UpstreamId second = scene.connected(sensor_b, "s2");
    CHECK(scene.registered(sensor_a, "a") == mqttsn::TopicId{1});
    CHECK(scene.registered(sensor_b, "b") == mqttsn::TopicId{1});
    scene.send(sensor_b, qos_0(mqttsn::TopicId{1}));
    CHECK(scene.got(second) == "PUBLISH b qos=0 ''");
}

TEST_CASE("MQTT-SN 1.2 §6.5-2: a name with wildcards is refused") {
    Scene scene(both_modes());
    scene.connected(sensor_a, "s1");
    for (const std::string_view name : {"plant/+", "#", "a/#"}) {
        scene.send(sensor_a, mqttsn::Register{.msg_id = mqttsn::MsgId{4}, .topic_name = name});
        CHECK(scene.heard(sensor_a) == "REGACK id=0 msg=4 code=3");
    }
}

TEST_CASE("MQTT-SN 1.2 §6.5-3: a name beyond the limit is congestion, one that is known is not") {
    Settings settings;
    settings.maximum_topics_per_sensor = 1;
    Scene scene(both_modes(settings));
    scene.connected(sensor_a, "s1");
    scene.registered(sensor_a, "a");
    scene.send(sensor_a, mqttsn::Register{.msg_id = mqttsn::MsgId{4}, .topic_name = "b"});
    CHECK(scene.heard(sensor_a) == "REGACK id=0 msg=4 code=1");
    CHECK(scene.gateway.counters().congestion_answers == 1);
    CHECK(scene.registered(sensor_a, "a") == mqttsn::TopicId{1});
}

TEST_CASE("a session that the gateway does not know begins with ids that its sensor's old ones do not meet") {
    // Same settings, same sensor, another time: what a restart without a store looks like.
    Scene before;
    before.connected(sensor_a, "s1", false);
    const auto old_id = before.registered(sensor_a, "a");
    Scene after;
    after.now += std::chrono::seconds(3);
    after.connected(sensor_a, "s1", false);
    after.registered(sensor_a, "b");
    after.send(sensor_a, qos_0(old_id));
    CHECK(after.heard(sensor_a) == "PUBACK id=" + std::to_string(static_cast<unsigned>(old_id)) + " msg=0 code=2");
}

}  // namespace trunkline::gateway
