#pragma once
// What happens to a client, in order. Events own what they carry.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/mqtt/types.hpp"

namespace trunkline::mqtt {

struct ClientConnected {
    /// False: subscriptions are to be made again, and received messages that the owner has not acknowledged are no
    /// longer to be: their identifiers may mean others now.
    bool session_present = false;
};
struct ClientRefused {  // CONNACK with a failure; close_requested() follows
    ReasonCode reason{};
};
/// Nothing more is to be done for a message of publish(). QoS 1: PUBACK came, and its reason may be a failure. QoS 2:
/// PUBREC came with a failure; or PUBCOMP came, and the reason is that of PUBREC, with which the server took the
/// message over. Or the server said in CONNACK that it does not take this one, and it was not sent: packet_too_large,
/// retain_not_supported, qos_not_supported. [MQTT-3.2.2-11] [MQTT-3.2.2-14] [MQTT-3.2.2-15]
struct ClientPublished {
    PacketId packet_id{};
    ReasonCode reason{};
};
/// Nothing more is to be done for this one either: the server has ended one connection after the other when it came
/// (settings.suspicion).
struct ClientGaveUp {
    PacketId packet_id{};
    std::string topic;
};
/// PUBREC came, and not with a failure: the server has taken the message over. PUBREL waits for release(). Only with
/// settings.completes_itself off.
struct ClientReceived {
    PacketId packet_id{};
};
/// PUBREL came for a received QoS 2 message: the server will use its identifier for another one after PUBCOMP, which
/// waits for complete(). Only with settings.completes_itself off.
struct ClientReleased {
    PacketId packet_id{};
};
struct ClientSubscribed {
    PacketId packet_id{};
    std::vector<ReasonCode> reasons;
};
struct ClientUnsubscribed {
    PacketId packet_id{};
    ReasonCode reason{};  // 3.1 and 3.1.1: success, they know no other
};
struct ClientMessage {
    std::string topic;
    std::vector<std::byte> payload;
    QoS qos{};
    bool dup = false;
    bool retain = false;
    PacketId packet_id{};
    std::vector<std::byte> properties{};  // 5.0; checked: Properties::trusted() reads them
};
struct ClientDisconnected {  // the connection is gone or must be closed; the session lives on
    enum class Cause : std::uint8_t {
        transport_closed,
        server_disconnect,
        protocol_error,
        answer_timeout,
        own_disconnect
    };
    Cause cause{};
    ReasonCode reason = ReasonCode::success;  // of the server's DISCONNECT, of a protocol error, or of disconnect()
    std::string_view clause{};                // of a protocol error; static text
};
using ClientEvent =
    std::variant<ClientConnected, ClientRefused, ClientPublished, ClientGaveUp, ClientReceived, ClientReleased,
                 ClientSubscribed, ClientUnsubscribed, ClientMessage, ClientDisconnected>;

}  // namespace trunkline::mqtt
