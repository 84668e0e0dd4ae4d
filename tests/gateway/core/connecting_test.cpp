#include <doctest/doctest.h>

#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;
using mqtt::ReasonCode;

namespace {

mqttsn::Connect connect(std::string_view client_id, bool clean_session = true, std::uint16_t keep_alive = 60) {
    return {.clean_session = clean_session, .duration_seconds = keep_alive, .client_id = client_id};
}

Settings version_3_1_1() {
    Settings settings;
    settings.upstream_version = mqtt::ProtocolVersion::v3_1_1;
    return settings;
}

}  // namespace

TEST_CASE("MQTT-SN 1.2 §6.2-1: CONNACK follows the broker's") {
    Scene scene;
    scene.send(sensor_a, connect("s1"));
    const UpstreamId id = scene.asked_one();
    CHECK(scene.heard(sensor_a).empty());
    scene.open(id);
    CHECK(scene.got(id) == "CONNECT s1 clean=0 expiry=60");
    CHECK(scene.heard(sensor_a).empty());
    scene.accept(id);
    CHECK(scene.heard(sensor_a) == "CONNACK code=0");
    CHECK(scene.facts() == "connected s1");
}

TEST_CASE(
    "MQTT-SN 1.2 §6.3-3: a session that is to be kept is asked of the broker without Clean Start, and with an expiry") {
    Scene scene;
    scene.send(sensor_a, connect("s1", false));
    const UpstreamId id = scene.asked_one();
    scene.open(id);
    CHECK(scene.got(id) == "CONNECT s1 clean=0 expiry=604800");
}

TEST_CASE("a broker of 3.1.1 is connected to by the same rules") {
    Scene scene(version_3_1_1());
    scene.send(sensor_a, connect("s1"));
    scene.send(sensor_b, connect("s2", false));
    const auto ids = scene.asked();
    REQUIRE(ids.size() == 2);
    scene.open(ids[0]);
    scene.open(ids[1]);
    CHECK(scene.got(ids[0]) == "CONNECT s1 clean=1 expiry=0 3.1.1");
    CHECK(scene.got(ids[1]) == "CONNECT s2 clean=0 expiry=0 3.1.1");
    scene.accept(ids[0]);
    CHECK(scene.heard(sensor_a) == "CONNACK code=0");
}

TEST_CASE("MQTT-SN 1.2 §6.2-2: a broker's refusal reaches the sensor: later by 0x01, never by 0x03") {
    struct Row {
        ReasonCode reason;
        std::string_view answer;
    };
    for (const Row row :
         {Row{ReasonCode::not_authorized, "CONNACK code=3"}, Row{ReasonCode::server_busy, "CONNACK code=1"}}) {
        Scene scene;
        scene.send(sensor_a, connect("s1", false));
        const UpstreamId id = scene.asked_one();
        scene.open(id);
        scene.answer(id, mqtt::ConnAck{.reason = row.reason});
        CHECK(scene.heard(sensor_a) == row.answer);
        CHECK(scene.gateway.take_upstream_closes() == std::vector{id});
        CHECK(scene.gateway.sensor_count() == 0);  // no session came of it
        scene.close(id);
        CHECK(scene.gateway.upstream_count() == 0);
        CHECK(scene.asked().empty());
    }
}

TEST_CASE("MQTT-SN 1.2 §6.2-2: a broker that cannot be reached is congestion") {
    Scene scene(both_modes());
    scene.send(sensor_a, connect("s1"));
    scene.close(scene.asked_one());
    CHECK(scene.heard(sensor_a) == "CONNACK code=1");
    CHECK(scene.facts() == "refused s1 code=1 reason=136");
    CHECK(scene.gateway.sensor_count() == 0);
    CHECK(scene.gateway.counters().congestion_answers == 1);
}

TEST_CASE("a broker that does not answer is given up after the answer time-out") {
    for (const bool opens : {false, true}) {
        Scene scene;
        scene.send(sensor_a, connect("s1"));
        const UpstreamId id = scene.asked_one();
        if (opens) scene.open(id);
        scene.pass(20s - 1ns);
        CHECK(scene.heard(sensor_a).empty());
        scene.got(id);
        scene.pass(1ns);
        CHECK(scene.heard(sensor_a) == "CONNACK code=1");
        // The CONNECT may only be late: then it must leave no will behind.
        CHECK(scene.got(id).starts_with("DISCONNECT 0") == opens);
        CHECK(scene.gateway.take_upstream_closes() == std::vector{id});
        scene.open(id);  // what the driver did meanwhile has no effect
        scene.accept(id);
        scene.close(id);
        CHECK(scene.heard(sensor_a).empty());
    }
}

TEST_CASE("MQTT-SN 1.2 §6.2-2, §5.3.8-1: what cannot be served is refused by 0x03 at once") {
    Settings settings;
    settings.maximum_client_id_octets = 5;
    Scene scene(both_modes(settings));
    auto version = connect("s1");
    version.protocol_id = 2;
    for (const auto& packet : {version, connect(""), connect("123456")}) {
        scene.send(sensor_a, packet);
        CHECK(scene.heard(sensor_a) == "CONNACK code=3");
        CHECK(scene.asked().empty());
    }
    CHECK(scene.gateway.counters().unsupported == 3);
    scene.send(sensor_a, connect("12345"));
    CHECK(scene.asked().size() == 1);
}

TEST_CASE("MQTT-SN 1.2 §6.2-2: a sensor beyond the limit is congestion, one that is known is not") {
    Settings settings;
    settings.maximum_sensors = 1;
    Scene scene(settings);
    const UpstreamId id = scene.connected(sensor_a, "s1", false);
    scene.send(sensor_b, connect("s2"));
    CHECK(scene.heard(sensor_b) == "CONNACK code=1");
    scene.send(sensor_a, mqttsn::Disconnect{});
    CHECK(scene.got(id) == "DISCONNECT 0");
    scene.heard(sensor_a);
    scene.send(sensor_a, connect("s1", false));  // its session was kept
    CHECK(scene.asked().size() == 1);
}

TEST_CASE(
    "MQTT-SN 1.2 §6.2-5: G23: a CONNECT that may be a repeated one is answered by CONNACK alone: until the sensor has "
    "given "
    "up") {
    Settings settings;
    settings.upstream_keep_alive = 0s;
    Scene scene(settings);
    const UpstreamId id = scene.connected(sensor_a, "s1");
    // Each CONNACK may be lost: Tretry x (Nretry + 1) run from the last one.
    for (const Duration later : {10s, 20s, 30s, 40s}) {
        scene.pass(later - 1ns);
        scene.send(sensor_a, connect("s1"));
        CHECK(scene.heard(sensor_a) == "CONNACK code=0");
        CHECK(scene.asked().empty());
        CHECK(scene.got(id).empty());
    }
    scene.pass(40s);
    scene.send(sensor_a, connect("s1"));
    CHECK(scene.heard(sensor_a).empty());
    CHECK(scene.got(id) == "DISCONNECT 0 expiry=0");
    CHECK(scene.asked().size() == 1);
}

TEST_CASE(
    "MQTT-SN 1.2 §6.2-5: a copy of CONNECT that comes when the sensor has registered costs a clean session nothing") {
    Scene scene(both_modes());
    const UpstreamId id = scene.connected(sensor_a, "s1");
    scene.pass(10s);
    const auto topic = scene.registered(sensor_a, "a");
    scene.pass(20ms);
    scene.send(sensor_a, connect("s1"));
    CHECK(scene.heard(sensor_a) == "CONNACK code=0");
    CHECK(scene.asked().empty());
    scene.send(sensor_a, qos_0(topic, "1"));
    CHECK(scene.got(id) == "PUBLISH a qos=0 '1'");
}

TEST_CASE("MQTT-SN 1.2 §6.2-4: a CONNECT that asks for something else is no repeated one, however soon") {
    Scene scene;
    const UpstreamId id = scene.connected(sensor_a, "s1");
    scene.send(sensor_a, connect("s1", true, 61));
    CHECK(scene.heard(sensor_a).empty());
    CHECK(scene.got(id) == "DISCONNECT 0 expiry=0");
    CHECK(scene.asked().size() == 1);
}

TEST_CASE("MQTT-SN 1.2 §6.2-5: a repeated CONNECT whose first copy is under way is not done twice") {
    Scene scene(both_modes());
    scene.send(sensor_a, connect("s1"));
    const UpstreamId id = scene.asked_one();
    scene.send(sensor_a, connect("s1"));
    CHECK(scene.asked().empty());
    scene.open(id);
    scene.accept(id);
    CHECK(scene.heard(sensor_a) == "CONNACK code=0");
}

TEST_CASE("MQTT-SN 1.2 §6.2-4: a CONNECT that asks for something else takes the place of the one under way") {
    Scene scene;
    scene.send(sensor_a, connect("s1"));
    const UpstreamId first = scene.asked_one();
    scene.send(sensor_b, connect("s1", false));
    const UpstreamId second = scene.asked_one();
    CHECK(scene.gateway.take_upstream_closes() == std::vector{first});
    scene.open(second);
    scene.accept(second);
    CHECK(scene.heard(sensor_a).empty());
    CHECK(scene.heard(sensor_b) == "CONNACK code=0");
}

TEST_CASE(
    "MQTT-SN 1.2 §6.2-4: a persistent sensor that connects again keeps its connection to the broker and its topic "
    "ids") {
    Scene scene(both_modes());
    const UpstreamId id = scene.connected(sensor_a, "s1", false);
    const auto topic = scene.registered(sensor_a, "a");
    scene.pass(11s);
    scene.send(sensor_b, connect("s1", false));
    CHECK(scene.heard(sensor_b) == "CONNACK code=0");
    CHECK(scene.asked().empty());
    CHECK(scene.got(id).empty());
    CHECK(scene.facts() == "gone s1 replaced; connected s1");
    CHECK(scene.registered(sensor_b, "a") == topic);
    scene.send(sensor_a, mqttsn::PingReq{});
    CHECK(scene.heard(sensor_a) == "DISCONNECT");  // a stranger now
}

TEST_CASE("MQTT-SN 1.2 §6.3-2: CleanSession begins without topic ids, and tells the broker so") {
    Scene scene;
    const UpstreamId before = scene.connected(sensor_a, "s1", false);
    const auto topic = scene.registered(sensor_a, "a");
    scene.pass(11s);
    scene.send(sensor_a, connect("s1", true));
    CHECK(scene.got(before) == "DISCONNECT 0");
    CHECK(scene.gateway.take_upstream_closes() == std::vector{before});
    const UpstreamId id = scene.asked_one();
    scene.open(id);
    CHECK(scene.got(id) == "CONNECT s1 clean=0 expiry=60");
    scene.accept(id);
    CHECK(scene.heard(sensor_a) == "CONNACK code=0");
    scene.send(sensor_a, qos_0(topic));
    CHECK(scene.heard(sensor_a) == "PUBACK id=" + std::to_string(static_cast<unsigned>(topic)) + " msg=0 code=2");
}

TEST_CASE("MQTT-SN 1.2 §6.2-10: another ClientId from a sensor's address ends that sensor's connection") {
    Scene scene(both_modes());
    const UpstreamId first = scene.connected(sensor_a, "s1");
    const UpstreamId second = scene.connected(sensor_a, "s2");
    CHECK(scene.got(first) == scene.farewell());
    CHECK(scene.gateway.sensor_count() == 1);
    CHECK(scene.registered(sensor_a, "a") == mqttsn::TopicId{1});
    scene.send(sensor_a, qos_0(mqttsn::TopicId{1}));
    CHECK(scene.got(second) == "PUBLISH a qos=0 ''");
}

TEST_CASE("MQTT-SN 1.2 §6.2-10: a ClientId of another shard at a sensor's address ends that sensor's connection, too") {
    Settings settings;
    settings.is_one_of_several = true;
    settings.forwarders = {{sensor_c, Network::bits}};
    Scene scene(both_modes(settings));
    const UpstreamId first = scene.connected(sensor_a, "s1");
    REQUIRE(scene.gateway.places().size() == 1);
    CHECK(scene.gateway.places().front().place.address == sensor_a);
    scene.gateway.places_taken();
    scene.send(sensor_a, mqttsn::PingReq{});
    CHECK(scene.gateway.places().empty());
    const Instant later = scene.now + std::chrono::milliseconds(1);
    scene.gateway.vacated({{sensor_b, {}}, later}, later);
    scene.gateway.vacated({{sensor_c, {std::byte{1}}}, later}, later);
    scene.gateway.vacated({{sensor_a, {}}, scene.now - std::chrono::seconds(1)}, later);  // it came after that
    CHECK(scene.gateway.sensor_count() == 1);
    scene.gateway.vacated({{sensor_a, {}}, later}, later);
    CHECK(scene.got(first) == scene.farewell());
    CHECK(scene.gateway.sensor_count() == 0);

    scene.send_through(sensor_c, "n1", mqttsn::Connect{.clean_session = true, .client_id = "s2"});
    REQUIRE(scene.gateway.places().size() == 1);
    TakenPlace node = scene.gateway.places().front();
    CHECK(node.place.address == sensor_c);
    CHECK(as_text(node.place.wireless_node_id) == "n1");
    node.since = later;
    scene.gateway.vacated(node, later);
    CHECK(scene.gateway.sensor_count() == 0);
}

TEST_CASE("MQTT-SN 1.2 §6.12-1: DISCONNECT is answered, and ends the connection to the broker") {
    Scene scene;
    const UpstreamId id = scene.connected(sensor_a, "s1");
    scene.send(sensor_a, mqttsn::Disconnect{});
    CHECK(scene.heard(sensor_a) == "DISCONNECT");
    CHECK(scene.got(id) == "DISCONNECT 0 expiry=0");
    CHECK(scene.gateway.take_upstream_closes() == std::vector{id});
    CHECK(scene.facts() == "gone s1 disconnected");
    CHECK(scene.gateway.sensor_count() == 0);
    scene.send(sensor_a, mqttsn::Disconnect{});  // its answer was lost
    CHECK(scene.heard(sensor_a) == "DISCONNECT");
}

TEST_CASE("DISCONNECT before CONNACK gives the attempt up") {
    Scene scene;
    scene.send(sensor_a, connect("s1"));
    const UpstreamId id = scene.asked_one();
    scene.send(sensor_a, mqttsn::PingReq{});  // has no meaning yet
    CHECK(scene.heard(sensor_a).empty());
    scene.send(sensor_a, mqttsn::Disconnect{});
    CHECK(scene.heard(sensor_a) == "DISCONNECT");
    CHECK(scene.gateway.take_upstream_closes() == std::vector{id});
    CHECK(scene.gateway.sensor_count() == 0);
}

TEST_CASE("MQTT-SN 1.2 §6.3-5, §6.5-9: a persistent session keeps its topic ids over DISCONNECT and CONNECT") {
    Scene scene;
    scene.connected(sensor_a, "s1", false);
    const auto topic = scene.registered(sensor_a, "a");
    scene.send(sensor_a, mqttsn::Disconnect{});
    scene.heard(sensor_a);
    scene.pass(1h);
    const UpstreamId id = scene.connected(sensor_b, "s1", false);
    scene.send(sensor_b, qos_0(topic, "1"));
    CHECK(scene.got(id) == "PUBLISH a qos=0 '1'");
}

TEST_CASE("a persistent session is forgotten when the broker's part of it has expired") {
    Settings settings;
    settings.upstream_session_expiry = 1h;
    Scene scene(settings);
    scene.connected(sensor_a, "s1", false);
    scene.send(sensor_a, mqttsn::Disconnect{});
    scene.pass(1h - 1ns);
    CHECK(scene.gateway.sensor_count() == 1);
    scene.pass(1ns);
    CHECK(scene.gateway.sensor_count() == 0);
    CHECK(!scene.gateway.next_deadline());
}

TEST_CASE(
    "MQTT-SN 1.2 §6.11-2, §6.11-4: a sensor silent for its keep-alive and the tolerance is lost, one that pings is "
    "not") {
    Scene scene(both_modes());
    const UpstreamId id = scene.connected(sensor_a, "s1", true, 40);
    scene.pass(59s);
    scene.send(sensor_a, mqttsn::PingReq{});
    CHECK(scene.heard(sensor_a) == "PINGRESP");
    scene.got(id);
    scene.answer(id, mqtt::PingResp{});  // the gateway has a keep-alive of its own with the broker
    scene.pass(60s - 1ns);
    CHECK(scene.gateway.sensor_count() == 1);
    scene.got(id);
    scene.pass(1ns);
    CHECK(scene.facts() == "gone s1 keep_alive_timeout");
    CHECK(scene.got(id) == scene.farewell());
    CHECK(scene.gateway.sensor_count() == 0);
    scene.send(sensor_a, mqttsn::PingReq{});
    CHECK(scene.heard(sensor_a) == "DISCONNECT");
}

TEST_CASE("time in which the gateway stood still is nobody's silence") {
    Settings settings;
    settings.upstream_keep_alive = 1h;
    Scene scene(both_modes(settings));
    scene.connected(sensor_a, "s1", true, 40);
    scene.connected(sensor_b, "s2", true, 40);
    scene.pass(30s);
    scene.now += 100s;
    scene.send(sensor_b, mqttsn::PingReq{});
    CHECK(scene.heard(sensor_b) == "PINGRESP");
    scene.gateway.stood_still(100s, scene.now);
    scene.pass(30s - 1ns);
    CHECK(scene.gateway.sensor_count() == 2);
    scene.pass(1ns);
    CHECK(scene.facts() == "gone s1 keep_alive_timeout");
    scene.pass(30s - 1ns);
    CHECK(scene.gateway.sensor_count() == 1);
    scene.pass(1ns);
    CHECK(scene.facts() == "gone s2 keep_alive_timeout");
}

TEST_CASE("MQTT-SN 1.2 §4.1-1: the gateway's end says DISCONNECT on every connection to the broker") {
    Scene scene;
    const UpstreamId first = scene.connected(sensor_a, "s1");
    const UpstreamId second = scene.connected(sensor_b, "s2", false);
    scene.gateway.shut_down(scene.now);
    CHECK(scene.got(first) == "DISCONNECT 0 expiry=0");
    CHECK(scene.got(second) == "DISCONNECT 0");
    CHECK(scene.gateway.take_upstream_closes() == std::vector{first, second});
    scene.close(first);
    scene.close(second);
    CHECK(scene.gateway.upstream_count() == 0);
}

}  // namespace trunkline::gateway
