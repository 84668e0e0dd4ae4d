#include "protocol/mqtt/reason_codes.hpp"

#include <array>

namespace trunkline::mqtt {

namespace {

constexpr std::uint16_t in(PacketType packet) {
    return static_cast<std::uint16_t>(1U << static_cast<unsigned>(packet));
}

constexpr std::uint16_t connack = in(PacketType::connack);                            // §3.2.2.2
constexpr std::uint16_t received = in(PacketType::puback) | in(PacketType::pubrec);   // §3.4.2.1, §3.5.2.1
constexpr std::uint16_t released = in(PacketType::pubrel) | in(PacketType::pubcomp);  // §3.6.2.1, §3.7.2.1
constexpr std::uint16_t suback = in(PacketType::suback);                              // §3.9.3
constexpr std::uint16_t unsuback = in(PacketType::unsuback);                          // §3.11.3
constexpr std::uint16_t disconnect = in(PacketType::disconnect);                      // §3.14.2.1
constexpr std::uint16_t auth = in(PacketType::auth);                                  // §3.15.2.1

enum class Sender : std::uint8_t { nobody, client, server, both };  // of DISCONNECT

struct Row {
    ReasonCode reason;
    std::string_view name;
    std::uint16_t packets;
    Sender disconnects;
};

// 5.0 §2.4, one row a code, in its order.
constexpr std::array rows = {
    Row{ReasonCode::success, "success", connack | received | released | suback | unsuback | disconnect | auth,
        Sender::both},
    Row{ReasonCode::granted_qos_1, "granted_qos_1", suback, Sender::nobody},
    Row{ReasonCode::granted_qos_2, "granted_qos_2", suback, Sender::nobody},
    Row{ReasonCode::disconnect_with_will_message, "disconnect_with_will_message", disconnect, Sender::client},
    Row{ReasonCode::no_matching_subscribers, "no_matching_subscribers", received, Sender::nobody},
    Row{ReasonCode::no_subscription_existed, "no_subscription_existed", unsuback, Sender::nobody},
    Row{ReasonCode::continue_authentication, "continue_authentication", auth, Sender::nobody},
    Row{ReasonCode::re_authenticate, "re_authenticate", auth, Sender::nobody},
    Row{ReasonCode::unspecified_error, "unspecified_error", connack | received | suback | unsuback | disconnect,
        Sender::both},
    Row{ReasonCode::malformed_packet, "malformed_packet", connack | disconnect, Sender::both},
    Row{ReasonCode::protocol_error, "protocol_error", connack | disconnect, Sender::both},
    Row{ReasonCode::implementation_specific_error, "implementation_specific_error",
        connack | received | suback | unsuback | disconnect, Sender::both},
    Row{ReasonCode::unsupported_protocol_version, "unsupported_protocol_version", connack, Sender::nobody},
    Row{ReasonCode::client_identifier_not_valid, "client_identifier_not_valid", connack, Sender::nobody},
    Row{ReasonCode::bad_user_name_or_password, "bad_user_name_or_password", connack, Sender::nobody},
    Row{ReasonCode::not_authorized, "not_authorized", connack | received | suback | unsuback | disconnect,
        Sender::server},
    Row{ReasonCode::server_unavailable, "server_unavailable", connack, Sender::nobody},
    Row{ReasonCode::server_busy, "server_busy", connack | disconnect, Sender::server},
    Row{ReasonCode::banned, "banned", connack, Sender::nobody},
    Row{ReasonCode::server_shutting_down, "server_shutting_down", disconnect, Sender::server},
    // In the table of §2.4 for DISCONNECT too, but missing from that of §3.14.2.1.
    Row{ReasonCode::bad_authentication_method, "bad_authentication_method", connack | disconnect, Sender::server},
    Row{ReasonCode::keep_alive_timeout, "keep_alive_timeout", disconnect, Sender::server},
    Row{ReasonCode::session_taken_over, "session_taken_over", disconnect, Sender::server},
    Row{ReasonCode::topic_filter_invalid, "topic_filter_invalid", suback | unsuback | disconnect, Sender::server},
    Row{ReasonCode::topic_name_invalid, "topic_name_invalid", connack | received | disconnect, Sender::both},
    Row{ReasonCode::packet_identifier_in_use, "packet_identifier_in_use", received | suback | unsuback, Sender::nobody},
    Row{ReasonCode::packet_identifier_not_found, "packet_identifier_not_found", released, Sender::nobody},
    Row{ReasonCode::receive_maximum_exceeded, "receive_maximum_exceeded", disconnect, Sender::both},
    Row{ReasonCode::topic_alias_invalid, "topic_alias_invalid", disconnect, Sender::both},
    Row{ReasonCode::packet_too_large, "packet_too_large", connack | disconnect, Sender::both},
    Row{ReasonCode::message_rate_too_high, "message_rate_too_high", disconnect, Sender::both},
    Row{ReasonCode::quota_exceeded, "quota_exceeded", connack | received | suback | disconnect, Sender::both},
    Row{ReasonCode::administrative_action, "administrative_action", disconnect, Sender::both},
    Row{ReasonCode::payload_format_invalid, "payload_format_invalid", connack | received | disconnect, Sender::both},
    Row{ReasonCode::retain_not_supported, "retain_not_supported", connack | disconnect, Sender::server},
    Row{ReasonCode::qos_not_supported, "qos_not_supported", connack | disconnect, Sender::server},
    Row{ReasonCode::use_another_server, "use_another_server", connack | disconnect, Sender::server},
    Row{ReasonCode::server_moved, "server_moved", connack | disconnect, Sender::server},
    Row{ReasonCode::shared_subscriptions_not_supported, "shared_subscriptions_not_supported", suback | disconnect,
        Sender::server},
    Row{ReasonCode::connection_rate_exceeded, "connection_rate_exceeded", connack | disconnect, Sender::server},
    Row{ReasonCode::maximum_connect_time, "maximum_connect_time", disconnect, Sender::server},
    Row{ReasonCode::subscription_identifiers_not_supported, "subscription_identifiers_not_supported",
        suback | disconnect, Sender::server},
    Row{ReasonCode::wildcard_subscriptions_not_supported, "wildcard_subscriptions_not_supported", suback | disconnect,
        Sender::server},
};

const Row* row_of(ReasonCode reason) {
    for (const Row& row : rows) {
        if (row.reason == reason) return &row;
    }
    return nullptr;
}

}  // namespace

bool may_stand_in(ReasonCode reason, PacketType packet) {
    const Row* row = row_of(reason);
    return row != nullptr && (row->packets & in(packet)) != 0;
}

bool client_may_disconnect_with(ReasonCode reason) {
    const Row* row = row_of(reason);
    return row != nullptr && (row->disconnects == Sender::client || row->disconnects == Sender::both);
}

bool server_may_disconnect_with(ReasonCode reason) {
    const Row* row = row_of(reason);
    return row != nullptr && (row->disconnects == Sender::server || row->disconnects == Sender::both);
}

std::string_view name_of(ReasonCode reason) {
    const Row* row = row_of(reason);
    return row != nullptr ? row->name : "unknown";
}

std::optional<std::uint8_t> connack_return_code(ReasonCode reason) {
    switch (reason) {
        case ReasonCode::success:
            return std::uint8_t{0};
        case ReasonCode::unsupported_protocol_version:
            return std::uint8_t{1};
        case ReasonCode::client_identifier_not_valid:
            return std::uint8_t{2};
        case ReasonCode::server_unavailable:
        case ReasonCode::server_busy:
        case ReasonCode::quota_exceeded:
        case ReasonCode::use_another_server:
        case ReasonCode::server_moved:
        case ReasonCode::connection_rate_exceeded:
            return std::uint8_t{3};
        case ReasonCode::bad_user_name_or_password:
            return std::uint8_t{4};
        case ReasonCode::not_authorized:
        case ReasonCode::banned:
            return std::uint8_t{5};
        default:
            return std::nullopt;
    }
}

std::optional<ReasonCode> connack_reason(std::uint8_t return_code) {
    constexpr std::array meanings = {
        ReasonCode::success,
        ReasonCode::unsupported_protocol_version,
        ReasonCode::client_identifier_not_valid,
        ReasonCode::server_unavailable,
        ReasonCode::bad_user_name_or_password,
        ReasonCode::not_authorized,
    };
    if (return_code >= meanings.size()) return std::nullopt;
    return meanings[return_code];
}

std::uint8_t suback_octet(ReasonCode reason, ProtocolVersion version) {
    if (version != ProtocolVersion::v5 && is_failure(reason)) return 0x80;
    return static_cast<std::uint8_t>(reason);
}

}  // namespace trunkline::mqtt
