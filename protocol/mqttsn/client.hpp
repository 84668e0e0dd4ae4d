#pragma once
// The client role of MQTT-SN: one sensor, over one unicast path to its gateway. Its session lasts over reconnects.

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/mqttsn/codec.hpp"
#include "protocol/mqttsn/retry.hpp"
#include "protocol/mqttsn/topic_ids.hpp"

namespace trunkline::mqttsn {

struct ClientSettings {
    std::string client_id;
    bool clean_session = true;
    std::chrono::seconds keep_alive{60};  // Duration of CONNECT; at most 65535 s; zero: no pings
    RetrySettings retry;
    Duration congestion_pause = std::chrono::minutes(5);  // Twait: pause after "rejected: congestion"
    /// Pause before a new CONNECT after the connection broke. Drawn by the owner's habits later on; zero: at once.
    Duration reconnect_pause = Duration::zero();
};

/// The owner's name for one publish(); strictly rising.
enum class PublishId : std::uint64_t {};

struct ClientConnected {};
/// The connection broke: an exchange got no answer after all retries, CONNECT was refused, or the gateway said
/// DISCONNECT. The client connects again by itself, after `reconnect_pause`; after a refusal not before
/// `congestion_pause` ("congestion") or one Tretry (any other), so that it does not ask at the pace of the network.
struct ClientLost {
    enum class Cause : std::uint8_t { no_answer, refused, gateway_disconnect };
    Cause cause{};
    ReturnCode return_code = ReturnCode::accepted;  // of a refusal
};
struct ClientDisconnected {};  // own DISCONNECT was answered, or its retries ended
/// What became of a publish(): told exactly once for each, before the ClientLost that it may come with.
struct ClientPublished {
    enum class Outcome : std::uint8_t {
        acknowledged,
        gave_up,         // REGISTER or PUBLISH had no answer after all retries: the message may have arrived
        rejected,        // by return_code
        connection_lost  // something else ended the connection first: the message may have arrived
    };
    PublishId id{};
    Outcome outcome{};
    ReturnCode return_code = ReturnCode::accepted;
    std::uint32_t publishes_sent = 0;  // its PUBLISH datagrams; zero: it came no further than REGISTER
};
using ClientEvent = std::variant<ClientConnected, ClientLost, ClientDisconnected, ClientPublished>;

using Datagram = std::vector<std::byte>;

/// Sans-I/O. One QoS 1 exchange at a time (§6.6): the owner waits for ClientPublished before the next publish().
///
/// One message at a time awaits an answer and is repeated: CONNECT, REGISTER, PUBLISH, DISCONNECT or PINGREQ. While a
/// publish runs, its own retries watch over the connection: a PINGREQ that keep-alive demands then is sent once and
/// not waited for, so that nothing but its Nretry ends an exchange early.
///
/// Takes no part yet in wills, subscriptions, received PUBLISH, QoS 2, sleep and discovery: WILLTOPICREQ, WILLMSGREQ,
/// WILLTOPICRESP, WILLMSGRESP, SUBACK, UNSUBACK, PUBLISH, PUBREC, PUBREL, PUBCOMP, ADVERTISE, SEARCHGW, GWINFO and what
/// only clients send are counted in ignored_received() and have no other effect.
class Client {
public:
    explicit Client(ClientSettings settings);

    // inputs
    /// Begins to connect, and keeps connecting until disconnect(). Nothing happens unless disconnected or pausing.
    void connect(Instant now);
    void received(ByteView datagram, Instant now);
    void advance(Instant now);

    // requests
    bool can_publish() const { return state_ == State::active && !exchange_; }
    /// QoS 1 on a topic name: registers it first if this session has no id for it. Requires can_publish(), a name
    /// without wildcards, and that both fit a datagram.
    PublishId publish(std::string_view topic, ByteView data, bool retain, Instant now);
    /// Ends the connection in order. A publish() that is running ends with connection_lost.
    void disconnect(Instant now);

    // outputs
    std::vector<Datagram> take_datagrams();
    std::span<const ClientEvent> events() const { return events_; }
    void events_taken() { events_.clear(); }

    std::optional<Instant> next_deadline() const;

    bool is_active() const { return state_ == State::active; }
    std::uint64_t malformed_received() const { return malformed_received_; }
    /// Messages that were well-formed and meant nothing: late answers, and what the role takes no part in.
    std::uint64_t ignored_received() const { return ignored_received_; }
    /// How many PUBLISH datagrams left, retransmissions included (formula 6.1 counts them).
    std::uint64_t publishes_sent() const { return publishes_sent_; }

private:
    enum class State : std::uint8_t { disconnected, pausing, connecting, active, disconnecting };

    /// What is being published: registering first, then PUBLISH until PUBACK.
    struct Exchange {
        enum class Step : std::uint8_t { registering, publishing, congested };
        PublishId id{};
        TopicIds::Place topic{};
        std::vector<std::byte> data;
        std::uint32_t publishes_sent = 0;
        TopicId topic_id{};  // in all copies of this PUBLISH, whatever the gateway registers meanwhile
        MsgId msg_id{};
        bool retain = false;
        Step step{};
        std::uint8_t registered_again = 0;  // after PUBACK "invalid topic id"
    };

    // client_connecting.cpp
    void start_connecting(Instant now);
    void send_connect(Instant now);
    void lose(ClientLost lost, Instant now);
    Duration pause_after(const ClientLost& lost) const;
    void finish_disconnecting();
    void handle(const ConnAck& message, Instant now);
    void handle(const Disconnect& message, Instant now);

    // client_publishing.cpp
    void start_step(Instant now);
    void send_step(bool dup, Instant now);
    void wait_out_congestion(Instant now);
    void register_again(Instant now);
    void finish_publish(ClientPublished::Outcome outcome, ReturnCode return_code = ReturnCode::accepted);
    bool exchange_awaits(Exchange::Step step, MsgId msg_id) const;
    void handle(const RegAck& message, Instant now);
    void handle(const PubAck& message, Instant now);
    void handle(const Register& message, Instant now);

    // client.cpp
    void handle(const PingReq& message, Instant now);
    void handle(const PingResp& message, Instant now);
    template <typename Other>
    void handle(const Other&, Instant) {
        ++ignored_received_;
    }
    bool exchange_is_running() const { return exchange_ && exchange_->step != Exchange::Step::congested; }
    void supervise(Instant now);
    void send(const Message& message, Instant now);
    void send_again(Instant now);
    void give_up(Instant now);
    void resume(Instant now);
    std::optional<Instant> ping_due() const;
    void ping(Instant now);

    ClientSettings settings_;
    TopicIds topics_;
    std::optional<Exchange> exchange_;
    Retry retry_;                       // of the one message that awaits an answer
    std::optional<Instant> resume_at_;  // pausing: connect again; congested: go on publishing
    Instant last_sent_{};
    std::vector<ClientEvent> events_;
    std::vector<Datagram> datagrams_;
    std::uint64_t last_publish_id_ = 0;
    std::uint64_t malformed_received_ = 0;
    std::uint64_t ignored_received_ = 0;
    std::uint64_t publishes_sent_ = 0;
    std::uint16_t last_msg_id_ = 0;
    State state_ = State::disconnected;
    bool pinging_ = false;  // the message that awaits an answer is a PINGREQ
};

}  // namespace trunkline::mqttsn
