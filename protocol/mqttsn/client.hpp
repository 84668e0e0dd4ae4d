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
#include "protocol/base/deadlines.hpp"
#include "protocol/mqttsn/codec.hpp"
#include "protocol/mqttsn/retry.hpp"

namespace trunkline::mqttsn {

struct ClientSettings {
    std::string client_id;
    bool clean_session = true;
    std::chrono::seconds keep_alive{60};  // Duration of CONNECT; at most 65535 s
    RetrySettings retry;
    Duration congestion_pause = std::chrono::minutes(5);  // Twait: pause after "rejected: congestion"
    /// Pause before a new CONNECT after the connection broke. Drawn by the owner's habits later on; zero: at once.
    Duration reconnect_pause = Duration::zero();
};

/// The owner's name for one publish(); strictly rising.
enum class PublishId : std::uint64_t {};

struct ClientConnected {};
/// The connection broke: an exchange got no answer after all retries, CONNECT was refused, or the gateway said
/// DISCONNECT. The client connects again by itself.
struct ClientLost {
    enum class Cause : std::uint8_t { no_answer, refused, gateway_disconnect };
    Cause cause{};
    ReturnCode return_code = ReturnCode::accepted;  // of a refusal
};
struct ClientDisconnected {};  // own DISCONNECT was answered, or its retries ended
struct ClientPublished {
    enum class Outcome : std::uint8_t { acknowledged, gave_up, rejected, connection_lost };
    PublishId id{};
    Outcome outcome{};
    ReturnCode return_code = ReturnCode::accepted;
};
using ClientEvent = std::variant<ClientConnected, ClientLost, ClientDisconnected, ClientPublished>;

using Datagram = std::vector<std::byte>;

/// Sans-I/O. One QoS 1 exchange at a time (§6.6): the owner waits for ClientPublished before the next publish().
class Client {
public:
    explicit Client(ClientSettings settings);

    // inputs
    void connect(Instant now);
    void received(ByteView datagram, Instant now);
    void advance(Instant now);

    // requests
    bool can_publish() const;  // active, and no QoS 1 exchange running
    /// QoS 1 on a topic name: registers it first if this session has no id for it. Requires can_publish().
    PublishId publish(std::string_view topic, ByteView data, bool retain, Instant now);
    void disconnect(Instant now);

    // outputs
    std::vector<Datagram> take_datagrams();
    std::span<const ClientEvent> events() const { return events_; }
    void events_taken() { events_.clear(); }

    std::optional<Instant> next_deadline() const;

    bool is_active() const { return state_ == State::active; }
    std::uint64_t malformed_received() const { return malformed_received_; }
    /// How many PUBLISH datagrams left, retransmissions included (formula 6.1 counts them).
    std::uint64_t publishes_sent() const { return publishes_sent_; }

private:
    enum class State : std::uint8_t { disconnected, pausing, connecting, active, disconnecting };
    struct Exchange;  // what is being published: registering first, then PUBLISH until PUBACK

    ClientSettings settings_;
    State state_ = State::disconnected;
    std::vector<ClientEvent> events_;
    std::vector<Datagram> datagrams_;
    std::uint64_t malformed_received_ = 0;
    std::uint64_t publishes_sent_ = 0;
};

}  // namespace trunkline::mqttsn
