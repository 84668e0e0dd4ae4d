#include <doctest/doctest.h>

#include "protocol/mqtt/reason_codes.hpp"
#include "tests/protocol/mqtt/wire.hpp"

using namespace trunkline;
using namespace trunkline::mqtt;

TEST_CASE("CONNACK of 5.0: every field") {
    const Wire wire("20 {01 00 {21 0014 12 ['c1']}}", v5);
    const auto& connack = wire.as<ConnAck>();
    CHECK(connack.session_present);
    CHECK(connack.reason == ReasonCode::success);
    CHECK(connack.properties.number(PropertyId::receive_maximum) == 20);
    CHECK(connack.properties.text(PropertyId::assigned_client_identifier) == "c1");
    CHECK(writes(connack, v5, "20 {01 00 {21 0014 12 ['c1']}}"));
}

TEST_CASE("CONNACK of 3.1.1 has a return code, which reads as a reason") {
    const Wire wire("20 {00 05}", v311);
    CHECK(wire.as<ConnAck>().reason == ReasonCode::not_authorized);
    CHECK(writes(wire.as<ConnAck>(), v311, "20 {00 05}"));
    CHECK(writes(ConnAck{.session_present = true}, v311, "20 {01 00}"));
}

TEST_CASE("CONNACK of 3.1 does not use its first octet") {
    CHECK(!Wire("20 {ff 00}", v31).as<ConnAck>().session_present);
    CHECK(writes(ConnAck{.session_present = true}, v31, "20 {00 00}"));
}

TEST_CASE("[MQTT-3.2.2-1] reserved acknowledge flags are zero") {
    check_refused("CONNACK: reserved flags");
    check_refused("CONNACK: reserved flags, 3.1.1");
}

TEST_CASE("[MQTT-3.2.2-6] 3.1.1 [MQTT-3.2.2-4] no session is present with a failure") {
    check_refused("CONNACK: session present with a failure");
    check_refused("CONNACK: session present with a failure, 3.1.1");
}

TEST_CASE("[MQTT-3.2.2-8] the reason is one of the Connect Reason Codes") {
    check_refused("CONNACK: unlisted reason");
    check_refused("CONNACK: reserved return code, 3.1.1");
    for (unsigned octet = 0; octet < 256; ++octet) {
        const auto reason = static_cast<ReasonCode>(octet);
        auto octets = test::octets_of("20 {00 00 {}}");
        octets[3] = static_cast<std::byte>(octet);
        CAPTURE(octet);
        CHECK(Wire(octets, v5).accepted() == may_stand_in(reason, PacketType::connack));
    }
}

TEST_CASE("[MQTT-2.2.2-1] without properties, their length is still there") {
    check_refused("CONNACK: no property length");
    check_refused("CONNECT: no property length");
    check_refused("PUBLISH: no property length");
    CHECK(writes(ConnAck{}, v5, "20 {00 00 00}"));
    CHECK(writes(Publish{.topic = "a"}, v5, "30 {['a'] 00}"));
}

TEST_CASE("CONNACK is as long as it says") {
    check_refused("CONNACK: cut short, 3.1.1");
    check_refused("CONNACK: too long, 3.1.1");
}
