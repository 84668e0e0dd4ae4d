#pragma once
// The client role of MQTT, complete in itself: one client and its session over successive network connections.
// Used by the gateway's upstream connections, by RTUs and by observers.

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "protocol/base/deadlines.hpp"
#include "protocol/mqtt/codec.hpp"

namespace trunkline::mqtt {

struct ClientSettings {
    ProtocolVersion version = ProtocolVersion::v5;
    std::string client_id;
    bool clean_start = true;  // only for the first connection; later ones resume unless the session has ended
    std::chrono::seconds keep_alive{60};
    std::chrono::seconds session_expiry{0};   // 5.0; UINT32_MAX: never ends
    std::uint16_t receive_maximum = 65535;    // how many QoS 1 and 2 messages we take unacknowledged, 5.0
    std::size_t maximum_packet_size = 1U << 20U;
    Duration answer_timeout = std::chrono::seconds(20);  // CONNACK, SUBACK, PINGRESP: later is a dead connection
    /// False: the owner acknowledges received QoS 1 messages itself, by acknowledge().
    bool acknowledges_itself = true;
    std::optional<std::string> user_name;
    std::optional<std::string> password;
};

/// What happened, in order. Events own what they carry.
struct ClientConnected {
    bool session_present = false;
};
struct ClientRefused {  // CONNACK with a failure; close_requested() follows
    ReasonCode reason{};
};
struct ClientPublished {  // QoS 1: PUBACK came (its reason may be a failure)
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
    enum class Cause : std::uint8_t { transport_closed, server_disconnect, protocol_error, answer_timeout, own_disconnect };
    Cause cause{};
    ReasonCode reason = ReasonCode::success;  // of the server's DISCONNECT
    std::string_view clause;                  // of a protocol error
};
using ClientEvent = std::variant<ClientConnected, ClientRefused, ClientPublished, ClientSubscribed, ClientMessage, ClientDisconnected>;

/// Sans-I/O. The owner opens a transport, tells so, moves bytes, and closes it when close_requested().
class Client {
public:
    explicit Client(ClientSettings settings);

    // inputs
    void transport_opened(Instant now);  // CONNECT leaves
    void received(ByteView bytes, Instant now);
    void transport_closed(Instant now);
    void advance(Instant now);

    // requests
    /// QoS 1: the identifier under which ClientPublished will report. Unacknowledged messages are part of the session:
    /// sent again with DUP when the next connection finds the session present [MQTT-4.4.0-1], and also when it does
    /// not (5.0 §4.4 leaves that to the client; losing them would lose readings). Nothing: refused, because the server's
    /// Receive Maximum or our own bound of in-flight messages is reached, or because there is no connection yet
    /// (QoS 0; QoS 1 before the first CONNACK).
    std::optional<PacketId> publish(std::string_view topic, ByteView payload, QoS qos, bool retain, Instant now);
    /// Nothing when not connected.
    std::optional<PacketId> subscribe(std::string_view filter, QoS qos, Instant now);
    /// Acknowledges a received QoS 1 message, when settings.acknowledges_itself is false.
    void acknowledge(PacketId packet_id, ReasonCode reason);
    /// Orderly end: DISCONNECT leaves, then close_requested().
    void disconnect(ReasonCode reason, Instant now);

    // outputs
    std::size_t take_output(OutputBytes& out);
    bool close_requested() const { return close_requested_; }
    std::span<const ClientEvent> events() const { return events_; }
    void events_taken() { events_.clear(); }

    std::optional<Instant> next_deadline() const;

    bool is_connected() const { return state_ == State::connected; }
    const ClientSettings& settings() const { return settings_; }
    std::size_t in_flight() const { return in_flight_.size(); }

private:
    enum class State : std::uint8_t { closed, awaiting_connack, connected, closing };
    enum class Timer : std::uint8_t { answer, ping, count_ };
    struct InFlight {  // a QoS 1 message that the server has not acknowledged
        PacketId packet_id{};
        bool sent = false;  // on some connection: the next time carries DUP
        bool retain = false;
        std::string topic;
        std::vector<std::byte> payload;
    };

    void handle(const ConnAck& packet, Instant now);
    void handle(const Publish& packet, Instant now);
    void handle(const PubAck& packet, Instant now);
    void handle(const SubAck& packet, Instant now);
    void handle(const PingResp& packet, Instant now);
    void handle(const Disconnect& packet, Instant now);
    void fail(ClientDisconnected::Cause cause, ReasonCode reason, std::string_view clause);
    void send(const Packet& packet, Instant now);
    void send_publish(InFlight& message, Instant now);
    std::optional<PacketId> free_packet_id();

    ClientSettings settings_;
    State state_ = State::closed;
    bool close_requested_ = false;
    bool has_connected_ = false;  // a session may exist at the server
    std::uint16_t next_packet_id_ = 1;
    std::uint16_t send_quota_ = 65535;
    std::chrono::seconds keep_alive_{0};  // the server's word replaces ours [MQTT-3.1.2-21]
    FrameStream frames_;
    OutputBytes output_;
    std::vector<InFlight> in_flight_;      // in sending order [MQTT-4.6.0-1]
    std::vector<PacketId> subscribing_;    // SUBSCRIBE sent, SUBACK not seen
    std::vector<ClientEvent> events_;
    Deadlines<Timer> deadlines_;
};

}  // namespace trunkline::mqtt
