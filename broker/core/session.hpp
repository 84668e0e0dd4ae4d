#pragma once
// What outlives a network connection: subscriptions, queue, expiry.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/inbox.hpp"
#include "broker/core/message_queue.hpp"
#include "broker/core/store_batch.hpp"
#include "broker/core/transport_info.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/mqtt/packets.hpp"

namespace trunkline::broker {

/// Place of a session in the table: small, dense, used again when the session has ended.
enum class SessionSlot : std::uint32_t {};

struct Subscription {
    std::string filter;  // as the client wrote it
    mqtt::SubscriptionOptions options;
};

/// The session of one client. Its rules stand with the activities; here is what it has.
struct Session {
    /// Session Expiry Interval that never ends (5.0 §3.1.2.11.2).
    static constexpr std::chrono::seconds never{0xffffffffU};

    std::string client_id;
    SessionId id{};
    mqtt::ProtocolVersion version{};
    std::chrono::seconds expiry{0};
    bool in_store = false;  // it outlives its connection, so it has to outlive the broker too
    std::uint64_t epoch = 0;
    std::optional<ConnectionId> connection;
    std::optional<Instant> disconnected_at;
    std::optional<Instant> armed;             // earliest wake-up that is set for it
    std::vector<Subscription> subscriptions;  // rising by filter
    Inbox inbox;
    MessageQueue queue;
    std::uint64_t next_sequence = 0;
    bool may_have_been_sent = false;  // while restoring: whatever is in the queue

    /// When it ends by itself.
    std::optional<Instant> ends_at() const {
        if (!disconnected_at || expiry == never) return std::nullopt;
        return *disconnected_at + expiry;
    }
    bool has_ended(Instant now) const {
        const std::optional<Instant> end = ends_at();
        return end && *end <= now;
    }

    /// Null: no such subscription.
    Subscription* find_subscription(std::string_view filter);
    /// Adds it, or replaces the options of the one with this filter. [MQTT-3.8.4-3]
    void put_subscription(std::string_view filter, const mqtt::SubscriptionOptions& options);
    /// False: there was none.
    bool erase_subscription(std::string_view filter);

    SessionRecord record(const WallClock& clock) const;
};

}  // namespace trunkline::broker
