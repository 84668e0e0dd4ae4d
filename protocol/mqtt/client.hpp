#pragma once
// The client role of MQTT: one client and its session over successive network connections.
// Used by the gateway's upstream connections, by RTUs and by observers.
//
// It speaks 3.1, 3.1.1 and 5.0 with QoS 0 and 1 both ways. What it does not speak is refused: publish() and
// subscribe() with QoS 2 return nothing; a QoS 2 PUBLISH, PUBREC, PUBREL or PUBCOMP from the server, a topic alias
// (we announce that we take none) and AUTH (we ask for none) end the connection, in 5.0 with a DISCONNECT that says
// why.

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/base/deadlines.hpp"
#include "protocol/mqtt/clause.hpp"
#include "protocol/mqtt/codec.hpp"

namespace trunkline::mqtt {

/// What the server publishes when it loses us.
struct ClientWill {
    std::string topic;  // a topic name
    std::vector<std::byte> payload;
    QoS qos = QoS::at_most_once;
    bool retain = false;
    std::chrono::seconds delay{0};  // Will Delay Interval, 5.0
};

struct ClientSettings {
    ProtocolVersion version = ProtocolVersion::v5;
    /// Empty: the server chooses (5.0: and tells; later connections use what it told).
    std::string client_id;
    /// 5.0: only for the first connection; later ones resume, unless `session_expiry` ends the session with its
    /// connection. 3.1 and 3.1.1, where such a session always ends with its connection: for every one.
    /// False says that the owner knows of a session, so that the server may have one even at the first connection.
    bool clean_start = true;
    std::chrono::seconds keep_alive{60};          // at most 65,535; 0: none
    std::chrono::seconds session_expiry{0};       // 5.0; UINT32_MAX: never ends
    std::uint16_t receive_maximum = 65535;        // 5.0: how many QoS 1 messages we take unacknowledged; not 0
    std::uint16_t in_flight_limit = 65535;        // our own bound of messages that the server has not acknowledged
    std::size_t maximum_packet_size = 1U << 20U;  // of what we take; at least 1, at most UINT32_MAX
    Duration answer_timeout = std::chrono::seconds(20);  // CONNACK, SUBACK, PINGRESP: later is a dead connection
    /// False: the owner acknowledges received QoS 1 messages itself, by acknowledge().
    bool acknowledges_itself = true;
    std::optional<std::string> user_name;
    std::optional<std::string> password;  // 3.1 and 3.1.1: only with a user name
    std::optional<ClientWill> will;
};

/// What happened, in order. Events own what they carry.
struct ClientConnected {
    bool session_present = false;  // false: subscriptions are to be made again
};
struct ClientRefused {  // CONNACK with a failure; close_requested() follows
    ReasonCode reason{};
};
/// QoS 1: PUBACK came, and its reason may be a failure; or the message is one that this server said it does not take,
/// and was not sent: packet_too_large, retain_not_supported, qos_not_supported. [MQTT-3.2.2-11] [MQTT-3.2.2-14]
/// [MQTT-3.2.2-15]
struct ClientPublished {
    PacketId packet_id{};
    ReasonCode reason{};
};
struct ClientSubscribed {
    PacketId packet_id{};
    std::vector<ReasonCode> reasons;
};
struct ClientMessage {
    std::string topic;
    std::vector<std::byte> payload;
    QoS qos{};
    bool dup = false;
    bool retain = false;
    PacketId packet_id{};
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
    std::variant<ClientConnected, ClientRefused, ClientPublished, ClientSubscribed, ClientMessage, ClientDisconnected>;

/// Sans-I/O. The owner opens a transport, tells so, moves bytes, and closes it when close_requested() and the output
/// is taken; it tells that too. Each connection that was told opened ends with one ClientRefused or ClientDisconnected.
class Client {
public:
    explicit Client(ClientSettings settings);

    // inputs
    /// The one before is closed. CONNECT leaves.
    void transport_opened(Instant now);
    void received(ByteView bytes, Instant now);
    void transport_closed(Instant now);
    void advance(Instant now);

    // requests
    /// QoS 1: the identifier under which ClientPublished will report. QoS 0: zero.
    /// Unacknowledged messages are part of the session: sent again with DUP when the next connection finds the session
    /// present [MQTT-4.4.0-1], and as new messages when it does not (5.0 §4.4 leaves that to the client; losing them
    /// would lose readings), in their order [MQTT-4.6.0-1]. After the first CONNACK, QoS 1 messages are also taken
    /// while there is no connection.
    /// Nothing: refused, because the server's Receive Maximum or our own limit is reached; because there is no
    /// connection yet (QoS 0: none now; QoS 1: before the first CONNACK); because the topic is none; or QoS 2. QoS 0:
    /// also what the server does not take.
    std::optional<PacketId> publish(std::string_view topic, ByteView payload, QoS qos, bool retain, Instant now);
    /// Nothing when not connected, when the filter is none, for QoS 2, or above the server's Maximum Packet Size.
    std::optional<PacketId> subscribe(std::string_view filter, QoS qos, Instant now);
    /// Acknowledges a received QoS 1 message, when settings.acknowledges_itself is false. PUBACKs leave in the order in
    /// which the messages came [MQTT-4.6.0-2]: one waits for those before it. An identifier of an earlier connection
    /// has no effect: what was not acknowledged there comes again.
    void acknowledge(PacketId packet_id, ReasonCode reason);
    /// Orderly end: DISCONNECT leaves, then close_requested(). In 3.1 and 3.1.1, which cannot say why, a reason other
    /// than success closes without one, so that the server publishes the will.
    void disconnect(ReasonCode reason, Instant now);

    // outputs
    std::size_t take_output(OutputBytes& out);
    bool close_requested() const { return close_requested_; }
    std::span<const ClientEvent> events() const { return events_; }
    void events_taken() { events_.clear(); }

    std::optional<Instant> next_deadline() const { return deadlines_.earliest(); }

    bool is_connected() const { return state_ == State::connected; }
    const ClientSettings& settings() const { return settings_; }
    /// QoS 1 messages that the server has not acknowledged.
    std::size_t in_flight() const { return in_flight_.size(); }

private:
    enum class State : std::uint8_t { closed, awaiting_connack, connected, closing };
    enum class Timer : std::uint8_t {
        connack,   // the answer to CONNECT is late
        suback,    // the answer to the oldest SUBSCRIBE is late
        pingresp,  // the answer to the oldest PINGREQ is late
        ping,      // we have been silent for long enough
        count_
    };
    struct InFlight {  // a QoS 1 message that the server has not acknowledged
        PacketId packet_id{};
        bool sent = false;  // in this session: the next time carries DUP
        bool retain = false;
        std::string topic;
        std::vector<std::byte> payload;
    };
    struct Subscribing {  // SUBSCRIBE sent, SUBACK not seen
        PacketId packet_id{};
        Instant answer_by;
    };
    struct Unacknowledged {  // a received QoS 1 message
        PacketId packet_id{};
        std::optional<ReasonCode> answer;  // the owner's, waiting for those before it
    };
    struct ServerLimits {  // of CONNACK, §3.2.2.3
        std::uint16_t receive_maximum = 65535;
        std::size_t maximum_packet_size = 268'435'460;
        bool takes_qos_1 = true;
        bool takes_retain = true;
    };

    bool is_v5() const { return settings_.version == ProtocolVersion::v5; }
    bool is_open() const { return state_ == State::awaiting_connack || state_ == State::connected; }
    bool starts_clean() const;
    void send_connect(Instant now);

    void take(const Frame& frame, Instant now);
    void handle(const ConnAck& packet, Instant now);
    void handle(const Publish& packet, Instant now);
    void handle(const PubAck& packet, Instant now);
    void handle(const SubAck& packet, Instant now);
    void handle(const PingResp& packet, Instant now);
    void handle(const Disconnect& packet, Instant now);
    void refuse(Clause clause, ReasonCode reason = ReasonCode::protocol_error);
    void refuse(const ProtocolError& error);
    void learn_limits(const Properties& properties);
    void end(ClientDisconnected why);
    void close();

    void send(const Packet& packet, Instant now);
    void restart_ping_timer(Instant now);
    void send_waiting(Instant now);
    std::optional<ReasonCode> server_refusal(const Publish& packet) const;
    std::optional<PacketId> publish_at_most_once(const Publish& packet, Instant now);
    std::optional<PacketId> free_packet_id();

    ClientSettings settings_;
    State state_ = State::closed;
    bool close_requested_ = false;
    bool has_connected_ = false;  // a session may exist at the server
    bool started_clean_ = true;   // what this connection's CONNECT said
    std::uint16_t next_packet_id_ = 1;
    std::chrono::seconds keep_alive_{0};  // the server's word replaces ours [MQTT-3.1.2-21]
    Instant sent_at_{};                   // the last packet
    ServerLimits limits_;
    FrameStream frames_;
    OutputBytes output_;
    std::vector<InFlight> in_flight_;  // in the order of publish() [MQTT-4.6.0-1]
    std::size_t sent_here_ = 0;        // how many of these, from the front, this connection has sent
    std::vector<Subscribing> subscribing_;
    std::vector<Unacknowledged> unacknowledged_;  // in the order received [MQTT-4.6.0-2]
    std::vector<ClientEvent> events_;
    Deadlines<Timer> deadlines_;
};

}  // namespace trunkline::mqtt
