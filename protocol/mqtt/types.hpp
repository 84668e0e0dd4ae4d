#pragma once
// The small words of MQTT 3.1, 3.1.1 and 5.0.

#include <cstdint>
#include <string_view>

#include "protocol/base/result.hpp"

namespace trunkline::mqtt {

/// Opaque: compares and hashes, no arithmetic. Zero never occurs on the wire. [MQTT-2.2.1-3]
enum class PacketId : std::uint16_t {};

enum class QoS : std::uint8_t { at_most_once = 0, at_least_once = 1, exactly_once = 2 };

/// The protocol level octet of CONNECT.
enum class ProtocolVersion : std::uint8_t { v3_1 = 3, v3_1_1 = 4, v5 = 5 };

/// The high four bits of the fixed header (5.0 §2.1.2).
enum class PacketType : std::uint8_t {
    connect = 1,
    connack,
    publish,
    puback,
    pubrec,
    pubrel,
    pubcomp,
    subscribe,
    suback,
    unsubscribe,
    unsuback,
    pingreq,
    pingresp,
    disconnect,
    auth,
};

/// 5.0 §2.4. `success` doubles as normal disconnection and granted QoS 0, as in the specification's table.
enum class ReasonCode : std::uint8_t {
    success = 0x00,
    granted_qos_1 = 0x01,
    granted_qos_2 = 0x02,
    disconnect_with_will_message = 0x04,
    no_matching_subscribers = 0x10,
    no_subscription_existed = 0x11,
    continue_authentication = 0x18,
    re_authenticate = 0x19,
    unspecified_error = 0x80,
    malformed_packet = 0x81,
    protocol_error = 0x82,
    implementation_specific_error = 0x83,
    unsupported_protocol_version = 0x84,
    client_identifier_not_valid = 0x85,
    bad_user_name_or_password = 0x86,
    not_authorized = 0x87,
    server_unavailable = 0x88,
    server_busy = 0x89,
    banned = 0x8a,
    server_shutting_down = 0x8b,
    bad_authentication_method = 0x8c,
    keep_alive_timeout = 0x8d,
    session_taken_over = 0x8e,
    topic_filter_invalid = 0x8f,
    topic_name_invalid = 0x90,
    packet_identifier_in_use = 0x91,
    packet_identifier_not_found = 0x92,
    receive_maximum_exceeded = 0x93,
    topic_alias_invalid = 0x94,
    packet_too_large = 0x95,
    message_rate_too_high = 0x96,
    quota_exceeded = 0x97,
    administrative_action = 0x98,
    payload_format_invalid = 0x99,
    retain_not_supported = 0x9a,
    qos_not_supported = 0x9b,
    use_another_server = 0x9c,
    server_moved = 0x9d,
    shared_subscriptions_not_supported = 0x9e,
    connection_rate_exceeded = 0x9f,
    maximum_connect_time = 0xa0,
    subscription_identifiers_not_supported = 0xa1,
    wildcard_subscriptions_not_supported = 0xa2,
};

/// Codes from 0x80 are failures (5.0 §2.4).
constexpr bool is_failure(ReasonCode reason) { return static_cast<std::uint8_t>(reason) >= 0x80; }

/// Why received bytes are refused. The clause is static text as the specification prints it: "MQTT-2.2.1-3",
/// or "§3.3.2.3" where a rule has no number.
struct ProtocolError {
    ReasonCode reason = ReasonCode::malformed_packet;
    std::string_view clause;
};

template <typename T>
using Decoded = Result<T, ProtocolError>;

}  // namespace trunkline::mqtt
