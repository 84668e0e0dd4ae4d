#pragma once
// The client role of MQTT: one client and its session over successive network connections.
// Used by the gateway's upstream connections, by RTUs and by observers.
//
// It speaks 3.1, 3.1.1 and 5.0 with all QoS both ways. What it does not speak is refused: a topic alias from the server
// (we announce that we take none) and AUTH (we ask for none) end the connection, in 5.0 with a DISCONNECT that says
// why.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/base/bring_near.hpp"
#include "protocol/base/deadlines.hpp"
#include "protocol/base/seldom.hpp"
#include "protocol/mqtt/clause.hpp"
#include "protocol/mqtt/client_events.hpp"
#include "protocol/mqtt/client_settings.hpp"
#include "protocol/mqtt/codec.hpp"
#include "protocol/mqtt/inbound_window.hpp"
#include "protocol/mqtt/outbound_window.hpp"
#include "protocol/mqtt/sent_topic_aliases.hpp"

namespace trunkline::mqtt {

/// Sans-I/O. The owner opens a transport, tells so, moves bytes, and closes it when close_requested() and the output
/// is taken; it tells that too. Each connection that was told opened ends with one ClientRefused or ClientDisconnected.
///
/// PINGREQ leaves before we have been silent for Keep Alive, and also when the server has: who publishes at QoS 0
/// without pause is never silent, and would learn that nobody hears it from TCP alone, minutes later. A server that
/// does not answer for settings.answer_timeout is gone.
class Client {
public:
    explicit Client(ClientSettings settings);

    /// A message is about to pass through it. In three steps (bring_near.hpp).
    void expect(unsigned step) const {
        if (step == 0) return bring_near(*this, settings_.last_own_packet_id);
        if (step == 1) bring_beginning_near(events_.data());
        if (!outbound_) return;
        if (step == 1) bring_near(*outbound_);
        else outbound_->expect(PacketId{next_packet_id_});
    }

    // inputs
    /// The one before is closed. CONNECT leaves.
    void transport_opened(Instant now);
    void received(ByteView bytes, Instant now);
    void transport_closed(Instant now);
    void advance(Instant now);

    // requests
    /// QoS 1 and 2: the identifier under which ClientPublished will report. QoS 0: zero.
    /// Unacknowledged messages are part of the session. When the next connection finds the session present, they go on
    /// where they were: PUBLISH again with DUP in their order [MQTT-4.6.0-1], or PUBREL [MQTT-4.4.0-1]. When it does
    /// not, those without PUBREC are sent as new messages (5.0 §4.4 leaves that to the client; losing them would lose
    /// readings), and those with PUBREC are over: the server has taken them. After the first CONNACK, QoS 1 and 2
    /// messages are also taken while there is no connection.
    /// Properties are for 5.0, without a Topic Alias; 3.1 and 3.1.1 leave them out.
    /// Nothing: refused, because the server's Receive Maximum or our own limit is reached; because there is no
    /// connection yet (QoS 0: none now; others: before the first CONNACK); or because the topic is none. QoS 0: also
    /// what the server does not take.
    std::optional<PacketId> publish(std::string_view topic, ByteView payload, QoS qos, bool retain, Instant now,
                                    Properties properties = {});
    /// The same at QoS 2 with an identifier of the owner's, above settings.last_own_packet_id, that is not in flight.
    /// `was_sent`: in this session an earlier client may have sent it, so that it carries DUP. False: refused.
    bool publish_as(PacketId packet_id, std::string_view topic, ByteView payload, bool retain, bool was_sent,
                    Instant now);
    /// PUBREL may leave for this message, of which ClientReceived told, or an earlier client's: then for an identifier
    /// of the owner's. Of no effect when it has left.
    void release(PacketId packet_id, Instant now);
    /// PUBCOMP may leave for this message, of which ClientReleased told on this connection.
    void complete(PacketId packet_id, Instant now);
    /// Nothing when not connected, when the filter is none, or above the server's Maximum Packet Size.
    std::optional<PacketId> subscribe(std::string_view filter, QoS qos, Instant now) {
        return subscribe(filter, SubscriptionOptions{.qos = qos}, 0, now);
    }
    /// The same with all that 5.0 has; 3.1 and 3.1.1 leave out everything but the QoS. `subscription_id`: 1 to
    /// 268,435,455, or zero for none; left out where the server says that it has none (5.0 §3.2.2.3.12).
    std::optional<PacketId> subscribe(std::string_view filter, const SubscriptionOptions& options,
                                      std::uint32_t subscription_id, Instant now);
    /// The same.
    std::optional<PacketId> unsubscribe(std::string_view filter, Instant now);
    /// Acknowledges a received QoS 1 or 2 message, when settings.acknowledges_itself is false; the client itself
    /// answers PUBREL with PUBCOMP, unless settings.completes_itself is false. PUBACKs and PUBRECs leave in the order
    /// in which the messages came [MQTT-4.6.0-2] [MQTT-4.6.0-3]: one waits for those of its QoS before it. A QoS 1
    /// message that was not acknowledged on its connection comes again as a new one; acknowledging it later has no
    /// effect. A QoS 2 message may be acknowledged later, as long as the session lives: then it is not told again. One
    /// that is not comes again with its identifier.
    void acknowledge(PacketId packet_id, ReasonCode reason);
    /// Orderly end: DISCONNECT leaves, before CONNACK too, then close_requested(). In 3.1 and 3.1.1, which cannot say
    /// why, a reason other than success closes without one, so that the server publishes the will. `session_expiry`,
    /// in 5.0, takes the place of settings.session_expiry; not above zero where that is zero [MQTT-3.14.2-2].
    void disconnect(ReasonCode reason, Instant now, std::optional<std::chrono::seconds> session_expiry = std::nullopt);
    /// The will of the next CONNECT. The present connection keeps its own.
    void change_will(Seldom<ClientWill> will);
    /// What the next connection speaks; the session goes on. Only while there is no connection.
    void change_version(ProtocolVersion version, bool clean_start) {
        settings_.version = version;
        settings_.clean_start = clean_start;
    }
    /// The same of user name and password.
    void change_credentials(Seldom<std::string> user_name, Seldom<std::string> password) {
        settings_.user_name = std::move(user_name);
        settings_.password = std::move(password);
    }

    /// PINGREQ leaves, if there is a connection. What the server has sent before its answer has come before it.
    void ping(Instant now);

    // outputs
    std::size_t take_output(OutputBytes& out) {
        const std::size_t size = output_.size();
        if (size != 0) out.take(output_);
        return size;
    }
    bool close_requested() const { return close_requested_; }
    std::span<const ClientEvent> events() const { return events_; }
    void events_taken() {
        // After CONNACK it may be long until more happens: an idle one holds no room for events.
        const bool is_first = !events_.empty() && std::holds_alternative<ClientConnected>(events_.front());
        if (is_first) std::vector<ClientEvent>().swap(events_);
        else events_.clear();
    }
    /// The same as values: `out` gets them, and gives its memory in return.
    void take_events(std::vector<ClientEvent>& out) {
        out.clear();
        out.swap(events_);
    }

    std::optional<Instant> next_deadline() const {
        if (outbound_ && outbound_->doubt.try_at) [[unlikely]]
            return earlier(deadlines_.earliest(), outbound_->doubt.try_at);
        return deadlines_.earliest();
    }

    bool is_connected() const { return state_ == State::connected; }
    /// A PINGREQ has not been answered yet.
    bool is_pinging() const { return deadlines_.is_set(Timer::pingresp); }
    /// Received QoS 2 messages that are answered, and not over: PUBREL or our PUBCOMP is to come.
    std::size_t unreleased() const { return inbound_ ? inbound_->twice.answered() : 0; }
    const ClientSettings& settings() const { return settings_; }
    /// QoS 1 and 2 messages that the server has not acknowledged: PUBACK, PUBCOMP, or PUBREC with a failure.
    std::size_t in_flight() const { return outbound_ ? outbound_->size() : 0; }
    /// Of those, what has left on the present connection, or on the last one, and is not PUBREC'd.
    std::size_t on_the_way() const { return outbound_ ? outbound_->sent() : 0; }
    /// publish() takes a message of QoS 1 or 2.
    bool has_room() const;

private:
    enum class State : std::uint8_t { closed, awaiting_connack, connected, closing };
    enum class Timer : std::uint8_t {
        connack,   // the answer to CONNECT is late
        request,   // the answer to the oldest SUBSCRIBE or UNSUBSCRIBE is late
        pingresp,  // the answer to the oldest PINGREQ is late
        ping,      // we have been silent for long enough
        silence,   // the server has
        count_
    };
    struct Request {  // SUBSCRIBE or UNSUBSCRIBE sent, its answer not seen
        SubscriptionRequests::Kind kind{};
        PacketId packet_id{};
        Instant answer_by;
    };
    struct Inbound {
        InboundWindow once;                   // QoS 1, when the owner acknowledges
        InboundWindow twice;                  // QoS 2
        std::vector<PacketId> owed_pubcomps;  // PUBREL came on this connection
    };
    struct ServerLimits {  // of CONNACK, §3.2.2.3
        std::uint16_t receive_maximum = 65535;
        std::size_t maximum_packet_size = 268'435'460;
        QoS maximum_qos = QoS::exactly_once;
        bool takes_retain = true;
        bool takes_subscription_ids = true;
        std::uint16_t topic_alias_maximum = 0;
    };

    bool is_v5() const { return settings_.version == ProtocolVersion::v5; }
    bool is_open() const { return state_ == State::awaiting_connack || state_ == State::connected; }
    bool starts_clean() const;
    void send_connect(Instant now);

    void take(const Frame& frame, Instant now);
    void handle(const ConnAck& packet, Instant now);
    void handle(const Publish& packet, Instant now);
    void handle(const PubAck& packet, Instant now);
    void handle(const PubRec& packet, Instant now);
    bool heed_unlisted_failure(const Frame& frame, Instant now);
    void handle(const PubRel& packet, Instant now);
    void handle(const PubComp& packet, Instant now);
    void handle(const SubAck& packet, Instant now);
    void handle(const UnsubAck& packet, Instant now);
    void handle(const PingResp& packet, Instant now);
    void handle(const Disconnect& packet, Instant now);
    void refuse(Clause clause, ReasonCode reason = ReasonCode::protocol_error);
    void refuse(const ProtocolError& error);
    void learn_limits(const Properties& properties);
    void end(ClientDisconnected why);
    void close();

    void send(const Packet& packet, Instant now);
    void restart_ping_timer(Instant now);
    void restart_silence_timer(Instant now);
    // client_publishing.cpp
    std::optional<PacketId> publish_at_most_once(const Publish& packet, Instant now);
    std::optional<PacketId> free_packet_id();
    void take_up_session(bool is_new, Instant now);
    void send_waiting(Instant now);
    void send_publish(const Publish& packet, Instant now);
    std::optional<ReasonCode> server_refusal(const Publish& packet) const;
    const OutboundWindow::Message* find_sent(PacketId packet_id) const {
        return outbound_ ? outbound_->find(packet_id) : nullptr;
    }
    void finish(PacketId packet_id, ReasonCode reason, Instant now);

    // client_suspicion.cpp
    void suspect();
    void begin_carefully(Instant now);
    bool take_due_trial(Instant now);
    bool must_wait() const;
    void take_back_suspect();
    void answered(Instant now);

    // client_receiving.cpp
    void tell(const Publish& packet);
    void send_answers();

    // client_subscribing.cpp
    template <typename Packet>
    std::optional<PacketId> request(Packet packet, Instant now);
    bool take_request(SubscriptionRequests::Kind kind, PacketId packet_id);

    // what every message needs
    State state_ = State::closed;
    bool close_requested_ = false;
    bool has_connected_ = false;  // a session may exist at the server
    bool started_clean_ = true;   // what this connection's CONNECT said
    std::uint16_t next_packet_id_ = 1;
    std::chrono::seconds keep_alive_{0};  // the server's word replaces ours [MQTT-3.1.2-21]
    Instant sent_at_{};                   // the last packet
    ServerLimits limits_;
    Deadlines<Timer> deadlines_;
    OutputBytes output_;
    FrameStream frames_;
    Seldom<OutboundWindow> outbound_;  // from the first message of QoS 1 or 2 on
    std::vector<Request> requests_;
    std::vector<ClientEvent> events_;
    ClientSettings settings_;

    // and what it seldom does
    std::unique_ptr<SentTopicAliases> aliases_;  // of the present connection, once there is one
    Seldom<Inbound> inbound_;                    // from the first message of QoS 1 or 2 on
};

}  // namespace trunkline::mqtt
