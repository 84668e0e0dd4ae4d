#include <doctest/doctest.h>

#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;
using mqtt::PacketId;
using mqtt::ReasonCode;

namespace {

mqttsn::Publish publish(std::uint16_t msg_id, std::string_view data = "17.2", bool dup = false) {
    return {.dup = dup,
            .qos = mqttsn::QoS::at_least_once,
            .topic_id = mqttsn::TopicId{1},
            .msg_id = mqttsn::MsgId{msg_id},
            .data = as_byte_view(data)};
}

struct Publishing : Scene {
    explicit Publishing(Settings wanted = {}) : Scene(wanted) {
        id = connected(sensor_a, "s1");
        registered(sensor_a, "p");
    }
    UpstreamId id{};
};

}  // namespace

TEST_CASE("MQTT-SN 1.2 §6.6-2: PUBACK follows the broker's PUBACK") {
    Publishing scene(both_modes());
    scene.send(sensor_a, publish(7));
    CHECK(scene.got(scene.id) == "PUBLISH p qos=1 packet=1 '17.2'");
    CHECK(scene.heard(sensor_a).empty());
    scene.answer(scene.id, mqtt::PubAck{.packet_id = PacketId{1}});
    CHECK(scene.heard(sensor_a) == "PUBACK id=1 msg=7 code=0");
}

TEST_CASE("MQTT-SN 1.2 §6.6-4: the broker's refusals in PUBACK: quota is congestion, others are not supported") {
    Publishing scene(both_modes());
    scene.send(sensor_a, publish(7));
    scene.answer(scene.id, mqtt::PubAck{.packet_id = PacketId{1}, .reason = ReasonCode::quota_exceeded});
    CHECK(scene.heard(sensor_a) == "PUBACK id=1 msg=7 code=1");
    scene.send(sensor_a, publish(8));
    scene.answer(scene.id, mqtt::PubAck{.packet_id = PacketId{2}, .reason = ReasonCode::not_authorized});
    CHECK(scene.heard(sensor_a) == "PUBACK id=1 msg=8 code=3");
    scene.send(sensor_a, publish(9));
    scene.answer(scene.id, mqtt::PubAck{.packet_id = PacketId{3}, .reason = ReasonCode::no_matching_subscribers});
    CHECK(scene.heard(sensor_a) == "PUBACK id=1 msg=9 code=0");
}

TEST_CASE("MQTT-SN 1.2 §6.6-1, §5.3.7-2: QoS 0 goes to the broker and has no answer; a MsgId in it does not matter") {
    Publishing scene(both_modes());
    auto packet = publish(3);
    packet.qos = mqttsn::QoS::at_most_once;
    packet.retain = true;
    scene.send(sensor_a, packet);
    CHECK(scene.got(scene.id) == "PUBLISH p qos=0 retain '17.2'");
    CHECK(scene.heard(sensor_a).empty());
}

TEST_CASE("while as much waits for a slow broker as may, QoS 0 is dropped and counted; what is acknowledged is not") {
    Settings settings = both_modes();
    settings.maximum_unsent_octets = 1'000;
    Publishing scene(settings);
    auto dropped = [&] {
        const auto cause = static_cast<std::size_t>(DropCause::upstream_slow);
        return scene.gateway.counters().dropped_for[cause];
    };
    const mqttsn::Publish reading = qos_0(mqttsn::TopicId{1}, "17.2");
    scene.gateway.upstream_unsent(scene.id, 999);
    scene.send(sensor_a, reading);
    CHECK(scene.got(scene.id) == "PUBLISH p qos=0 '17.2'");
    CHECK(dropped() == 0);
    scene.gateway.upstream_unsent(scene.id, 1'000);
    scene.send(sensor_a, reading);
    CHECK(scene.got(scene.id).empty());
    CHECK(dropped() == 1);
    CHECK(scene.gateway.counters().publish_dropped == 1);
    CHECK(scene.gateway.gauges().unsent_octets == 1'000);
    scene.send(sensor_a, publish(7));
    CHECK(scene.got(scene.id) == "PUBLISH p qos=1 packet=1 '17.2'");
    scene.gateway.upstream_unsent(scene.id, 0);
    scene.send(sensor_a, reading);
    CHECK(scene.got(scene.id) == "PUBLISH p qos=0 '17.2'");
    CHECK(dropped() == 1);
}

TEST_CASE("what waits for brokers on all connections together has a bound, too, which ends with the connection") {
    Settings settings;
    settings.maximum_unsent_octets_of_all = 1'000;
    Publishing scene(settings);
    const UpstreamId other = scene.connected(sensor_b, "s2");
    const mqttsn::Publish reading = qos_0(mqttsn::TopicId{1}, "17.2");
    scene.gateway.upstream_unsent(other, 999);
    scene.send(sensor_a, reading);
    CHECK(scene.got(scene.id) == "PUBLISH p qos=0 '17.2'");
    scene.gateway.upstream_unsent(scene.id, 1);
    scene.send(sensor_a, reading);
    CHECK(scene.got(scene.id).empty());
    scene.close(other);
    CHECK(scene.gateway.gauges().unsent_octets == 1);
    scene.send(sensor_a, reading);
    CHECK(scene.got(scene.id) == "PUBLISH p qos=0 '17.2'");
    scene.gateway.upstream_unsent(other, 5'000);  // it is gone already
    CHECK(scene.gateway.gauges().unsent_octets == 1);
}

TEST_CASE("MQTT-SN 1.2 §6.6-6: an unknown topic id is refused by PUBACK 0x02 whatever the QoS") {
    Publishing scene(both_modes());
    auto packet = publish(7);
    packet.topic_id = mqttsn::TopicId{2};
    scene.send(sensor_a, packet);
    CHECK(scene.heard(sensor_a) == "PUBACK id=2 msg=7 code=2");
    packet.qos = mqttsn::QoS::at_most_once;
    packet.msg_id = {};
    scene.send(sensor_a, packet);
    CHECK(scene.heard(sensor_a) == "PUBACK id=2 msg=0 code=2");
    for (const std::uint16_t reserved : {std::uint16_t{0x0000}, std::uint16_t{0xffff}}) {
        packet.topic_id = mqttsn::TopicId{reserved};
        scene.send(sensor_a, packet);
        CHECK(scene.heard(sensor_a) == "PUBACK id=" + std::to_string(reserved) + " msg=0 code=2");
    }
    CHECK(scene.got(scene.id).empty());
    CHECK(scene.gateway.counters().invalid_topic_ids == 4);
}

TEST_CASE(
    "MQTT-SN 1.2 §6.13-6: a PUBLISH that is sent again while its first copy is under way is not forwarded twice") {
    Publishing scene(both_modes());
    scene.send(sensor_a, publish(7));
    scene.send(sensor_a, publish(7));  // delivered twice by the network
    scene.send(sensor_a, publish(7, "17.2", true));
    CHECK(scene.got(scene.id) == "PUBLISH p qos=1 packet=1 '17.2'");
    CHECK(scene.gateway.counters().publish_repeated == 2);
    scene.answer(scene.id, mqtt::PubAck{.packet_id = PacketId{1}});
    CHECK(scene.heard(sensor_a) == "PUBACK id=1 msg=7 code=0");
}

TEST_CASE(
    "MQTT-SN 1.2 §6.13-6: a PUBLISH that is sent again because its PUBACK was lost is forwarded and acknowledged "
    "again") {
    Publishing scene(both_modes());
    scene.send(sensor_a, publish(7));
    scene.answer(scene.id, mqtt::PubAck{.packet_id = PacketId{1}});
    scene.heard(sensor_a);
    scene.got(scene.id);
    scene.send(sensor_a, publish(7, "17.2", true));
    CHECK(scene.got(scene.id) == "PUBLISH p qos=1 packet=2 '17.2'");
    scene.answer(scene.id, mqtt::PubAck{.packet_id = PacketId{2}});
    CHECK(scene.heard(sensor_a) == "PUBACK id=1 msg=7 code=0");
}

TEST_CASE("a MsgId that is used again for a new message carries the new message") {
    Publishing scene(both_modes());
    scene.send(sensor_a, publish(7, "old"));
    scene.send(sensor_a, publish(7, "new"));
    CHECK(scene.got(scene.id) == "PUBLISH p qos=1 packet=1 'old'; PUBLISH p qos=1 packet=2 'new'");
    scene.answer(scene.id, mqtt::PubAck{.packet_id = PacketId{1}});
    CHECK(scene.heard(sensor_a).empty());
    scene.answer(scene.id, mqtt::PubAck{.packet_id = PacketId{2}});
    CHECK(scene.heard(sensor_a) == "PUBACK id=1 msg=7 code=0");
}

TEST_CASE("MQTT-SN 1.2 §6.6-8: several messages under way are served up to the window, beyond it is congestion") {
    Settings settings;
    settings.uplink_window = 2;
    Publishing scene(both_modes(settings));
    scene.send(sensor_a, publish(7));
    scene.send(sensor_a, publish(8));
    CHECK(scene.heard(sensor_a).empty());
    scene.send(sensor_a, publish(9));
    CHECK(scene.heard(sensor_a) == "PUBACK id=1 msg=9 code=1");
    scene.answer(scene.id, mqtt::PubAck{.packet_id = PacketId{2}});
    CHECK(scene.heard(sensor_a) == "PUBACK id=1 msg=8 code=0");
    scene.send(sensor_a, publish(9));
    CHECK(scene.heard(sensor_a).empty());
}

TEST_CASE("[MQTT-3.3.4-7] a broker that takes fewer messages at a time makes the window smaller") {
    Scene scene;
    scene.send(sensor_a, mqttsn::Connect{.clean_session = true, .client_id = "s1"});
    const UpstreamId id = scene.asked_one();
    scene.open(id);
    mqtt::PropertyBuilder properties;
    properties.number(mqtt::PropertyId::receive_maximum, 1);
    scene.answer(id, mqtt::ConnAck{.properties = properties.view()});
    scene.registered(sensor_a, "p");
    scene.send(sensor_a, publish(7));
    CHECK(scene.heard(sensor_a).empty());
    scene.send(sensor_a, publish(8));
    CHECK(scene.heard(sensor_a) == "PUBACK id=1 msg=8 code=1");
}

TEST_CASE("MQTT-SN 1.2 §6.7-1: a predefined id needs no REGISTER, and its numbers are apart from normal ones") {
    Settings settings;
    settings.predefined_topics = {{mqttsn::TopicId{1}, "plant/flow"}, {mqttsn::TopicId{2}, "mine", "s1"}};
    Publishing scene(both_modes(settings));
    auto packet = publish(7);
    packet.topic_id_type = mqttsn::TopicIdType::predefined;
    scene.send(sensor_a, packet);
    CHECK(scene.got(scene.id) == "PUBLISH plant/flow qos=1 packet=1 '17.2'");
    scene.send(sensor_a, publish(8));
    CHECK(scene.got(scene.id) == "PUBLISH p qos=1 packet=2 '17.2'");
    packet.topic_id = mqttsn::TopicId{2};
    packet.msg_id = mqttsn::MsgId{9};
    scene.send(sensor_a, packet);
    CHECK(scene.got(scene.id) == "PUBLISH mine qos=1 packet=3 '17.2'");
    packet.topic_id = mqttsn::TopicId{3};
    scene.send(sensor_a, packet);
    CHECK(scene.heard(sensor_a) == "PUBACK id=3 msg=9 code=2");
}

TEST_CASE("MQTT-SN 1.2 §6.7-2: a short name is the topic, unless it has wildcards") {
    Publishing scene(both_modes());
    auto packet = publish(7);
    packet.topic_id_type = mqttsn::TopicIdType::short_name;
    packet.topic_id = mqttsn::topic_id_of_short_name("ab");
    scene.send(sensor_a, packet);
    CHECK(scene.got(scene.id) == "PUBLISH ab qos=1 packet=1 '17.2'");
    scene.answer(scene.id, mqtt::PubAck{.packet_id = PacketId{1}});
    CHECK(scene.heard(sensor_a) == "PUBACK id=24930 msg=7 code=0");
    packet.topic_id = mqttsn::topic_id_of_short_name("a#");
    scene.send(sensor_a, packet);
    CHECK(scene.heard(sensor_a) == "PUBACK id=24867 msg=7 code=2");
}

}  // namespace trunkline::gateway
