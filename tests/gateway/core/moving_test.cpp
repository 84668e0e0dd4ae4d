// Sensors whose address changes (MQTT-SN 1.2 §6.14; 1.2 has no security, and knows a client by its address).

#include <doctest/doctest.h>

#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;
using mqttsn::TopicId;

namespace {

const Address trusted = Address::v4(10, 9, 0, 1, 6001);
const Address trusted_too = Address::v4(10, 9, 200, 7, 6002);
const Address elsewhere = Address::v4(10, 10, 0, 1, 6003);

Settings with_trust() {
    Settings settings;
    settings.trusted_networks = {{Address::v4(10, 9, 0, 0, 0), Network::mapped_bits + 16}};
    return settings;
}

/// A sensor that sleeps, with a message that waits for it.
struct Sleeper : Scene {
    explicit Sleeper(const Settings& wanted = with_trust()) : Scene(wanted) {
        id = connected(sensor_a, "s1");
        subscribe_to_all(sensor_a);
        send(sensor_a, mqttsn::Disconnect{std::uint16_t{100}});
        REQUIRE(heard(sensor_a) == "DISCONNECT");
        answer(id, mqtt::Publish{.topic = "ab", .properties = {}, .payload = as_byte_view("kept")});
    }
    UpstreamId id{};
};

constexpr std::string_view what_waited = "PUBLISH short id=24930 qos=0 msg=0 'kept'; PINGRESP";

}  // namespace

TEST_CASE("MQTT-SN 1.2 §6.14-15: G16: a sleeper that wakes at another address of a trusted network goes on there") {
    Sleeper scene(both_modes(with_trust()));
    scene.send(trusted, mqttsn::PingReq{"s1"});
    CHECK(scene.heard(trusted) == what_waited);
    CHECK(scene.facts() == "moved s1");
    scene.send(sensor_a, mqttsn::PingReq{"s1"});  // not trusted, though it was there once
    CHECK(scene.heard(sensor_a) == "DISCONNECT");
    scene.send(trusted_too, mqttsn::PingReq{"s1"});
    CHECK(scene.heard(trusted_too) == "PINGRESP");
    CHECK(scene.asked().empty());
    scene.pass(150s);  // silence counts from there, and nothing of the old address is left
    CHECK(scene.facts().ends_with("gone s1 keep_alive_timeout"));
    CHECK(scene.gateway.sensor_count() == 0);
}

TEST_CASE("MQTT-SN 1.2 §6.14-15: G16: from elsewhere nobody takes a session over by a name, awake or asleep") {
    Sleeper scene(both_modes(with_trust()));
    scene.send(elsewhere, mqttsn::PingReq{"s1"});
    CHECK(scene.heard(elsewhere) == "DISCONNECT");
    scene.send(elsewhere, mqttsn::Publish{.topic_id_type = mqttsn::TopicIdType::short_name,
                                          .topic_id = mqttsn::topic_id_of_short_name("ab"),
                                          .data = as_byte_view("forged")});
    CHECK(scene.heard(elsewhere) == "DISCONNECT");
    scene.send(elsewhere, mqttsn::Disconnect{});  // ends nobody's session
    CHECK(scene.heard(elsewhere) == "DISCONNECT");
    CHECK(scene.got(scene.id).empty());
    CHECK(scene.facts().empty());
    scene.send(sensor_a, mqttsn::PingReq{"s1"});
    CHECK(scene.heard(sensor_a) == what_waited);
}

TEST_CASE("MQTT-SN 1.2 §6.14-15: an active sensor that says its name from another trusted address goes on there") {
    Scene scene(both_modes(with_trust()));
    const UpstreamId id = scene.connected(sensor_a, "s1");
    const TopicId topic = scene.registered(sensor_a, "p");
    scene.send(trusted, qos_0(topic, "lost"));
    CHECK(scene.heard(trusted) == "DISCONNECT");  // nobody says that here
    scene.send(trusted, mqttsn::PingReq{"s1"});
    CHECK(scene.heard(trusted) == "PINGRESP");
    scene.send(trusted, qos_0(topic, "1"));
    CHECK(scene.got(id) == "PUBLISH p qos=0 '1'");
}

TEST_CASE("MQTT-SN 1.2 §6.14-16: who wants to sleep where nobody is connected hears nothing, and so connects again") {
    Scene scene(both_modes(with_trust()));
    scene.connected(sensor_a, "s1");
    for (const Address& from : {trusted, elsewhere}) {
        scene.send(from, mqttsn::Disconnect{std::uint16_t{100}});
        CHECK(scene.heard(from).empty());
        scene.send(from, mqttsn::Disconnect{std::uint16_t{0}});  // goodbye
        CHECK(scene.heard(from) == "DISCONNECT");
    }
    scene.send(sensor_a, mqttsn::Disconnect{std::uint16_t{100}});
    CHECK(scene.heard(sensor_a) == "DISCONNECT");
}

TEST_CASE("a name that has no connection here moves nobody, from a trusted network either") {
    Scene scene(both_modes(with_trust()));
    scene.connected(sensor_a, "s1", false);
    scene.send(sensor_a, mqttsn::Disconnect{});
    scene.send(trusted, mqttsn::PingReq{"s1"});
    CHECK(scene.heard(trusted) == "DISCONNECT");
    scene.send(trusted, mqttsn::PingReq{"nobody"});
    CHECK(scene.heard(trusted) == "DISCONNECT");
}

TEST_CASE("who moves to another sensor's address takes its place, as by CONNECT") {
    Sleeper scene(both_modes(with_trust()));
    scene.connected(trusted, "s2");
    scene.send(trusted, mqttsn::PingReq{"s1"});
    CHECK(scene.heard(trusted) == what_waited);
    CHECK(scene.facts() == "gone s2 replaced; moved s1");
}

TEST_CASE("MQTT-SN 1.2 §6.14-15: a sleeper whose address has become another's wakes where the network is trusted") {
    Sleeper scene(both_modes(with_trust()));
    scene.connected(sensor_a, "s2");
    scene.send(trusted, mqttsn::PingReq{"s1"});
    CHECK(scene.heard(trusted) == what_waited);
    CHECK(scene.facts() == "moved s1");
    scene.send(sensor_a, mqttsn::PingReq{});
    CHECK(scene.heard(sensor_a) == "PINGRESP");
}

TEST_CASE("a move is stored before the sensor hears of it") {
    Settings settings = with_trust();
    settings.is_durable = true;
    Scene scene(both_modes(settings));
    scene.gateway.start(scene.now, WallTime{std::chrono::hours(400'000)});
    const auto store = [&] {
        const std::optional<StoreBatch> batch = scene.gateway.take_batch();
        REQUIRE(batch);
        scene.gateway.stored(batch->ticket, scene.now);
        return std::get<PutSensor>(batch->operations.back()).record;
    };
    scene.send(sensor_a, mqttsn::Connect{.clean_session = true, .duration_seconds = 60, .client_id = "s1"});
    const UpstreamId id = scene.asked_one();
    scene.open(id);
    scene.accept(id);
    CHECK(store().address == sensor_a);
    scene.send(sensor_a, mqttsn::Disconnect{std::uint16_t{100}});
    CHECK(store().state == StoredState::asleep);
    scene.send(trusted, mqttsn::PingReq{"s1"});
    CHECK(scene.heard(trusted).empty());
    CHECK(store().address == trusted);
    CHECK(scene.heard(trusted) == "PINGRESP");
}

}  // namespace trunkline::gateway
