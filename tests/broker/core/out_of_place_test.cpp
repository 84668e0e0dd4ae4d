// Packets that are well-formed and come at the wrong time, or from the wrong side.

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "tests/broker/core/broker_driver.hpp"
#include "tests/support/packet_notation.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;
using mqtt::PacketType;
using mqtt::ProtocolVersion;
using mqtt::QoS;
using mqtt::ReasonCode;
using trunkline::test::octets_of;

namespace {

constexpr ProtocolVersion every_version[] = {ProtocolVersion::v3_1, ProtocolVersion::v3_1_1, ProtocolVersion::v5};

/// Sends these octets and tells the reason of the DISCONNECT that comes; success: the connection goes on.
std::optional<ReasonCode> reaction(Driver& driver, ConnectionId id, std::string_view notation) {
    driver.take(id);
    driver.send_bytes(id, octets_of(notation));
    if (!driver.closed(id)) return ReasonCode::success;
    CHECK(driver.closed(id) == CloseCause::protocol_error);
    const std::vector<Got> got = driver.take(id, PacketType::disconnect);
    return got.empty() ? std::nullopt : std::optional(got.back().reason);
}

}  // namespace

TEST_CASE(
    "[MQTT-3.1.0-1] [MQTT-3.14.0-1] 3.1.1 [MQTT-3.1.0-1] whatever comes before CONNECT ends the connection, and "
    "nothing is sent") {
    constexpr std::array packets = {
        "00 {}",                    // type 0 is forbidden
        "20 {00 00}",               // CONNACK
        "30 {['a'] 'payload'}",     // PUBLISH
        "32 {['a'] 0001 {} '1'}",   //
        "40 {0001}",                // PUBACK
        "50 {0001}",                // PUBREC
        "62 {0001}",                // PUBREL
        "70 {0001}",                // PUBCOMP
        "82 {0001 ['a'] 00}",       // SUBSCRIBE
        "90 {0001 00}",             // SUBACK
        "a2 {0001 ['a']}",          // UNSUBSCRIBE
        "b0 {0001}",                // UNSUBACK
        "c0 {}",                    // PINGREQ
        "d0 {}",                    // PINGRESP
        "e0 {}",                    // DISCONNECT
        "f0 {18 {15 ['method']}}",  // AUTH
    };
    for (const char* packet : packets) {
        CAPTURE(packet);
        Driver driver;
        const ConnectionId id = driver.open();
        driver.send_bytes(id, octets_of(packet));
        CHECK(driver.closed(id) == CloseCause::protocol_error);
        CHECK(driver.take(id).empty());
        CHECK(driver.facts<ConnectionClosed>().at(0).clause == "MQTT-3.1.0-1");
        CHECK(driver.broker.session_count() == 0);
    }
}

TEST_CASE("§2.1.2 3.1.1 [MQTT-4.8.0-1] what only servers send ends the connection of the client that sends it") {
    constexpr std::array of_v3 = {"20 {00 00}", "90 {0001 00}", "b0 {0001}", "d0 {}"};
    constexpr std::array of_v5 = {"20 {00 00 {}}", "90 {0001 {} 00}", "b0 {0001 {} 00}", "d0 {}"};
    for (const ProtocolVersion version : every_version) {
        const bool is_v5 = version == ProtocolVersion::v5;
        for (const char* packet : is_v5 ? of_v5 : of_v3) {
            CAPTURE(packet);
            Driver driver;
            const std::optional<ReasonCode> said = reaction(driver, driver.connect("c", version), packet);
            CHECK(said == (is_v5 ? std::optional(ReasonCode::protocol_error) : std::nullopt));
        }
    }
}

TEST_CASE("[MQTT-4.12.0-7] AUTH of a client that has named no method ends the connection") {
    for (const char* packet : {"f0 {}", "f0 {00 {15 ['m']}}", "f0 {18 {15 ['m']}}", "f0 {19 {15 ['m'] 16 ['d']}}"}) {
        CAPTURE(packet);
        Driver driver;
        const ConnectionId id = driver.connect("c");
        CHECK_FALSE(driver.take(id).at(0).properties().text(mqtt::PropertyId::authentication_method));
        CHECK(reaction(driver, id, packet) == ReasonCode::protocol_error);
    }
}

TEST_CASE("[MQTT-4.12.0-6] who has named no method gets no AUTH, and CONNACK names none") {
    Driver driver;
    const ConnectionId id = driver.connect("c");
    driver.subscribe(id, "x", QoS::exactly_once);
    driver.publish(id, "x", "1", QoS::exactly_once);
    driver.send(id, mqtt::PingReq{});
    for (const Got& got : driver.take(id)) {
        CHECK(got.type != PacketType::auth);
        CHECK_FALSE(got.properties().text(mqtt::PropertyId::authentication_method));
    }
}

TEST_CASE("[MQTT-3.1.0-2] 3.1.1 [MQTT-3.1.0-2] a second CONNECT ends the connection, whatever it says") {
    constexpr std::array again = {
        "10 {['MQTT'] 05 02 003c {} ['c']}",      // the same once more
        "10 {['MQTT'] 05 00 003c {} ['other']}",  // another client
        "10 {['MQTT'] 04 02 003c ['c']}",         // another version
        "10 {['MQIsdp'] 03 02 003c ['c']}",       //
        "10 {['MQTT'] 05 03 003c {} ['c']}",      // malformed besides
        "10 {}",                                  //
    };
    for (const ProtocolVersion version : every_version) {
        for (const char* packet : again) {
            CAPTURE(packet);
            Driver driver;
            const ConnectionId id = driver.connect("c", version);
            const bool is_v5 = version == ProtocolVersion::v5;
            CHECK(reaction(driver, id, packet) == (is_v5 ? std::optional(ReasonCode::protocol_error) : std::nullopt));
            CHECK(driver.facts<ConnectionClosed>().at(0).clause == "MQTT-3.1.0-2");
        }
    }
}

TEST_CASE(
    "[MQTT-3.14.4-1] 3.1.1 [MQTT-3.14.4-1] 3.1.1 [MQTT-3.14.4-2] what a client sends behind its DISCONNECT is not "
    "heard") {
    for (const ProtocolVersion version : every_version) {
        Driver driver;
        const ConnectionId reader = driver.connect("reader");
        driver.subscribe(reader, "#", QoS::at_most_once);
        driver.take(reader);
        const ConnectionId id = driver.connect("c", version);
        driver.take(id);
        const bool is_v5 = version == ProtocolVersion::v5;
        driver.send_bytes(id, octets_of(is_v5 ? "e0 {} 30 {['x'] {} '1'} c0 {}" : "e0 {} 30 {['x'] '1'} c0 {}"));
        CHECK(driver.closed(id) == CloseCause::client_disconnect);
        CHECK(driver.take(id).empty());
        CHECK(driver.take(reader).empty());
    }
}

TEST_CASE("[MQTT-3.14.4-1] the broker says nothing behind its own DISCONNECT") {
    Driver driver;
    const ConnectionId id = driver.connect("c");
    driver.subscribe(id, "x", QoS::at_most_once);
    driver.take(id);
    driver.send_bytes(id, octets_of("c0 {} d0 {} c0 {}"));
    driver.publish(driver.connect("p"), "x", "1");
    const std::vector<Got> got = driver.take(id);
    REQUIRE(got.size() == 2);
    CHECK(got[0].type == PacketType::pingresp);
    CHECK(got[1].type == PacketType::disconnect);
}

TEST_CASE("[MQTT-3.14.2-1] DISCONNECT has a reason that a client may have, or it is a fault") {
    const auto ended_by = [](const char* packet) {
        Driver driver;
        const ConnectionId id = driver.connect("c");
        driver.take(id);
        driver.send_bytes(id, octets_of(packet));
        const std::vector<Got> got = driver.take(id);
        return got.empty() ? ReasonCode::success : got[0].reason;
    };
    for (const char* goodbye : {"e0 {}", "e0 {00}", "e0 {04}", "e0 {04 {}}", "e0 {93}", "e0 {97 {1f ['why']}}"}) {
        CAPTURE(goodbye);
        CHECK(ended_by(goodbye) == ReasonCode::success);
    }
    for (const char* fault :
         {"e0 {01}", "e0 {10}", "e0 {18}", "e0 {84}", "e0 {91}", "e0 {ff}", "e0 {8b}", "e0 {8e}", "e0 {9d}"}) {
        CAPTURE(fault);
        CHECK(ended_by(fault) == ReasonCode::protocol_error);
    }
}

TEST_CASE("§4.3 acknowledgements for nothing do no harm, however many come") {
    for (const ProtocolVersion version : every_version) {
        Driver driver;
        const ConnectionId id = driver.connect("c", version);
        driver.take(id);
        for (std::uint16_t packet_id = 1; packet_id != 0; packet_id = static_cast<std::uint16_t>(packet_id * 2)) {
            driver.acknowledge(id, packet_id);
            driver.send_id<mqtt::PubComp>(id, packet_id);
            driver.send_id<mqtt::PubRec>(id, packet_id);
            driver.send_id<mqtt::PubRel>(id, packet_id);
        }
        CHECK_FALSE(driver.closed(id));
        CHECK(driver.take(id).size() == 16 * 2);  // PUBREL for PUBREC, PUBCOMP for PUBREL
    }
}
