#include <string>

#include <doctest/doctest.h>

#include "tests/broker/core/broker_driver.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;
using mqtt::PacketType;
using mqtt::PropertyId;
using mqtt::ProtocolVersion;
using mqtt::ReasonCode;

namespace {

constexpr std::string_view other = "broker-2.example:1883";

Settings referring() {
    Settings settings;
    settings.server_reference = other;
    settings.client_limit = 1;
    return settings;
}

}  // namespace

TEST_CASE("§4.11 at its end a broker sends 5.0 clients to another one: 0x9C with Server Reference") {
    Driver driver(referring());
    const ConnectionId id = driver.connect("a");
    driver.take(id);
    driver.broker.shut_down(driver.now);
    driver.round();
    const std::vector<Got> got = driver.take(id);
    REQUIRE(got.size() == 1);
    CHECK(got.front().type == PacketType::disconnect);
    CHECK(got.front().reason == ReasonCode::use_another_server);
    CHECK(got.front().properties().text(PropertyId::server_reference) == other);
    CHECK(driver.closed(id) == CloseCause::server_shutdown);
}

TEST_CASE("§4.11 without another server the end is told with 0x8B, and to 3.1.1 not at all") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver(version == ProtocolVersion::v5 ? Settings() : referring());
        const ConnectionId id = driver.connect("a", version);
        driver.take(id);
        driver.broker.shut_down(driver.now);
        driver.round();
        const std::vector<Got> got = driver.take(id);
        CHECK(got.size() == (version == ProtocolVersion::v5 ? 1 : 0));
        if (!got.empty()) CHECK(got.front().reason == ReasonCode::server_shutting_down);
        if (!got.empty()) CHECK_FALSE(got.front().properties().text(PropertyId::server_reference));
    }
}

TEST_CASE("§4.11 over the limit of clients 5.0 is sent to another server, 3.1.1 gets return code 3") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver(referring());
        driver.connect("a");
        const ConnectionId id = driver.connect("b", version);
        const std::vector<Got> got = driver.take(id, PacketType::connack);
        REQUIRE(got.size() == 1);
        const bool is_v5 = version == ProtocolVersion::v5;
        CHECK(got.front().reason == (is_v5 ? ReasonCode::use_another_server : ReasonCode::server_unavailable));
        if (is_v5) CHECK(got.front().properties().text(PropertyId::server_reference) == other);
        CHECK(driver.closed(id) == CloseCause::refused);
    }
}

TEST_CASE("§4.11 a broker that has moved lets nobody in and says where to: 0x9D, in 3.1.1 return code 3") {
    for (const ProtocolVersion version : both_versions) {
        Settings settings = referring();
        settings.server_moved = true;
        Driver driver(settings);
        const ConnectionId id = driver.connect("a", version);
        const std::vector<Got> got = driver.take(id, PacketType::connack);
        REQUIRE(got.size() == 1);
        const bool is_v5 = version == ProtocolVersion::v5;
        CHECK(got.front().reason == (is_v5 ? ReasonCode::server_moved : ReasonCode::server_unavailable));
        if (is_v5) CHECK(got.front().properties().text(PropertyId::server_reference) == other);
        CHECK(driver.broker.session_count() == 0);
    }
}

TEST_CASE("[MQTT-3.1.2-24] a Server Reference for which a client has no room is left out") {
    Settings settings = referring();
    settings.server_reference = std::string(200, 'x');
    Driver driver(settings);
    const ConnectionId id = driver.open();
    mqtt::PropertyBuilder properties;
    properties.number(PropertyId::maximum_packet_size, 60);
    mqtt::Connect packet;
    packet.client_id = "a";
    packet.properties = properties.view();
    driver.send(id, packet);
    driver.take(id);
    driver.broker.shut_down(driver.now);
    driver.round();
    const std::vector<Got> got = driver.take(id);
    REQUIRE(got.size() == 1);
    CHECK(got.front().reason == ReasonCode::use_another_server);
    CHECK(got.front().octets.empty());
}
