// Reason strings: to whom they go, and when they are left out.

#include <string>

#include <doctest/doctest.h>

#include "tests/broker/core/broker_driver.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;
using mqtt::PacketType;
using mqtt::PropertyId;
using mqtt::ProtocolVersion;
using mqtt::QoS;
using mqtt::ReasonCode;

namespace {

ConnectionId connect_asking(Driver& driver, PropertyId property, std::uint32_t value) {
    mqtt::PropertyBuilder properties;
    properties.number(property, value);
    mqtt::Connect connect;
    connect.client_id = "a";
    connect.properties = properties.view();
    const ConnectionId id = driver.open();
    driver.send(id, connect);
    driver.take(id);
    return id;
}

std::string reason_string(const Got& got) {
    return std::string(got.properties().text(PropertyId::reason_string).value_or(""));
}

}  // namespace

TEST_CASE("[MQTT-3.1.2-29] Request Problem Information 0 keeps reason strings off all but CONNACK and DISCONNECT") {
    for (const std::uint32_t wants : {0U, 1U}) {
        Driver driver;
        const ConnectionId id = connect_asking(driver, PropertyId::request_problem_information, wants);
        driver.publish(id, "$SYS/x", "1", QoS::at_least_once, 1);
        driver.publish(id, "$SYS/x", "1", QoS::exactly_once, 2);
        driver.subscribe(id, "a#", QoS::at_most_once);
        const std::vector<Got> got = driver.take(id);
        REQUIRE(got.size() == 3);
        for (const Got& answer : got) CHECK(reason_string(answer).empty() == (wants == 0));
        driver.send(id, mqtt::Connect());
        CHECK(reason_string(driver.take(id).at(0)) == "see MQTT-3.1.0-2 of MQTT 5.0");
    }
}

TEST_CASE("what succeeds needs no reason string") {
    Driver driver;
    const ConnectionId id = driver.connect("a");
    driver.take(id);
    driver.publish(id, "x", "1", QoS::at_least_once, 1);
    driver.subscribe(id, "x", QoS::at_most_once);
    for (const Got& answer : driver.take(id)) CHECK(answer.octets.empty());
}

TEST_CASE(
    "[MQTT-3.4.2-2] [MQTT-3.5.2-2] [MQTT-3.9.2-1] [MQTT-3.14.2-3] a reason string never makes a packet too large") {
    for (const std::uint32_t maximum : {60U, 200U}) {
        Driver driver;
        const ConnectionId id = connect_asking(driver, PropertyId::maximum_packet_size, maximum);
        mqtt::SubscriptionRequestBuilder requests;
        for (int filter = 0; filter < 50; ++filter) requests.add("a#", {});
        mqtt::Subscribe packet;
        packet.packet_id = mqtt::PacketId{1};
        packet.requests = requests.view(mqtt::SubscriptionRequests::Kind::subscribe);
        driver.send(id, packet);
        const std::vector<Got> got = driver.take(id);
        REQUIRE(got.size() == 1);
        CHECK(reason_string(got[0]).empty() == (maximum == 60));
    }
}

TEST_CASE("[MQTT-3.1.4-1] a malformed CONNECT of 5.0 is answered with what is wrong, one of 3.1.1 is not") {
    for (const char version : {'\x05', '\x04'}) {
        Driver driver;
        const ConnectionId id = driver.open();
        // The reserved flag is set. [MQTT-3.1.2-3]
        std::string octets("\x10\x0d\x00\x04MQTT\x00\x03\x00\x3c", 12);
        octets[8] = version;
        octets[1] = version == '\x05' ? '\x0e' : '\x0d';
        octets += version == '\x05' ? std::string("\x00\x00\x01z", 4) : std::string("\x00\x01z", 3);
        driver.send_bytes(id, as_byte_view(octets));
        CHECK(driver.closed(id) == CloseCause::protocol_error);
        const std::vector<Got> got = driver.take(id);
        REQUIRE(got.size() == (version == '\x05' ? 1 : 0));
        if (version == '\x05') CHECK(got[0].reason == ReasonCode::malformed_packet);
    }
}

TEST_CASE("[MQTT-3.14.2-2] a server's DISCONNECT never carries a Session Expiry Interval") {
    Driver driver;
    const ConnectionId id = driver.connect("a", ProtocolVersion::v5, false, 100);
    driver.take(id);
    driver.broker.shut_down(driver.now);
    driver.round();
    const std::vector<Got> got = driver.take(id);
    REQUIRE(got.size() == 1);
    CHECK(got[0].reason == ReasonCode::server_shutting_down);
    CHECK_FALSE(got[0].properties().number(PropertyId::session_expiry_interval));
}
