#pragma once
// The QoS 1 and 2 messages of one session: those in flight and those that wait, in one row.

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "broker/core/message.hpp"
#include "broker/core/queue_tally.hpp"
#include "broker/core/shared_octets.hpp"
#include "broker/core/slots.hpp"
#include "broker/core/store_batch.hpp"
#include "protocol/base/deadlines.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/mqtt/types.hpp"

namespace trunkline::broker {

/// A message in a queue.
struct QueueEntry {
    MessagePtr message;  // none: the entry is gone, its place is not yet
    ArrivalNumber arrival{};
    std::uint64_t sequence = 0;
    SharedOctets subscription_ids;  // as properties of PUBLISH
    GroupId group{};                // of the shared subscription that it came by
    mqtt::QoS qos = mqtt::QoS::at_least_once;
    bool retain = false;
    bool is_released = false;  // QoS 2: PUBREC came, PUBREL is what is sent from now on [MQTT-4.3.3-6]

    /// 1 + (sequence mod 65535): nothing has to be written when a message is sent, and after a restart it has the
    /// identifier under which the client knows it.
    mqtt::PacketId packet_id() const { return mqtt::PacketId{static_cast<std::uint16_t>(1 + sequence % 65535)}; }
};

/// Entries in the order of their sequence, which is the order of sending [MQTT-4.6.0-1], in three stretches:
///
///     in flight on this connection | sent on an earlier one: DUP | never sent
///
/// An entry that leaves from the middle leaves a gap, so acknowledging costs a binary search and no move. Allocates
/// nothing before the first entry: most sessions of sensors never have one.
class MessageQueue {
public:
    /// Counts there what it holds from now on. While empty; the tally outlives the queue.
    void tally_in(QueueTally& tally) { tally_ = &tally; }

    /// `sent_before`: it may have been sent before a restart; only ahead of all that never was.
    void push(QueueEntry entry, bool sent_before = false);

    /// The next entry to send; null: none waits, or its packet identifier is still in flight. [MQTT-4.3.2-1]
    const QueueEntry* next_to_send();
    /// Whether that entry has been sent before. [MQTT-3.3.1-1]
    bool next_is_dup() const { return row_->unsent < row_->fresh; }
    void sent_next();
    /// Takes out the entry to be sent next: it expired or is too large.
    QueueEntry take_next();

    /// The entry in flight with this identifier; null: there is none. Valid until the queue changes.
    QueueEntry* find_in_flight(mqtt::PacketId packet_id);
    /// Takes it out.
    std::optional<QueueEntry> acknowledged(mqtt::PacketId packet_id);
    /// A connection has ended: what was in flight will be sent again, in order. [MQTT-4.4.0-1]
    void rewind();

    /// For a planted defect: the newest message and the last one before it on its topic change places, if neither was
    /// ever sent. False: there is none.
    bool misplace_newest();

    /// Takes out the oldest entry that was never sent.
    std::optional<QueueEntry> take_oldest_unsent();
    /// Offers every entry that is not in flight to `takes`, in order, and whether it was ever sent; it leaves where the
    /// answer is true. `takes` must not touch this queue.
    template <typename Takes>
    void take_if(Takes takes) {
        if (!row_) return;
        for (std::uint32_t index = row_->unsent; index < row_->entries.size(); ++index) {
            QueueEntry& entry = row_->entries[index];
            if (entry.message && takes(std::as_const(entry), index < row_->fresh)) remove(entry);
        }
        pass_gaps();
    }
    /// Takes out all, and gives its memory back.
    void clear();
    /// Takes out the oldest entry of all.
    std::optional<QueueEntry> take_front();

    /// Takes out what has expired and was never sent, and shows each to `sees`.
    template <typename Sees>
    void take_expired(Instant now, Sees sees) {
        if (!row_ || !row_->earliest_expiry || *row_->earliest_expiry > now) return;
        row_->earliest_expiry.reset();
        take_if([&](const QueueEntry& entry, bool was_sent) {
            const std::optional<Instant> end = was_sent ? std::nullopt : entry.message->expires_at();
            if (end && *end <= now) {
                sees(entry);
                return true;
            }
            row_->earliest_expiry = earlier(row_->earliest_expiry, end);
            return false;
        });
    }

    /// Not in flight: next_to_send() may have one.
    bool has_unsent() const { return row_ && row_->unsent < row_->entries.size(); }
    std::size_t size() const { return row_ ? row_->live : 0; }
    bool empty() const { return size() == 0; }
    std::size_t in_flight() const { return row_ ? row_->in_flight : 0; }
    /// Footprints of those in flight.
    std::size_t in_flight_bytes() const { return row_ ? row_->in_flight_bytes : 0; }
    /// Footprints of the messages, each counted in every queue that holds it.
    std::size_t bytes() const { return row_ ? row_->bytes : 0; }

private:
    /// Everything there is while there are entries, and for a while longer.
    struct Row {
        std::vector<QueueEntry> entries;
        std::uint32_t unsent = 0;     // index of the first entry that is not in flight
        std::uint32_t fresh = 0;      // index of the first entry that was never sent; not below unsent
        std::uint32_t front = 0;      // entries before it are gaps
        std::uint32_t live = 0;       // entries that are no gaps
        std::uint32_t in_flight = 0;  // live entries before unsent
        std::size_t in_flight_bytes = 0;
        std::size_t bytes = 0;
        std::optional<Instant> earliest_expiry;  // of entries that were never sent; too early once they have left
    };
    QueueEntry take(std::size_t index);
    QueueEntry remove(QueueEntry& entry);
    void pass_gaps();
    void close_gaps();

    std::unique_ptr<Row> row_;     // null: nothing was queued yet
    QueueTally* tally_ = nullptr;  // null: nobody counts
};

}  // namespace trunkline::broker
