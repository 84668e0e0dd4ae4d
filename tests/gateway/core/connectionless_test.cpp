#include "gateway/core/connectionless.hpp"

#include <doctest/doctest.h>

#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;
using mqttsn::TopicId;
using mqttsn::TopicIdType;

namespace {

mqttsn::Publish reading(std::string_view data, TopicIdType type = TopicIdType::predefined, TopicId id = TopicId{9}) {
    return {.qos = mqttsn::QoS::minus_one, .topic_id_type = type, .topic_id = id, .data = as_byte_view(data)};
}

Settings with_topics(std::size_t waiting = 100) {
    Settings settings;
    settings.predefined_topics = {{TopicId{9}, "plant/flow"}, {TopicId{8}, "not for all", "s1"}};
    settings.maximum_connectionless_waiting = waiting;
    return settings;
}

}  // namespace

TEST_CASE(
    "MQTT-SN 1.2 §6.8-1: G4: QoS -1 goes to the broker as QoS 0 over the gateway's own connection, without an answer") {
    Scene scene(with_topics());
    CHECK(scene.asked().empty());
    scene.send(sensor_a, reading("1"));
    const UpstreamId id = scene.asked_one();
    scene.open(id);
    CHECK(scene.got(id) == "CONNECT trunkline-gateway-1 clean=1 expiry=0");
    scene.accept(id);
    CHECK(scene.got(id) == "PUBLISH plant/flow qos=0 '1'");
    scene.send(sensor_b, reading("2", TopicIdType::short_name, mqttsn::topic_id_of_short_name("ab")));
    CHECK(scene.got(id) == "PUBLISH ab qos=0 '2'");
    CHECK(scene.heard(sensor_a).empty());
    CHECK(scene.heard(sensor_b).empty());
    CHECK(scene.gateway.sensor_count() == 0);
}

TEST_CASE("QoS -1 for a broker that takes too little is dropped and counted, and goes on when it takes more") {
    Settings settings = with_topics();
    settings.maximum_unsent_octets = 100;
    Scene scene(settings);
    scene.send(sensor_a, reading("1"));
    const UpstreamId id = scene.asked_one();
    scene.open(id);
    scene.accept(id);
    scene.got(id);
    scene.gateway.upstream_unsent(id, 100);
    scene.send(sensor_a, reading("2"));
    CHECK(scene.got(id).empty());
    CHECK(scene.gateway.counters().dropped_for[static_cast<std::size_t>(DropCause::upstream_slow)] == 1);
    scene.gateway.upstream_unsent(id, 99);
    scene.send(sensor_a, reading("3"));
    CHECK(scene.got(id) == "PUBLISH plant/flow qos=0 '3'");
}

TEST_CASE("MQTT-SN 1.2 §6.8-2: QoS -1 with an id that belongs to nobody is dropped and counted") {
    Scene scene(with_topics());
    scene.send(sensor_a, reading("1", TopicIdType::normal, TopicId{1}));
    scene.send(sensor_a, reading("1", TopicIdType::predefined, TopicId{7}));
    scene.send(sensor_a, reading("1", TopicIdType::predefined, TopicId{8}));
    scene.send(sensor_a, reading("1", TopicIdType::short_name, mqttsn::topic_id_of_short_name("a#")));
    CHECK(scene.asked().empty());
    CHECK(scene.heard(sensor_a).empty());
    CHECK(scene.gateway.counters().publish_dropped == 4);
}

TEST_CASE("G4: QoS -1 with a topic's name in front of its data is taken where that is wished for") {
    // As Paho's clients write it: the TopicId is the length of the name.
    const auto named = [](std::uint16_t length, std::string_view octets) {
        return reading(octets, TopicIdType::normal, TopicId{length});
    };
    Settings settings = with_topics();
    settings.takes_qos_minus_1_names = true;
    Scene scene(settings);
    scene.send(sensor_a, named(12, "plant/level/4.2"));
    const UpstreamId id = scene.asked_one();
    scene.open(id);
    scene.accept(id);
    CHECK(scene.got(id).ends_with("PUBLISH plant/level/ qos=0 '4.2'"));
    scene.send(sensor_a, named(1, "a"));
    CHECK(scene.got(id) == "PUBLISH a qos=0 ''");
    scene.send(sensor_a, named(0, "a"));
    scene.send(sensor_a, named(2, "a"));
    scene.send(sensor_a, named(2, "a#"));
    scene.send(sensor_a, named(2, "\xc3("));
    CHECK(scene.got(id).empty());
    CHECK(scene.gateway.counters().publish_dropped == 4);
}

TEST_CASE("MQTT-SN 1.2 §6.8-3: QoS -1 waits for the broker within bounds, the oldest goes first") {
    Scene scene(with_topics(2));
    scene.send(sensor_a, reading("1"));
    scene.send(sensor_a, reading("2"));
    scene.send(sensor_a, reading("3"));
    CHECK(scene.gateway.counters().publish_dropped == 1);
    UpstreamId id = scene.asked_one();
    scene.close(id);  // not there yet
    scene.pass(1s);
    id = scene.asked_one();
    scene.open(id);
    scene.accept(id);
    CHECK(scene.got(id).ends_with("PUBLISH plant/flow qos=0 '2'; PUBLISH plant/flow qos=0 '3'"));
    scene.close(id);
    CHECK(scene.facts() == "upstream lost trunkline-gateway-1");
    scene.pass(2s);
    CHECK(scene.asked().size() == 1);
}

TEST_CASE("QoS -1 of a sensor that is connected goes over its own connection") {
    Scene scene(with_topics());
    const UpstreamId id = scene.connected(sensor_a, "s1");
    scene.send(sensor_a, reading("1", TopicIdType::predefined, TopicId{8}));
    CHECK(scene.got(id) == "PUBLISH not for all qos=0 '1'");
    CHECK(scene.asked().empty());
}

TEST_CASE("MQTT-SN 1.2 §7.1-1: the gateway's own connection ends with the gateway, and keeps alive until then") {
    Scene scene(with_topics());
    scene.send(sensor_a, reading("1"));
    const UpstreamId id = scene.asked_one();
    scene.open(id);
    scene.accept(id);
    scene.got(id);
    scene.pass(60s);
    CHECK(scene.got(id) == "PINGREQ");
    scene.gateway.shut_down(scene.now);
    CHECK(scene.got(id) == "DISCONNECT 0");
    CHECK(scene.gateway.take_upstream_closes() == std::vector{id});
}

}  // namespace trunkline::gateway
