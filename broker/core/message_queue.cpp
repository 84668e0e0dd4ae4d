#include "broker/core/message_queue.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace trunkline::broker {

namespace {

constexpr std::uint64_t packet_ids = 65535;
/// A queue that has run empty keeps room for this many entries, so that a steady trickle allocates nothing.
constexpr std::size_t kept_when_empty = 4;
/// Gaps are not worth closing below this.
constexpr std::size_t tolerated_gaps = 16;

bool is_gap(const QueueEntry& entry) { return !entry.message; }

}  // namespace

void MessageQueue::push(QueueEntry entry, bool sent_before) {
    assert(entry.message);
    if (!row_) row_ = std::make_unique<Row>();
    assert(row_->entries.empty() || row_->entries.back().sequence < entry.sequence);
    assert(!sent_before || row_->fresh == row_->entries.size());
    const std::size_t footprint = entry.message->footprint();
    row_->bytes += footprint;
    ++row_->live;
    if (entry.message->expires_at())
        row_->earliest_expiry = earlier(row_->earliest_expiry, entry.message->expires_at());
    const std::size_t room = row_->entries.capacity();
    if (row_->entries.size() == room) close_gaps();
    row_->entries.push_back(std::move(entry));
    if (tally_ != nullptr) {
        ++tally_->messages;
        tally_->bytes += footprint;
        tally_->room += row_->entries.capacity() - room;
    }
    if (sent_before) row_->fresh = static_cast<std::uint32_t>(row_->entries.size());
}

const QueueEntry* MessageQueue::next_to_send() {
    if (!row_) return nullptr;
    while (row_->unsent < row_->entries.size() && is_gap(row_->entries[row_->unsent])) {
        ++row_->unsent;
        row_->fresh = std::max(row_->fresh, row_->unsent);
    }
    if (row_->unsent == row_->entries.size()) return nullptr;
    const QueueEntry& next = row_->entries[row_->unsent];
    // Sequences in flight span less than all packet identifiers, so no two of them can share one.
    if (row_->in_flight != 0 && next.sequence - row_->entries[row_->front].sequence >= packet_ids) return nullptr;
    return &next;
}

void MessageQueue::sent_next() {
    assert(row_->unsent < row_->entries.size());
    row_->in_flight_bytes += row_->entries[row_->unsent].message->footprint();
    ++row_->unsent;
    ++row_->in_flight;
    row_->fresh = std::max(row_->fresh, row_->unsent);
}

QueueEntry MessageQueue::take_next() {
    assert(row_->unsent < row_->entries.size());
    return take(row_->unsent);
}

QueueEntry* MessageQueue::find_in_flight(mqtt::PacketId packet_id) {
    if (in_flight() == 0 || packet_id == mqtt::PacketId{}) return nullptr;
    const std::uint64_t oldest = row_->entries[row_->front].sequence;
    const std::uint64_t wanted = static_cast<std::uint64_t>(packet_id) - 1;
    const std::uint64_t sequence = oldest + (wanted + packet_ids - oldest % packet_ids) % packet_ids;
    const auto end = row_->entries.begin() + row_->unsent;
    const auto found = std::lower_bound(
        row_->entries.begin() + row_->front, end, sequence,
        [](const QueueEntry& entry, std::uint64_t wanted_sequence) { return entry.sequence < wanted_sequence; });
    if (found == end || found->sequence != sequence || is_gap(*found)) return nullptr;
    return &*found;
}

std::optional<QueueEntry> MessageQueue::acknowledged(mqtt::PacketId packet_id) {
    const QueueEntry* entry = find_in_flight(packet_id);
    if (entry == nullptr) return std::nullopt;
    --row_->in_flight;
    row_->in_flight_bytes -= entry->message->footprint();
    return take(static_cast<std::size_t>(entry - row_->entries.data()));
}

void MessageQueue::rewind() {
    if (!row_) return;
    row_->unsent = row_->front;
    row_->in_flight = 0;
    row_->in_flight_bytes = 0;
}

bool MessageQueue::misplace_newest() {
    QueueEntry& newest = row_->entries.back();
    for (std::size_t at = row_->entries.size() - 1; at-- > row_->fresh;) {
        QueueEntry& earlier = row_->entries[at];
        if (is_gap(earlier) || earlier.message->topic() != newest.message->topic()) continue;
        std::swap(earlier.message, newest.message);
        std::swap(earlier.arrival, newest.arrival);
        std::swap(earlier.subscription_ids, newest.subscription_ids);
        std::swap(earlier.group, newest.group);
        std::swap(earlier.qos, newest.qos);
        std::swap(earlier.retain, newest.retain);
        return true;
    }
    return false;
}

std::optional<QueueEntry> MessageQueue::take_oldest_unsent() {
    if (!row_) return std::nullopt;
    while (row_->fresh < row_->entries.size() && is_gap(row_->entries[row_->fresh])) {
        if (row_->unsent == row_->fresh) ++row_->unsent;
        ++row_->fresh;
    }
    if (row_->fresh == row_->entries.size()) return std::nullopt;
    return take(row_->fresh);
}

std::optional<QueueEntry> MessageQueue::take_front() {
    if (empty()) return std::nullopt;
    if (row_->front < row_->unsent) {
        --row_->in_flight;
        row_->in_flight_bytes -= row_->entries[row_->front].message->footprint();
    }
    return take(row_->front);
}

void MessageQueue::clear() {
    while (take_front()) {}
    if (row_ && tally_ != nullptr) tally_->room -= row_->entries.capacity();
    row_.reset();
}

QueueEntry MessageQueue::take(std::size_t index) {
    QueueEntry taken = remove(row_->entries[index]);
    pass_gaps();
    return taken;
}

/// Leaves a gap.
QueueEntry MessageQueue::remove(QueueEntry& entry) {
    assert(!is_gap(entry));
    QueueEntry taken = std::move(entry);
    assert(is_gap(entry));
    const std::size_t footprint = taken.message->footprint();
    row_->bytes -= footprint;
    --row_->live;
    if (tally_ != nullptr) {
        --tally_->messages;
        tally_->bytes -= footprint;
    }
    return taken;
}

/// The front is an entry again, or there is none.
void MessageQueue::pass_gaps() {
    if (row_->live == 0) {
        row_->entries.clear();
        if (row_->entries.capacity() > kept_when_empty) {
            if (tally_ != nullptr) tally_->room -= row_->entries.capacity();
            std::vector<QueueEntry>().swap(row_->entries);
        }
        row_->unsent = row_->fresh = row_->front = row_->in_flight = 0;
        return;
    }
    while (is_gap(row_->entries[row_->front])) ++row_->front;
    row_->unsent = std::max(row_->unsent, row_->front);
    row_->fresh = std::max(row_->fresh, row_->unsent);
}

/// Instead of growing, if that is worth it: gaps cost nothing but their room, and a queue that only drains never moves
/// what is left. Each closing moves at most as many entries as there were departures since the last one.
void MessageQueue::close_gaps() {
    if (row_->entries.size() - row_->live <= std::max<std::size_t>(tolerated_gaps, row_->live)) return;
    const auto live_before = [this](std::uint32_t index) {
        const auto gaps = std::count_if(row_->entries.begin(), row_->entries.begin() + index, is_gap);
        return static_cast<std::uint32_t>(index - static_cast<std::uint32_t>(gaps));
    };
    row_->unsent = live_before(row_->unsent);
    row_->fresh = live_before(row_->fresh);
    row_->front = 0;
    std::erase_if(row_->entries, is_gap);
}

}  // namespace trunkline::broker
