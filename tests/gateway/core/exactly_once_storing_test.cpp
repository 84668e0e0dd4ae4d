// QoS 2 where there is a store: what is durable before whom is told, and what the gateway takes over while the broker
// is away. That nothing comes twice, whatever ends when, is tests/gateway/store/exactly_once_test.cpp.

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;
using mqtt::PacketId;
using mqtt::ReasonCode;
using mqttsn::MsgId;
using mqttsn::TopicId;

namespace {

Settings durable_with_topic() {
    Settings settings;
    settings.is_durable = true;
    settings.predefined_topics = {{TopicId{1}, "p"}};
    return settings;
}

mqttsn::Publish reading_of_qos_2(std::uint16_t msg_id, std::string_view data = "17.2") {
    return {.qos = mqttsn::QoS::exactly_once,
            .topic_id_type = mqttsn::TopicIdType::predefined,
            .topic_id = TopicId{1},
            .msg_id = MsgId{msg_id},
            .data = as_byte_view(data)};
}

struct Durable : Scene {
    explicit Durable(const Settings& with = durable_with_topic(), bool clean_session = false) : Scene(with) {
        gateway.start(now, WallTime{std::chrono::hours(400'000)});
        connect(clean_session);
    }
    void connect(bool clean_session) {
        send(sensor_a, mqttsn::Connect{.clean_session = clean_session, .duration_seconds = 0, .client_id = "s1"});
        id = asked_one();
        open(id);
        accept(id, false);
        store();
        REQUIRE(heard(sensor_a) == "CONNACK code=0");
        got(id);
    }
    std::vector<StoreOperation> store() {
        const auto batch = gateway.take_batch();
        if (!batch) return {};
        gateway.stored(batch->ticket, now);
        return batch->operations;
    }
    void back(bool session_present = true) {
        pass(1s);
        id = asked_one();
        open(id);
        got(id);
        accept(id, session_present);
    }
    void broker_takes(std::uint16_t packet_id) {
        answer(id, mqtt::PubRec{.packet_id = PacketId{packet_id}});
        store();
        answer(id, mqtt::PubComp{.packet_id = PacketId{packet_id}});
        store();
    }
    UpstreamId id{};
};

constexpr std::uint16_t first_packet_id = 0x8001;  // of the first stored message

}  // namespace

TEST_CASE("a QoS 2 message is durable before its PUBLISH, PUBREC before PUBREL, the quarantine before PUBCOMP") {
    Durable scene(both_modes(durable_with_topic()));
    scene.send(sensor_a, reading_of_qos_2(7));
    CHECK(scene.got(scene.id).empty());
    auto operations = scene.store();
    CHECK(std::holds_alternative<PutUplink>(operations.at(0)));
    CHECK(std::holds_alternative<PutUplinkExchange>(operations.at(1)));
    CHECK(scene.got(scene.id) == "PUBLISH p qos=2 packet=32769 '17.2'");
    scene.answer(scene.id, mqtt::PubRec{.packet_id = PacketId{first_packet_id}});
    CHECK(scene.got(scene.id).empty());
    CHECK(std::get<PutUplink>(scene.store().at(0)).record.is_received);
    CHECK(scene.got(scene.id) == "PUBREL packet=32769");
    CHECK(scene.heard(sensor_a).empty());
    scene.answer(scene.id, mqtt::PubComp{.packet_id = PacketId{first_packet_id}});
    CHECK(scene.heard(sensor_a) == "PUBREC msg=7");
    CHECK(std::holds_alternative<DropUplink>(scene.store().at(0)));
    scene.send(sensor_a, mqttsn::PubRel{MsgId{7}});
    CHECK(scene.heard(sensor_a).empty());
    CHECK(std::get<PutUplinkExchange>(scene.store().at(0)).record.released_at);
    CHECK(scene.heard(sensor_a) == "PUBCOMP msg=7");
    scene.pass(2 * scene.settings.retry.interval);
    scene.send(sensor_a, reading_of_qos_2(7));  // the same reading again
    CHECK(std::holds_alternative<DropUplinkExchange>(scene.store().at(0)));
    CHECK(scene.got(scene.id) == "PUBLISH p qos=2 packet=32770 '17.2'");
}

TEST_CASE("while the broker is away QoS 2 messages are taken over within bounds, and brought to it in order") {
    Settings settings = durable_with_topic();
    settings.maximum_stored_messages_per_sensor = 2;
    Durable scene(both_modes(settings));
    scene.close(scene.id);
    scene.send(sensor_a, reading_of_qos_2(7, "one"));
    CHECK(scene.heard(sensor_a).empty());
    scene.store();
    CHECK(scene.heard(sensor_a) == "PUBREC msg=7");
    scene.send(sensor_a, mqttsn::PubRel{MsgId{7}});
    scene.store();
    CHECK(scene.heard(sensor_a) == "PUBCOMP msg=7");
    scene.send(sensor_a, reading_of_qos_2(8, "two"));
    scene.send(sensor_a, reading_of_qos_2(9, "three"));
    scene.store();
    CHECK(scene.heard(sensor_a) == "PUBREC msg=8; PUBACK id=1 msg=9 code=1");
    scene.back();
    CHECK(scene.got(scene.id) == "PUBLISH p qos=2 packet=32769 'one'; PUBLISH p qos=2 packet=32770 'two'");
    scene.broker_takes(first_packet_id);
    scene.broker_takes(first_packet_id + 1);
    CHECK(scene.heard(sensor_a).empty());
    CHECK(scene.gateway.counters().publish_stored == 2);
}

TEST_CASE("a message that was under way when the broker was lost is answered for by the store, when it comes again") {
    Durable scene(both_modes(durable_with_topic()));
    scene.send(sensor_a, reading_of_qos_2(7));
    scene.store();
    scene.close(scene.id);
    CHECK(scene.heard(sensor_a).empty());
    scene.send(sensor_a, reading_of_qos_2(7));
    CHECK(scene.heard(sensor_a) == "PUBREC msg=7");
    scene.back();
    CHECK(scene.got(scene.id) == "PUBLISH p qos=2 packet=32769 dup '17.2'");
    scene.broker_takes(first_packet_id);
    CHECK(scene.heard(sensor_a).empty());
}

TEST_CASE("a broker that has lost the session gets what it has not acknowledged as new, and the rest is over") {
    Durable scene(both_modes(durable_with_topic()));
    scene.send(sensor_a, reading_of_qos_2(7, "one"));
    scene.send(sensor_a, reading_of_qos_2(8, "two"));
    scene.store();
    scene.answer(scene.id, mqtt::PubRec{.packet_id = PacketId{first_packet_id}});
    scene.store();
    scene.close(scene.id);
    scene.back(false);
    CHECK(scene.heard(sensor_a) == "PUBREC msg=7");
    CHECK(scene.got(scene.id) == "PUBLISH p qos=2 packet=32770 'two'");
}

TEST_CASE("a restart: a QoS 2 message that the broker may have goes on where it was, in the session that it kept") {
    for (const bool is_received : {false, true}) {
        for (const bool session_present : {false, true}) {
            CAPTURE(is_received);
            CAPTURE(session_present);
            Scene scene(durable_with_topic());
            scene.gateway.start(scene.now, WallTime{std::chrono::hours(400'000)});
            scene.gateway.restore(UplinkRecord{.number = UplinkNumber{4},
                                               .client_id = "s1",
                                               .topic = "p",
                                               .payload = {std::byte{'1'}},
                                               .qos = mqtt::QoS::exactly_once,
                                               .is_received = is_received},
                                  scene.now);
            scene.pass(1s);
            const UpstreamId id = scene.asked_one();
            scene.open(id);
            scene.got(id);
            scene.accept(id, session_present);
            const std::string got = scene.got(id);
            if (is_received) CHECK(got == (session_present ? "PUBREL packet=32772" : "DISCONNECT 0 expiry=0"));
            else
                CHECK(got ==
                      (session_present ? "PUBLISH p qos=2 packet=32772 dup '1'" : "PUBLISH p qos=2 packet=32772 '1'"));
        }
    }
}

TEST_CASE("[MQTT-3.2.2-11] a broker that grants less than QoS 2 makes the answer PUBACK 0x03") {
    for (const bool is_durable : {false, true}) {
        Settings settings = durable_with_topic();
        settings.is_durable = is_durable;
        mqtt::PropertyBuilder properties;
        properties.number(mqtt::PropertyId::maximum_qos, 1);
        Scene scene(settings);
        if (is_durable) scene.gateway.start(scene.now, WallTime{std::chrono::hours(400'000)});
        scene.send(sensor_a, mqttsn::Connect{.clean_session = false, .duration_seconds = 0, .client_id = "s1"});
        const UpstreamId id = scene.asked_one();
        scene.open(id);
        scene.answer(id, mqtt::ConnAck{.properties = properties.view()});
        const auto store = [&] {
            if (const auto batch = scene.gateway.take_batch()) scene.gateway.stored(batch->ticket, scene.now);
        };
        store();
        scene.heard(sensor_a);
        scene.send(sensor_a, reading_of_qos_2(7));
        store();
        CHECK(scene.heard(sensor_a) == "PUBACK id=1 msg=7 code=3");
    }
}

TEST_CASE("a sensor that begins a new session waits until what was promised to it has arrived") {
    Durable scene;
    scene.close(scene.id);
    scene.send(sensor_a, reading_of_qos_2(7));
    scene.store();
    CHECK(scene.heard(sensor_a) == "PUBREC msg=7");
    const mqttsn::Connect connect{.clean_session = true, .duration_seconds = 5, .client_id = "s1"};
    scene.send(sensor_a, connect);
    CHECK(scene.heard(sensor_a) == "CONNACK code=1");
    scene.back();
    scene.send(sensor_a, connect);
    CHECK(scene.heard(sensor_a).empty());
    scene.broker_takes(first_packet_id);
    scene.send(sensor_a, connect);
    CHECK(scene.got(scene.id).ends_with("DISCONNECT 0"));
}

TEST_CASE("a sensor that begins a new session gives up what was not promised to it") {
    Durable scene(both_modes(durable_with_topic()));
    scene.send(sensor_a, reading_of_qos_2(7));
    scene.store();
    scene.connect(true);
    CHECK(scene.got(scene.id).empty());
    scene.send(sensor_a, reading_of_qos_2(7));
    scene.store();
    CHECK(scene.got(scene.id) == "PUBLISH p qos=2 packet=32770 '17.2'");
}

TEST_CASE("the messages of a sensor that has left are brought to the broker, and nothing else of it") {
    Durable scene(durable_with_topic(), true);
    scene.close(scene.id);
    scene.send(sensor_a, reading_of_qos_2(7));
    scene.store();
    scene.send(sensor_a, mqttsn::Disconnect{});
    scene.store();
    CHECK(scene.heard(sensor_a) == "PUBREC msg=7; DISCONNECT");
    scene.back(false);
    scene.broker_takes(first_packet_id);
    CHECK(scene.got(scene.id).ends_with("PUBREL packet=32769; DISCONNECT 0 expiry=0"));
    CHECK(scene.gateway.sensor_count() == 0);
}

}  // namespace trunkline::gateway
