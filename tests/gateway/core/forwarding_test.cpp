// Messages that the gateway takes over while the broker is away.

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;

namespace {

Settings durable_settings() {
    Settings settings;
    settings.is_durable = true;
    return settings;
}

mqttsn::Publish reading(std::uint16_t msg_id, std::string_view data, bool dup = false) {
    return {.dup = dup,
            .qos = mqttsn::QoS::at_least_once,
            .topic_id = mqttsn::TopicId{1},
            .msg_id = mqttsn::MsgId{msg_id},
            .data = as_byte_view(data)};
}

std::string puback(std::uint16_t msg_id, int code = 0) {
    return "PUBACK id=1 msg=" + std::to_string(msg_id) + " code=" + std::to_string(code);
}

/// A gateway with a store, and a sensor whose connection to the broker was lost.
struct Cut : Scene {
    explicit Cut(const Settings& with = durable_settings()) : Scene(with) {
        gateway.start(now, WallTime{std::chrono::hours(400'000)});
        send(sensor_a, mqttsn::Connect{.clean_session = true, .duration_seconds = 600, .client_id = "s1"});
        id = asked_one();
        open(id);
        accept(id);
        store();
        send(sensor_a, mqttsn::Register{.msg_id = mqttsn::MsgId{77}, .topic_name = "plant/p"});
        store();
        heard(sensor_a);
        got(id);
    }
    void cut() {
        close(id);
        facts();
    }
    std::vector<StoreOperation> store() {
        const auto batch = gateway.take_batch();
        if (!batch) return {};
        gateway.stored(batch->ticket, now);
        return batch->operations;
    }
    void back() {
        pass(1s);
        id = asked_one();
        open(id);
        got(id);
        accept(id);
    }
    void puback_from_broker(std::uint16_t packet_id) {
        answer(id, mqtt::PubAck{.packet_id = mqtt::PacketId{packet_id}});
    }
    UpstreamId id{};
};

}  // namespace

TEST_CASE(
    "MQTT-SN 1.2 §6.6-10: while the broker is away a message is acknowledged once it is stored, and forwarded "
    "afterwards in order") {
    Cut scene(both_modes(durable_settings()));
    scene.cut();
    scene.send(sensor_a, reading(1, "one"));
    CHECK(scene.heard(sensor_a).empty());
    CHECK(std::holds_alternative<PutUplink>(scene.store().at(0)));
    CHECK(scene.heard(sensor_a) == puback(1));
    scene.send(sensor_a, reading(2, "two"));
    scene.store();
    CHECK(scene.heard(sensor_a) == puback(2));
    scene.back();
    CHECK(scene.got(scene.id) == "PUBLISH plant/p qos=1 packet=1 'one'; PUBLISH plant/p qos=1 packet=2 'two'");
    // Nothing newer overtakes them.
    scene.send(sensor_a, reading(3, "three"));
    scene.store();
    CHECK(scene.heard(sensor_a) == puback(3));
    CHECK(scene.got(scene.id) == "PUBLISH plant/p qos=1 packet=3 'three'");
    for (std::uint16_t packet_id = 1; packet_id <= 3; ++packet_id) scene.puback_from_broker(packet_id);
    const auto operations = scene.store();
    CHECK(operations.size() == 3);
    for (const StoreOperation& operation : operations) CHECK(std::holds_alternative<DropUplink>(operation));
    // From here on the broker acknowledges.
    scene.send(sensor_a, reading(4, "four"));
    CHECK(scene.store().empty());
    CHECK(scene.heard(sensor_a).empty());
    scene.puback_from_broker(4);
    CHECK(scene.heard(sensor_a) == puback(4));
}

TEST_CASE("MQTT-SN 1.2 §6.6-10: without a store a message is refused by congestion while the broker is away") {
    Scene scene(both_modes());
    const UpstreamId id = scene.connected(sensor_a, "s1");
    scene.registered(sensor_a, "plant/p");
    scene.close(id);
    scene.pass(scene.settings.upstream_patience);
    scene.send(sensor_a, reading(1, "one"));
    CHECK(scene.heard(sensor_a) == puback(1, 1));
}

TEST_CASE("a message that was under way when the connection broke is taken over, and sent again once") {
    Cut scene(both_modes(durable_settings()));
    scene.send(sensor_a, reading(1, "one"));
    CHECK(scene.got(scene.id) == "PUBLISH plant/p qos=1 packet=1 'one'");
    scene.cut();
    scene.send(sensor_a, reading(1, "one", true));
    scene.store();
    CHECK(scene.heard(sensor_a) == puback(1));
    scene.back();
    CHECK(scene.got(scene.id) == "PUBLISH plant/p qos=1 packet=1 'one'");
    scene.puback_from_broker(1);
    CHECK(scene.heard(sensor_a).empty());
    CHECK(std::holds_alternative<DropUplink>(scene.store().at(0)));
}

TEST_CASE("a retransmission of what was taken over is acknowledged and not stored again; a new message is") {
    Cut scene(both_modes(durable_settings()));
    scene.cut();
    scene.send(sensor_a, reading(1, "one"));
    scene.store();
    scene.heard(sensor_a);
    scene.send(sensor_a, reading(1, "one", true));
    CHECK(scene.store().empty());
    CHECK(scene.heard(sensor_a) == puback(1));
    scene.send(sensor_a, reading(1, "one"));
    CHECK(scene.store().size() == 1);
}

TEST_CASE("MQTT-SN 1.2 §6.6-10: beyond the bounds, of a sensor and of all, the answer is congestion") {
    Settings settings = durable_settings();
    SUBCASE("messages of a sensor") { settings.maximum_stored_messages_per_sensor = 1; }
    SUBCASE("octets of a sensor") {
        settings.maximum_stored_bytes_per_sensor = 2 * std::string("plant/pone").size() - 1;
    }
    SUBCASE("messages of all") { settings.maximum_stored_messages = 1; }
    SUBCASE("octets of all") { settings.maximum_stored_message_bytes = 2 * std::string("plant/pone").size() - 1; }
    Cut scene(settings);
    scene.cut();
    scene.send(sensor_a, reading(1, "one"));
    scene.send(sensor_a, reading(2, "two"));
    scene.store();
    CHECK(scene.heard(sensor_a) == puback(1) + "; " + puback(2, 1));
    scene.back();
    scene.puback_from_broker(1);
    scene.cut();
    scene.send(sensor_a, reading(3, "six"));
    scene.store();
    CHECK(scene.heard(sensor_a) == puback(3));
}

TEST_CASE("a sensor that says goodbye leaves its messages to the gateway, and no will") {
    Cut scene;
    scene.cut();
    scene.send(sensor_a, reading(1, "one"));
    scene.store();
    scene.send(sensor_a, mqttsn::Disconnect{});
    scene.store();
    CHECK(scene.heard(sensor_a) == puback(1) + "; DISCONNECT");
    scene.back();
    CHECK(scene.got(scene.id) == "PUBLISH plant/p qos=1 packet=1 'one'");
    scene.puback_from_broker(1);
    CHECK(scene.got(scene.id) == "DISCONNECT 0 expiry=0");
    scene.store();
    CHECK(scene.gateway.sensor_count() == 0);
}

TEST_CASE("the messages of a lost sensor come before its will") {
    Cut scene;
    scene.send(sensor_a, mqttsn::WillTopicUpd{mqttsn::QoS::at_most_once, false, "state"});
    scene.store();
    scene.cut();
    scene.send(sensor_a, reading(1, "one"));
    scene.store();
    scene.send(sensor_b, mqttsn::Connect{.clean_session = true, .client_id = "s2"});
    scene.heard(sensor_a);
    scene.send(sensor_a, mqttsn::Connect{.clean_session = true, .duration_seconds = 600, .client_id = "s3"});
    scene.pass(1s);
    const auto asked = scene.asked();
    REQUIRE(asked.size() == 3);  // of s2, s3, and s1 again
    scene.id = asked.back();
    scene.open(scene.id);
    scene.got(scene.id);
    scene.accept(scene.id);
    CHECK(scene.got(scene.id) == "PUBLISH plant/p qos=1 packet=1 'one'");
    scene.puback_from_broker(1);
    CHECK(scene.got(scene.id) == "PUBLISH state qos=0 ''; DISCONNECT 0 expiry=0");
}

TEST_CASE("a new clean session of the sensor does not cost the messages of the one before") {
    Cut scene;
    scene.cut();
    scene.send(sensor_a, reading(1, "one"));
    scene.store();
    scene.heard(sensor_a);
    scene.pass(scene.settings.retry.patience());  // no longer the same CONNECT
    scene.asked();
    scene.send(sensor_a, mqttsn::Connect{.clean_session = true, .duration_seconds = 600, .client_id = "s1"});
    scene.id = scene.asked_one();
    scene.open(scene.id);
    scene.got(scene.id);
    scene.accept(scene.id);
    CHECK(scene.got(scene.id) == "PUBLISH plant/p qos=1 packet=1 'one'");
    scene.store();
    CHECK(scene.heard(sensor_a) == "CONNACK code=0");
}

TEST_CASE("a restart: messages of sensors with and without a session are forwarded") {
    Scene scene(durable_settings());
    scene.gateway.start(scene.now, WallTime{std::chrono::hours(400'000)});
    const UplinkRecord record{UplinkNumber{4}, "s1", "plant/p", {std::byte{'1'}}, mqtt::QoS::at_least_once, false};
    SensorRecord sensor;
    sensor.number = SensorNumber{1};
    sensor.client_id = "s1";
    sensor.first_topic_id = mqttsn::TopicId{1};
    sensor.will = Will{"state", {}, mqtt::QoS::at_most_once, false};
    bool has_left = true;
    SUBCASE("active") {
        sensor.state = StoredState::active;
        sensor.address = sensor_a;
        scene.gateway.restore(sensor, scene.now);
        has_left = false;
    }
    SUBCASE("disconnected") {
        sensor.state = StoredState::disconnected;
        scene.gateway.restore(sensor, scene.now);
    }
    SUBCASE("forgotten") {}
    scene.gateway.restore(record, scene.now);
    scene.pass(1s);
    const UpstreamId id = scene.asked_one();
    scene.open(id);
    CHECK(scene.got(id).starts_with("CONNECT s1 clean=0"));
    scene.accept(id);
    CHECK(scene.got(id) == "PUBLISH plant/p qos=1 packet=1 '1'");
    scene.answer(id, mqtt::PubAck{.packet_id = mqtt::PacketId{1}});
    CHECK(scene.got(id).starts_with("DISCONNECT 0") == has_left);  // and no will
}

TEST_CASE("what the broker refuses after all is dropped and counted") {
    Cut scene(both_modes(durable_settings()));
    scene.cut();
    scene.send(sensor_a, reading(1, "one"));
    scene.store();
    scene.back();
    scene.answer(scene.id, mqtt::PubAck{.packet_id = mqtt::PacketId{1}, .reason = mqtt::ReasonCode::not_authorized});
    CHECK(scene.gateway.counters().publish_refused == 1);
    CHECK(std::holds_alternative<DropUplink>(scene.store().at(0)));
}

}  // namespace trunkline::gateway
