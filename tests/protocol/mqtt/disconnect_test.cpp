#include <doctest/doctest.h>

#include "protocol/mqtt/reason_codes.hpp"
#include "tests/protocol/mqtt/wire.hpp"

using namespace trunkline;
using namespace trunkline::mqtt;

TEST_CASE("PINGREQ and PINGRESP are two octets") {
    for (const auto version : {v31, v311, v5}) {
        CHECK(writes(PingReq{}, version, "c0 {}"));
        CHECK(writes(PingResp{}, version, "d0 {}"));
        Wire("c0 {}", version).as<PingReq>();
        Wire("d0 {}", version).as<PingResp>();
    }
    check_refused("PINGREQ: not empty");
    check_refused("PINGRESP: not empty, 3.1.1");
}

TEST_CASE("§3.14.2.1: DISCONNECT is as short as it can be") {
    CHECK(Wire("e0 {}", v5).as<Disconnect>().reason == ReasonCode::success);
    CHECK(Wire("e0 {04}", v5).as<Disconnect>().reason == ReasonCode::disconnect_with_will_message);
    CHECK(accepts("e0 {00 {}}", v5));
    CHECK(writes(Disconnect{}, v5, "e0 {}"));
    CHECK(writes(Disconnect{.reason = ReasonCode::server_busy}, v5, "e0 {89}"));
    CHECK(writes(Disconnect{}, v311, "e0 {}"));
    const Wire full("e0 {9d {11 00000000 1c ['other']}}", v5);
    CHECK(full.as<Disconnect>().properties.text(PropertyId::server_reference) == "other");
    CHECK(full.as<Disconnect>().properties.number(PropertyId::session_expiry_interval) == 0);
    CHECK(writes(full.as<Disconnect>(), v5, "e0 {9d {11 00000000 1c ['other']}}"));
}

TEST_CASE("[MQTT-3.14.2-1] the reason of DISCONNECT is one of its table") {
    check_refused("DISCONNECT: unlisted reason");
    for (unsigned octet = 0; octet < 256; ++octet) {
        auto octets = test::octets_of("e0 {00}");
        octets.back() = static_cast<std::byte>(octet);
        CAPTURE(octet);
        CHECK(Wire(octets, v5).accepted() == may_stand_in(static_cast<ReasonCode>(octet), PacketType::disconnect));
    }
}

TEST_CASE("DISCONNECT is as long as it says, and says a property once") {
    check_refused("DISCONNECT: left over");
    check_refused("DISCONNECT: reason, 3.1.1");
    check_refused("DISCONNECT: Session Expiry Interval twice");
}

TEST_CASE("[MQTT-3.15.2-1] the reason of AUTH is 0x00, 0x18 or 0x19") {
    check_refused("AUTH: unlisted reason");
    for (unsigned octet = 0; octet < 256; ++octet) {
        auto octets = test::octets_of("f0 {00 {15 ['m']}}");
        octets[2] = static_cast<std::byte>(octet);
        CAPTURE(octet);
        CHECK(Wire(octets, v5).accepted() == (octet == 0 || octet == 0x18 || octet == 0x19));
    }
}

TEST_CASE("§3.15.2.2.2: AUTH has a method, unless it is empty altogether") {
    check_refused("AUTH: no method");
    check_refused("AUTH: no properties");
    check_refused("AUTH: no property length");
    check_refused("AUTH: method twice");
    CHECK(Wire("f0 {}", v5).as<Auth>().reason == ReasonCode::success);
    CHECK(writes(Auth{}, v5, "f0 {}"));
    const Wire full("f0 {18 {15 ['m'] 16 ['d']}}", v5);
    CHECK(full.as<Auth>().reason == ReasonCode::continue_authentication);
    CHECK(full.as<Auth>().properties.text(PropertyId::authentication_data) == "d");
    CHECK(writes(full.as<Auth>(), v5, "f0 {18 {15 ['m'] 16 ['d']}}"));
}
