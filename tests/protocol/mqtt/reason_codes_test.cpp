#include "protocol/mqtt/reason_codes.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

using namespace trunkline::mqtt;

namespace {

std::set<int> codes_of(PacketType packet) {
    std::set<int> codes;
    for (int octet = 0; octet < 256; ++octet) {
        if (may_stand_in(static_cast<ReasonCode>(octet), packet)) codes.insert(octet);
    }
    return codes;
}

}  // namespace

TEST_CASE("§2.4: the codes of each packet") {
    CHECK(codes_of(PacketType::connack) == std::set<int>{0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86,
                                                         0x87, 0x88, 0x89, 0x8a, 0x8c, 0x90, 0x95, 0x97,
                                                         0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9f});
    const std::set<int> received = {0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99};
    CHECK(codes_of(PacketType::puback) == received);
    CHECK(codes_of(PacketType::pubrec) == received);
    CHECK(codes_of(PacketType::pubrel) == std::set<int>{0x00, 0x92});
    CHECK(codes_of(PacketType::pubcomp) == std::set<int>{0x00, 0x92});
    CHECK(codes_of(PacketType::suback) ==
          std::set<int>{0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2});
    CHECK(codes_of(PacketType::unsuback) == std::set<int>{0x00, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91});
    CHECK(codes_of(PacketType::disconnect) ==
          std::set<int>{0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8b, 0x8c, 0x8d, 0x8e, 0x8f, 0x90, 0x93,
                        0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2});
    CHECK(codes_of(PacketType::auth) == std::set<int>{0x00, 0x18, 0x19});
    CHECK(codes_of(PacketType::publish).empty());
    CHECK(codes_of(PacketType::pingreq).empty());
}

TEST_CASE("§3.14.2.1: who may disconnect with what") {
    CHECK(client_may_disconnect_with(ReasonCode::success));
    CHECK(server_may_disconnect_with(ReasonCode::success));
    CHECK(client_may_disconnect_with(ReasonCode::disconnect_with_will_message));
    CHECK(!server_may_disconnect_with(ReasonCode::disconnect_with_will_message));
    CHECK(!client_may_disconnect_with(ReasonCode::session_taken_over));
    CHECK(server_may_disconnect_with(ReasonCode::session_taken_over));
    CHECK(!client_may_disconnect_with(ReasonCode::qos_not_supported));
    CHECK(client_may_disconnect_with(ReasonCode::receive_maximum_exceeded));
    for (int octet = 0; octet < 256; ++octet) {
        const auto reason = static_cast<ReasonCode>(octet);
        CHECK((client_may_disconnect_with(reason) || server_may_disconnect_with(reason)) ==
              may_stand_in(reason, PacketType::disconnect));
    }
}

TEST_CASE("every code has a name of its own") {
    std::set<std::string> names;
    for (int octet = 0; octet < 256; ++octet) names.insert(std::string(name_of(static_cast<ReasonCode>(octet))));
    CHECK(names.size() == 43 + 1);  // and "unknown" for all others
    CHECK(name_of(ReasonCode::keep_alive_timeout) == "keep_alive_timeout");
    CHECK(name_of(static_cast<ReasonCode>(0x03)) == "unknown");
}

TEST_CASE("the return codes of 3.1.1 keep their meaning there and back") {
    for (int return_code = 0; return_code <= 5; ++return_code) {
        const auto reason = connack_reason(static_cast<std::uint8_t>(return_code));
        REQUIRE(reason.has_value());
        CHECK(connack_return_code(*reason) == return_code);
    }
    CHECK(!connack_reason(6).has_value());
    CHECK(!connack_reason(255).has_value());
}

TEST_CASE("3.1.1 [MQTT-3.2.2-6] reasons without a return code get none: the connection is closed without CONNACK") {
    CHECK(connack_return_code(ReasonCode::server_busy) == 3);
    CHECK(connack_return_code(ReasonCode::banned) == 5);
    for (const ReasonCode reason :
         {ReasonCode::malformed_packet, ReasonCode::protocol_error, ReasonCode::topic_name_invalid,
          ReasonCode::packet_too_large, ReasonCode::bad_authentication_method}) {
        CHECK(!connack_return_code(reason).has_value());
    }
}

TEST_CASE("3.1.1 [MQTT-3.9.3-2] every failure of SUBACK is 0x80") {
    CHECK(suback_octet(ReasonCode::granted_qos_2, ProtocolVersion::v3_1_1) == 2);
    CHECK(suback_octet(ReasonCode::not_authorized, ProtocolVersion::v3_1_1) == 0x80);
    CHECK(suback_octet(ReasonCode::not_authorized, ProtocolVersion::v3_1) == 0x80);
    CHECK(suback_octet(ReasonCode::not_authorized, ProtocolVersion::v5) == 0x87);
}
