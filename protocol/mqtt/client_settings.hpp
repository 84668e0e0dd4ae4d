#pragma once
// What a client is told before its first connection.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "protocol/base/instant.hpp"
#include "protocol/base/seldom.hpp"
#include "protocol/mqtt/types.hpp"

namespace trunkline::mqtt {

/// What the server publishes when it loses us.
struct ClientWill {
    std::string topic;  // a topic name
    std::vector<std::byte> payload;
    QoS qos = QoS::at_most_once;
    bool retain = false;
    std::chrono::seconds delay{0};  // Will Delay Interval, 5.0
    friend bool operator==(const ClientWill&, const ClientWill&) = default;
};

/// When a message is taken for the cause that the server ends connections, and is given up. Only what was all that was
/// on the way counts, and only if another one was acknowledged since the first time.
struct ClientSuspicion {
    std::uint8_t hang_ups = 0;       // while it was; 0: no message is ever suspected
    std::uint8_t pause_seconds = 0;  // for which others have a connection for themselves before it is sent again
};

struct ClientSettings {
    ProtocolVersion version = ProtocolVersion::v5;
    /// Empty: the server chooses (5.0: and tells; later connections use what it told).
    std::string client_id;
    /// 5.0: only for the first connection; later ones resume, unless `session_expiry` ends the session with its
    /// connection. 3.1 and 3.1.1, where such a session always ends with its connection: for every one.
    /// False says that the owner knows of a session, so that the server may have one even at the first connection.
    bool clean_start = true;
    std::chrono::seconds keep_alive{60};     // at most 65,535; 0: none
    std::chrono::seconds session_expiry{0};  // 5.0; UINT32_MAX: never ends
    std::uint16_t receive_maximum = 65535;   // 5.0: how many QoS 1 and 2 messages we take unacknowledged; not 0
    /// More than that ends the connection [MQTT-3.3.4-9]; false: the owner takes it, or leaves it unacknowledged.
    bool keeps_server_to_receive_maximum = true;
    std::uint16_t in_flight_limit = 65535;  // our own bound of messages that the server has not acknowledged
    /// 5.0: topics of one connection that are said by an alias from the second time on, if the server takes that many.
    std::uint16_t topic_alias_limit = 0;
    std::size_t maximum_packet_size = 1U << 20U;  // of what we take; at least 1, at most UINT32_MAX
    /// CONNACK, SUBACK, UNSUBACK, PINGRESP: later is a dead connection.
    Duration answer_timeout = std::chrono::seconds(20);
    /// False: the owner acknowledges received QoS 1 and 2 messages itself, by acknowledge().
    bool acknowledges_itself = true;
    /// False: the owner keeps QoS 2 exchanges where they outlive this client, and has each step recorded before the
    /// other side forgets the one before: PUBREL waits for release(), PUBCOMP for complete().
    bool completes_itself = true;
    /// The client chooses packet identifiers from 1 to this one. Those above are the owner's, for publish_as().
    std::uint16_t last_own_packet_id = 65535;
    ClientSuspicion suspicion{};
    Seldom<std::string> user_name;
    Seldom<std::string> password;  // 3.1 and 3.1.1: only with a user name
    Seldom<ClientWill> will;
};

}  // namespace trunkline::mqtt
