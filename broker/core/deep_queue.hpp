#pragma once
// The part of a session's queue that is too deep for memory.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "broker/core/message_queue.hpp"
#include "broker/core/queue_tally.hpp"
#include "broker/core/slots.hpp"
#include "broker/core/store_batch.hpp"
#include "protocol/base/deadlines.hpp"
#include "protocol/base/instant.hpp"

namespace trunkline::broker {

/// What lies behind the MessageQueue, in the store alone, and what has been asked of it. A few numbers, however many
/// messages there are; it exists only as long as there are any.
///
///     MessageQueue: in flight | waits in memory ... DeepQueue: on disk | in batches that are not durable yet
struct DeepQueue {
    explicit DeepQueue(std::shared_ptr<QueueTally> counts)
        : tally(std::move(counts)), messages(tally->messages_on_disk), bytes(tally->bytes_on_disk) {}

    std::shared_ptr<QueueTally> tally;  // of all queues; a table that is replaced drops its own before its sessions
    SessionSlot owner{};
    std::uint64_t from = 0;  // its sequences are not below this one, those in memory are
    Tallied messages;
    Tallied bytes;                           // footprints
    ArrivalNumber newest{};                  // durable: all are
    std::uint64_t sent_before = 0;           // sequences below this one may have been sent before a restart: DUP
    std::optional<Instant> earliest_expiry;  // too early once it has left
    bool passes_on = false;                  // to other members of shared subscriptions, while its client is away

    struct Asked {
        FetchId id{};
        std::size_t messages = 0;  // of which the store knew all, if that is said
        bool is_all_durable = false;
        bool is_for_expired = false;
        bool has_failed = false;
    };
    std::optional<Asked> asked;             // a part is on its way
    std::optional<WallTime> wants_expired;  // what had expired by then is to make room
    Ticket readable_from = no_ticket;       // before that is durable, the store has nothing new
    bool waits_to_be_readable = false;      // for that

    /// Copies of the newest, in a row. A client that has nearly caught up gets these, and needs no disk.
    std::vector<QueueEntry> tail;
    std::size_t tail_bytes = 0;  // footprints

    void keep_in_tail(QueueEntry entry) {
        tail_bytes += entry.message->footprint();
        tail.push_back(std::move(entry));
    }
    void drop_tail() {
        std::vector<QueueEntry>().swap(tail);
        tail_bytes = 0;
    }
    /// What has come from the store is here twice.
    void drop_tail_before_from() {
        const auto end =
            std::find_if(tail.begin(), tail.end(), [this](const QueueEntry& e) { return e.sequence >= from; });
        for (auto entry = tail.begin(); entry != end; ++entry) tail_bytes -= entry->message->footprint();
        tail.erase(tail.begin(), end);
    }
    bool tail_is_all() const { return tail.size() == messages; }

    /// A message more, behind all others.
    void add(const EntryRecord& record) {
        if (messages == 0) from = record.sequence;
        ++messages;
        bytes += record.message->footprint();
        newest = record.arrival;
        earliest_expiry = earlier(earliest_expiry, record.message->expires_at());
    }
    void remove(const EntryRecord& record) {
        --messages;
        bytes -= record.message->footprint();
    }
};

}  // namespace trunkline::broker
