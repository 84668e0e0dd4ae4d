#pragma once
// One network connection as the broker sees it.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "broker/core/auth_exchange.hpp"
#include "broker/core/facts.hpp"
#include "broker/core/output_lanes.hpp"
#include "broker/core/publish_rates.hpp"
#include "broker/core/session.hpp"
#include "broker/core/topic_aliases.hpp"
#include "broker/core/transport_info.hpp"
#include "protocol/base/deadlines.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/mqtt/codec.hpp"
#include "protocol/mqtt/keep_alive.hpp"

namespace trunkline::broker {

/// Before CONNECT.
struct AwaitingConnect {
    Instant give_up_at;
    std::string user{};         // of the client's certificate
    bool is_over_rate = false;  // too many have come by its listener in this second
};
/// CONNECT is there, and who its client is is asked outside.
struct AwaitingVerdict {
    Instant give_up_at;
    std::vector<std::byte> kept;                  // CONNECT, and the whole packets behind it
    std::unique_ptr<AuthExchange> exchange = {};  // null: it is about a password
};
/// From CONNECT on.
struct Connected {
    SessionSlot session{};
    mqtt::ProtocolVersion version{};
    bool wants_problems = true;  // Request Problem Information [MQTT-3.1.2-29]
    mqtt::KeepAlive keep_alive;
    std::uint16_t send_window = 0;                        // QoS 1 and 2 to the client, unacknowledged [MQTT-3.3.4-9]
    std::uint16_t left_over = 0;                          // QoS 2 from connections before, that PUBREL has not ended
    std::uint32_t maximum_packet_size = 0;                // of packets to the client [MQTT-3.1.2-24]; 0: any
    std::chrono::seconds expiry_asked{0};                 // DISCONNECT may change it, but not from zero (§3.14.2.2.2)
    std::unique_ptr<InboundAliases> inbound_aliases{};    // null: the client has used none
    std::unique_ptr<OutboundAliases> outbound_aliases{};  // null: the client allows none [MQTT-3.1.2-27]
    std::unique_ptr<AuthExchange> exchange{};             // null: CONNECT named no Authentication Method

    std::unique_ptr<PublishRates> rates{};  // null: it may publish as fast as it likes

    std::optional<Instant> deadline() const {
        const std::optional<Instant> end =
            exchange ? earlier(keep_alive.deadline(), exchange->give_up_at) : keep_alive.deadline();
        return rates ? earlier(end, rates->resumes_at) : end;
    }
};
/// The core has decided that it ends; the driver has not said so yet.
struct Closing {
    CloseCause cause{};
};

/// State, stream of bytes in, lanes of packets out. What packets do stands with the activities.
struct Connection {
    Connection(ConnectionId its_id, TransportInfo transport, std::size_t maximum_packet_size, Instant give_up_at)
        : id(its_id),
          came_by(transport.listener_id),
          frames(maximum_packet_size),
          state(AwaitingConnect{give_up_at, std::move(transport.user)}),
          peer(std::move(transport.peer)) {}

    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // what every packet needs
    ConnectionId id;
    ListenerId came_by;
    bool is_mounted = false;       // its listener has a mount point
    bool is_pending = false;       // told to the driver at its next pending()
    std::uint8_t counted_at = 0;   // its place in ListenerCounts
    std::size_t in_transport = 0;  // octets that take_output() gave and the socket has not taken
    mqtt::FrameStream frames;
    OutputLanes lanes;
    std::variant<AwaitingConnect, AwaitingVerdict, Connected, Closing> state;
    std::optional<Instant> armed;          // earliest wake-up that is set for it
    std::optional<Instant> waiting_since;  // something in the gated lane waits for the store

    // and what it seldom does
    std::string peer;
    Connection* older = nullptr;  // of the table's list, see Connections
    Connection* newer = nullptr;

    Connected* connected() { return std::get_if<Connected>(&state); }
    const Connected* connected() const { return std::get_if<Connected>(&state); }
    const AwaitingVerdict* awaiting_verdict() const { return std::get_if<AwaitingVerdict>(&state); }
    const Closing* closing() const { return std::get_if<Closing>(&state); }
    /// Null: CONNECT has not come, or named no Authentication Method.
    AuthExchange* exchange() {
        if (Connected* on = connected()) return on->exchange.get();
        AwaitingVerdict* awaiting = std::get_if<AwaitingVerdict>(&state);
        return awaiting == nullptr ? nullptr : awaiting->exchange.get();
    }

    /// The broker could hear nobody for that long.
    void stood_still(Duration time, Instant now) {
        if (auto* awaiting = std::get_if<AwaitingConnect>(&state)) awaiting->give_up_at += time;
        if (auto* awaiting = std::get_if<AwaitingVerdict>(&state)) awaiting->give_up_at += time;
        Connected* on = connected();
        if (on == nullptr) return;
        on->keep_alive.stood_still(time, now);
        if (on->exchange && on->exchange->give_up_at) *on->exchange->give_up_at += time;
    }

    std::size_t output_bytes() const { return lanes.size() + in_transport; }
    std::optional<Instant> deadline() const {
        if (const auto* awaiting = std::get_if<AwaitingConnect>(&state)) return awaiting->give_up_at;
        if (const AwaitingVerdict* awaiting = awaiting_verdict()) return awaiting->give_up_at;
        if (const auto* on = connected()) return on->deadline();
        return std::nullopt;
    }
};

}  // namespace trunkline::broker
