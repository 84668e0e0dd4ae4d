#pragma once
// What outlives a network connection: subscriptions, queue, expiry.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/deep_queue.hpp"
#include "broker/core/held_will.hpp"
#include "broker/core/identity.hpp"
#include "broker/core/inbox.hpp"
#include "broker/core/message_queue.hpp"
#include "broker/core/slots.hpp"
#include "broker/core/store_batch.hpp"
#include "broker/core/transport_info.hpp"
#include "protocol/base/deadlines.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/mqtt/packets.hpp"

namespace trunkline::broker {

struct Subscription {
    std::string filter;  // as the client wrote it
    mqtt::SubscriptionOptions options;
    SubscriptionId id{};
};

/// The session of one client. Its rules stand with the activities; here is what it has.
struct Session {
    /// Session Expiry Interval that never ends (5.0 §3.1.2.11.2).
    static constexpr std::chrono::seconds never{0xffffffffU};

    // what every message needs
    SessionId id{};
    mqtt::ProtocolVersion version{};
    bool in_store = false;               // it outlives its connection, so it has to outlive the broker too
    bool may_have_been_sent = false;     // while restoring: whatever is in the queue
    ListenerId listener{};               // by which its client came last
    std::unique_ptr<Identity> identity;  // null: nobody whom access rules could know
    Inbox inbox;
    std::unique_ptr<DeepQueue> deep;  // what lies behind `queue`, in the store alone; null: nothing does
    MessageQueue queue;

    // and what it seldom does
    std::uint64_t next_sequence = 0;
    std::uint64_t epoch = 0;
    std::chrono::seconds expiry{0};
    std::optional<ConnectionId> connection;
    std::optional<Instant> disconnected_at;
    std::optional<Instant> armed;  // earliest wake-up that is set for it
    std::string client_id;
    std::vector<Subscription> subscriptions;  // rising by filter
    std::unique_ptr<HeldWill> will;

    /// Messages in its queue, in memory and on disk.
    std::size_t queued_messages() const { return queue.size() + (deep ? std::size_t{deep->messages} : 0); }
    /// Their footprints.
    std::size_t queued_bytes() const { return queue.bytes() + (deep ? std::size_t{deep->bytes} : 0); }

    /// When its Session Expiry Interval has passed.
    std::optional<Instant> expires_at() const {
        if (!disconnected_at || expiry == never) return std::nullopt;
        return *disconnected_at + expiry;
    }
    bool has_expired(Instant now) const {
        const std::optional<Instant> end = expires_at();
        return end && *end <= now;
    }
    /// Nothing is left to wait for: it has expired, and holds no will in its grace.
    bool has_ended(Instant now) const { return has_expired(now) && !(will && will->due_at && *will->due_at > now); }
    bool has_will_due(Instant now) const { return will && will->due_at && *will->due_at <= now; }
    /// When something happens to it by itself.
    std::optional<Instant> next_wake() const {
        const std::optional<Instant> will_due = will ? will->due_at : std::nullopt;
        std::optional<Instant> end = expires_at();
        if (end && will_due) end = std::max(*end, *will_due);
        return earlier(end, will_due);
    }

    /// Null: no such subscription.
    Subscription* find_subscription(std::string_view filter);
    /// Adds it, or replaces what was asked for with this filter. [MQTT-3.8.4-3]
    void put_subscription(std::string_view filter, const mqtt::SubscriptionOptions& options, SubscriptionId given);
    /// False: there was none.
    bool erase_subscription(std::string_view filter);

    /// Those that are shared: they stand together.
    std::span<const Subscription> shared_subscriptions() const;

    SessionRecord record(const WallClock& clock) const;
};

}  // namespace trunkline::broker
