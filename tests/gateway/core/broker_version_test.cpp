// 5.0 by preference, 3.1.1 where the broker wants it.

#include "gateway/core/broker_version.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;

namespace {

void connect(Scene& scene, const Address& from, std::string_view client_id) {
    scene.send(from, mqttsn::Connect{.clean_session = true, .duration_seconds = 600, .client_id = client_id});
}

/// Opens the only connection that was asked for. What CONNECT says.
std::string opened(Scene& scene, UpstreamId& id) {
    id = scene.asked_one();
    scene.open(id);
    return scene.got(id);
}

constexpr auto connect_v5 = "CONNECT s1 clean=0 expiry=60";
constexpr auto connect_v3 = "CONNECT s1 clean=1 expiry=0 3.1.1";

}  // namespace

TEST_CASE(
    "[MQTT-3.1.2-2] a broker that refuses 5.0 in whatever way gets 3.1.1 at once, the next sensor from the start") {
    Scene scene;
    connect(scene, sensor_a, "s1");
    UpstreamId id{};
    CHECK(opened(scene, id) == connect_v5);
    SUBCASE("CONNACK 0x84") {
        scene.answer(id, mqtt::ConnAck{.reason = mqtt::ReasonCode::unsupported_protocol_version});
        scene.close(id);
    }
    SUBCASE("CONNACK 0x01 of 3.1.1") {
        const std::byte connack[] = {std::byte{0x20}, std::byte{2}, std::byte{0}, std::byte{1}};
        scene.gateway.upstream_received(id, connack, scene.now);
        scene.close(id);
    }
    SUBCASE("silence") { scene.close(id); }
    CHECK(scene.heard(sensor_a).empty());
    CHECK(opened(scene, id) == connect_v3);
    scene.settings.upstream_version = mqtt::ProtocolVersion::v3_1_1;  // what the scene's broker speaks
    scene.accept(id);
    CHECK(scene.heard(sensor_a) == "CONNACK code=0");
    CHECK(scene.facts() == "connected s1");
    connect(scene, sensor_b, "s2");
    CHECK(opened(scene, id) == "CONNECT s2 clean=1 expiry=0 3.1.1");
}

TEST_CASE("a broker that hangs up on both versions was only dying: 5.0 is next") {
    Scene scene;
    connect(scene, sensor_a, "s1");
    UpstreamId id{};
    CHECK(opened(scene, id) == connect_v5);
    scene.close(id);
    CHECK(opened(scene, id) == connect_v3);
    scene.close(id);
    CHECK(scene.heard(sensor_a) == "CONNACK code=1");
    connect(scene, sensor_a, "s1");
    CHECK(opened(scene, id) == connect_v5);
}

TEST_CASE("a broker that has spoken 5.0 and hangs up is asked for 5.0 again") {
    Scene scene;
    UpstreamId id = scene.connected(sensor_a, "s1");
    scene.close(id);
    scene.pass(1s);
    CHECK(opened(scene, id) == connect_v5);
    scene.close(id);
    scene.pass(2s);
    CHECK(opened(scene, id) == connect_v5);
}

TEST_CASE("a broker that cannot be reached says nothing about its version") {
    Scene scene;
    connect(scene, sensor_a, "s1");
    scene.close(scene.asked_one());
    CHECK(scene.heard(sensor_a) == "CONNACK code=1");
    connect(scene, sensor_a, "s1");
    UpstreamId id{};
    CHECK(opened(scene, id) == connect_v5);
}

TEST_CASE("a refusal in 3.1.1 for another reason shows that 3.1.1 is spoken") {
    Scene scene;
    connect(scene, sensor_a, "s1");
    UpstreamId id{};
    opened(scene, id);
    scene.close(id);
    CHECK(opened(scene, id) == connect_v3);
    scene.settings.upstream_version = mqtt::ProtocolVersion::v3_1_1;
    scene.answer(id, mqtt::ConnAck{.reason = mqtt::ReasonCode::not_authorized});
    scene.close(id);
    CHECK(scene.heard(sensor_a) == "CONNACK code=3");
    connect(scene, sensor_a, "s1");
    CHECK(opened(scene, id) == connect_v3);
}

TEST_CASE("a gateway that is told to speak 3.1.1 does not try anything else") {
    Settings settings;
    settings.upstream_version = mqtt::ProtocolVersion::v3_1_1;
    Scene scene(settings);
    connect(scene, sensor_a, "s1");
    UpstreamId id{};
    CHECK(opened(scene, id) == connect_v3);
    scene.close(id);
    CHECK(scene.heard(sensor_a) == "CONNACK code=1");
    CHECK(scene.asked().empty());
}

}  // namespace trunkline::gateway
