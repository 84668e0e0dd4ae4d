// What is durable before a sensor hears of it, and what a restart gives back.

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;

namespace {

constexpr WallTime calendar{std::chrono::hours(400'000)};

Settings durable() {
    Settings settings;
    settings.is_durable = true;
    return settings;
}

struct DurableScene : Scene {
    explicit DurableScene(const Settings& with = durable()) : Scene(with) { gateway.start(now, calendar); }

    /// The open batch is on the disk.
    StoreBatch stored() {
        std::optional<StoreBatch> batch = gateway.take_batch();
        REQUIRE(batch);
        gateway.stored(batch->ticket, now);
        return *std::move(batch);
    }
    UpstreamId connected(const Address& from, std::string_view client_id, bool clean_session = true) {
        send(from, mqttsn::Connect{.clean_session = clean_session, .duration_seconds = 60, .client_id = client_id});
        const UpstreamId id = asked_one();
        open(id);
        accept(id);
        stored();
        REQUIRE(heard(from) == "CONNACK code=0");
        got(id);
        facts();
        return id;
    }
    void restore(const StoreRecord& record) { gateway.restore(record, now); }
};

SensorRecord sensor(StoredState state, bool clean_session = true) {
    return {.number = SensorNumber{7},
            .client_id = "s1",
            .state = state,
            .since = calendar,
            .address = sensor_a,
            .clean_session = clean_session,
            .keep_alive = 60s,
            .sleep_duration = 600s,
            .first_topic_id = mqttsn::TopicId{1},
            .will = Will{"state", {}, mqtt::QoS::at_most_once, false}};
}

/// A gateway that has restarted with one sensor, and its connection to the broker, back as well.
struct Restarted : DurableScene {
    explicit Restarted(const SensorRecord& record, bool session_present = true) {
        restore(record);
        restore(TopicRecord{record.number, 0, "plant/p"});
        restore(SubscriptionRecord{record.number, "plant/set", mqtt::QoS::at_least_once});
        pass(1s);  // the longest first back-off
        id = asked_one();
        open(id);
        connect = got(id);
        accept(id, session_present);
    }
    UpstreamId id{};
    std::string connect;
};

}  // namespace

TEST_CASE("CONNACK waits until the sensor is stored") {
    DurableScene scene(both_modes(durable()));
    scene.send(sensor_a, mqttsn::Connect{.clean_session = true, .duration_seconds = 60, .client_id = "s1"});
    const UpstreamId id = scene.asked_one();
    scene.open(id);
    scene.accept(id);
    CHECK(scene.heard(sensor_a).empty());
    const StoreBatch batch = scene.stored();
    CHECK(scene.heard(sensor_a) == "CONNACK code=0");
    REQUIRE(batch.operations.size() == 1);
    const SensorRecord& record = std::get<PutSensor>(batch.operations[0]).record;
    CHECK(record.client_id == "s1");
    CHECK(record.state == StoredState::active);
    CHECK(record.address == sensor_a);
    CHECK(record.keep_alive == 60s);
    CHECK(!scene.gateway.take_batch());
}

TEST_CASE("REGACK waits until the id is stored, and so does that of a repeated REGISTER") {
    DurableScene scene(both_modes(durable()));
    scene.connected(sensor_a, "s1");
    scene.send(sensor_a, mqttsn::Register{.msg_id = mqttsn::MsgId{1}, .topic_name = "plant/p"});
    const auto batch = scene.gateway.take_batch();
    REQUIRE(batch);
    CHECK(std::get<PutTopic>(batch->operations.at(0)).record.name == "plant/p");
    scene.send(sensor_a, mqttsn::Register{.msg_id = mqttsn::MsgId{2}, .topic_name = "plant/p"});
    CHECK(scene.heard(sensor_a).empty());
    CHECK(!scene.gateway.take_batch());
    scene.gateway.stored(batch->ticket, scene.now);
    CHECK(scene.heard(sensor_a) == "REGACK id=1 msg=1 code=0; REGACK id=1 msg=2 code=0");
}

TEST_CASE("SUBACK waits until the subscription is stored; one that the broker forgot is not stored again") {
    DurableScene scene(both_modes(durable()));
    const UpstreamId id = scene.connected(sensor_a, "s1", false);
    scene.send(sensor_a, mqttsn::Subscribe{
                             .qos = mqttsn::QoS::at_least_once, .msg_id = mqttsn::MsgId{3}, .topic_name = "plant/+"});
    scene.suback(id, 1, mqtt::ReasonCode::granted_qos_1);
    CHECK(scene.heard(sensor_a).empty());
    const StoreBatch batch = scene.stored();
    CHECK(std::get<PutSubscription>(batch.operations.at(0)).record.filter == "plant/+");
    CHECK(scene.heard(sensor_a) == "SUBACK qos=1 id=0 msg=3 code=0");
    scene.send(sensor_a, mqttsn::Unsubscribe{.msg_id = mqttsn::MsgId{4}, .topic_name = "plant/+"});
    CHECK(scene.heard(sensor_a).empty());
    CHECK(std::holds_alternative<DropSubscription>(scene.stored().operations.at(0)));
}

TEST_CASE("MQTT-SN 1.2 §6.14: the answer to a sleeper's DISCONNECT waits until its sleep is stored") {
    DurableScene scene(both_modes(durable()));
    scene.connected(sensor_a, "s1");
    scene.send(sensor_a, mqttsn::Disconnect{std::uint16_t{300}});
    CHECK(scene.heard(sensor_a).empty());
    const StoreBatch batch = scene.stored();
    const SensorRecord& record = std::get<PutSensor>(batch.operations.at(0)).record;
    CHECK(record.state == StoredState::asleep);
    CHECK(record.sleep_duration == 300s);
    CHECK(scene.heard(sensor_a) == "DISCONNECT");
    // Waking up for messages changes nothing that a restart would have to know.
    scene.send(sensor_a, mqttsn::PingReq{"s1"});
    CHECK(scene.heard(sensor_a) == "PINGRESP");
    CHECK(!scene.gateway.take_batch());
}

TEST_CASE("the goodbye of a clean sensor is answered when it is forgotten on disk") {
    DurableScene scene(both_modes(durable()));
    scene.connected(sensor_a, "s1");
    scene.send(sensor_a, mqttsn::Disconnect{});
    CHECK(scene.heard(sensor_a).empty());
    CHECK(scene.gateway.sensor_count() == 1);
    CHECK(std::holds_alternative<DropSensor>(scene.stored().operations.at(0)));
    CHECK(scene.heard(sensor_a) == "DISCONNECT");
    CHECK(scene.gateway.sensor_count() == 0);
}

TEST_CASE("MQTT-SN 1.2 §6.4: WILLTOPICRESP and WILLMSGRESP wait until the will is stored") {
    DurableScene scene(both_modes(durable()));
    scene.connected(sensor_a, "s1");
    scene.send(sensor_a, mqttsn::WillTopicUpd{mqttsn::QoS::at_most_once, false, "state"});
    CHECK(scene.heard(sensor_a).empty());
    scene.stored();
    CHECK(scene.heard(sensor_a) == "WILLTOPICRESP code=0");
    scene.send(sensor_a, mqttsn::WillMsgUpd{as_byte_view("gone")});
    CHECK(scene.heard(sensor_a).empty());
    const StoreBatch batch = scene.stored();
    CHECK(as_text(std::get<PutSensor>(batch.operations.at(0)).record.will->message) == "gone");
    CHECK(scene.heard(sensor_a) == "WILLMSGRESP code=0");
}

TEST_CASE("an id that a message from the broker needs is stored before its REGISTER leaves") {
    DurableScene scene;
    const UpstreamId id = scene.connected(sensor_a, "s1", false);
    scene.answer(id, mqtt::Publish{.topic = "plant/set", .payload = as_byte_view("5")});
    CHECK(scene.heard(sensor_a).empty());
    CHECK(std::holds_alternative<PutTopic>(scene.stored().operations.at(0)));
    CHECK(scene.heard(sensor_a).starts_with("REGISTER id="));
}

TEST_CASE("while the disk fails, who waits for it gets PINGRESP and no promise; the rest goes on") {
    DurableScene scene(both_modes(durable()));
    scene.connected(sensor_a, "s1");
    scene.connected(sensor_b, "s2");
    scene.send(sensor_a, mqttsn::Register{.msg_id = mqttsn::MsgId{1}, .topic_name = "plant/p"});
    const auto batch = scene.gateway.take_batch();
    REQUIRE(batch);
    scene.gateway.store_failed(batch->ticket, {13, "disk full"}, scene.now);
    scene.gateway.store_failed(batch->ticket, {13, "disk full"}, scene.now);
    CHECK(scene.facts() == "store failed 13 disk full");
    scene.send(sensor_a, mqttsn::PingReq{});
    CHECK(scene.heard(sensor_a) == "PINGRESP");
    scene.send(sensor_b, mqttsn::Publish{.qos = mqttsn::QoS::at_least_once,
                                         .topic_id_type = mqttsn::TopicIdType::short_name,
                                         .topic_id = mqttsn::TopicId{0x6162},
                                         .msg_id = mqttsn::MsgId{9},
                                         .data = {}});
    CHECK(scene.heard(sensor_b).empty());  // on its way to the broker
    scene.gateway.stored(batch->ticket, scene.now);
    CHECK(scene.facts() == "store healed");
    CHECK(scene.heard(sensor_a) == "REGACK id=1 msg=1 code=0");
}

TEST_CASE("when too much waits for the disk, new promises are refused by congestion") {
    Settings settings = durable();
    settings.maximum_unstored_operations = 1;
    DurableScene scene(both_modes(settings));
    scene.connected(sensor_a, "s1");
    scene.send(sensor_a, mqttsn::Register{.msg_id = mqttsn::MsgId{1}, .topic_name = "plant/p"});
    scene.send(sensor_a, mqttsn::Register{.msg_id = mqttsn::MsgId{2}, .topic_name = "plant/q"});
    scene.send(sensor_b, mqttsn::Connect{.clean_session = true, .duration_seconds = 60, .client_id = "s2"});
    CHECK(scene.heard(sensor_b) == "CONNACK code=1");
    scene.stored();
    CHECK(scene.heard(sensor_a) == "REGACK id=1 msg=1 code=0; REGACK id=0 msg=2 code=1");
}

TEST_CASE("a sensor that repeats itself while the disk is away fills no memory") {
    DurableScene scene(both_modes(durable()));
    scene.connected(sensor_a, "s1");
    for (int repeated = 0; repeated < 100; ++repeated) scene.send(sensor_a, mqttsn::Disconnect{std::uint16_t{300}});
    CHECK(scene.stored().operations.size() == 1);
    CHECK(scene.gateway.counters().answers_dropped == 100 - AnswerGate::limit);
}

TEST_CASE("MQTT-SN 1.2 §6.5-9: a restart: an active sensor goes on without CONNECT, its ids hold") {
    Restarted scene(sensor(StoredState::active, false));
    CHECK(scene.connect.starts_with("CONNECT s1 clean=0"));
    scene.send(sensor_a, qos_0(mqttsn::TopicId{1}, "reading"));
    CHECK(scene.got(scene.id) == "PUBLISH plant/p qos=0 'reading'");
    scene.send(sensor_a, mqttsn::Register{.msg_id = mqttsn::MsgId{1}, .topic_name = "plant/q"});
    scene.stored();
    CHECK(scene.heard(sensor_a) == "REGACK id=2 msg=1 code=0");
    CHECK(scene.facts().empty());
}

TEST_CASE("a restart: subscriptions are made again when the broker has forgotten them") {
    Restarted scene(sensor(StoredState::active), false);
    CHECK(scene.got(scene.id) == "SUBSCRIBE packet=1 plant/set qos=1");
    scene.suback(scene.id, 1, mqtt::ReasonCode::granted_qos_1);
    CHECK(scene.heard(sensor_a).empty());
    CHECK(!scene.gateway.take_batch());
}

TEST_CASE("a restart publishes no will: silence counts from it, with the whole tolerance") {
    SensorRecord record = sensor(StoredState::active);
    record.keep_alive = 20s;
    Restarted scene(record);
    scene.got(scene.id);
    scene.pass(29s - 1ns);  // 30 s in all, one of which is over
    CHECK(scene.facts().empty());
    scene.pass(1ns);
    CHECK(scene.facts() == "gone s1 keep_alive_timeout; will s1 state");
}

TEST_CASE("MQTT-SN 1.2 §6.14: a restart leaves a sleeper asleep, for as long as it said") {
    Restarted scene(sensor(StoredState::asleep, false));
    scene.answer(scene.id, mqtt::Publish{.topic = "plant/p", .payload = as_byte_view("5")});
    CHECK(scene.heard(sensor_a).empty());
    scene.send(sensor_a, mqttsn::PingReq{"s1"});
    // Not with the MsgIds of the life before, which the sensor may remember.
    const std::string heard = scene.heard(sensor_a);
    CHECK(heard.starts_with("REGISTER id=1 msg="));
    CHECK(heard != "REGISTER id=1 msg=1 plant/p");
    scene.pass(1s);
    CHECK(scene.facts().empty());
}

TEST_CASE("a restart: the will of a sensor that was lost before is published") {
    DurableScene scene(both_modes(durable()));
    scene.restore(sensor(StoredState::lost));
    scene.pass(1s);
    const UpstreamId id = scene.asked_one();
    scene.open(id);
    scene.got(id);
    scene.accept(id);
    CHECK(scene.got(id) == "PUBLISH state qos=0 ''; DISCONNECT 0 expiry=0");
    CHECK(std::holds_alternative<DropSensor>(scene.stored().operations.at(0)));
}

TEST_CASE("a restart: a persistent session without connection expires when it would have") {
    DurableScene scene(both_modes(durable()));
    SensorRecord record = sensor(StoredState::disconnected, false);
    record.since = calendar - scene.settings.upstream_session_expiry + 10s;
    scene.restore(record);
    scene.pass(10s - 1ns);
    CHECK(scene.gateway.sensor_count() == 1);
    scene.pass(1ns);
    CHECK(std::holds_alternative<DropSensor>(scene.stored().operations.at(0)));
    CHECK(scene.gateway.sensor_count() == 0);
}

TEST_CASE("a restart: connections to the broker come back spread, and not faster than allowed") {
    Settings settings = durable();
    settings.upstream_reopens_per_second = 10;
    DurableScene scene(both_modes(settings));
    for (std::uint8_t number = 1; number <= 100; ++number) {
        SensorRecord record = sensor(StoredState::active);
        record.number = SensorNumber{number};
        record.client_id = "s" + std::to_string(number);
        record.address = Address::v4(10, 0, 0, number, 5000);
        scene.restore(record);
    }
    CHECK(scene.asked().empty());
    std::size_t opened = 0;
    for (int second = 0; second < 11; ++second) {
        scene.pass(1s);
        const std::size_t now = scene.asked().size();
        CHECK(now <= 11);
        opened += now;
    }
    CHECK(opened == 100);
}

TEST_CASE("a sensor beyond the limit is not restored, and goes from the store") {
    Settings settings = durable();
    settings.maximum_sensors = 0;
    DurableScene scene(both_modes(settings));
    scene.restore(sensor(StoredState::active));
    scene.restore(TopicRecord{SensorNumber{7}, 0, "plant/p"});
    CHECK(scene.gateway.sensor_count() == 0);
    CHECK(std::holds_alternative<DropSensor>(scene.stored().operations.at(0)));
}

}  // namespace trunkline::gateway
