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
    assert(entries_.empty() || entries_.back().sequence < entry.sequence);
    assert(!sent_before || fresh_ == entries_.size());
    const std::size_t footprint = entry.message->footprint();
    bytes_ += footprint;
    ++live_;
    if (entry.message->expires_at()) earliest_expiry_ = earlier(earliest_expiry_, entry.message->expires_at());
    const std::size_t room = entries_.capacity();
    entries_.push_back(std::move(entry));
    if (tally_ != nullptr) {
        ++tally_->messages;
        tally_->bytes += footprint;
        tally_->room += entries_.capacity() - room;
    }
    if (sent_before) fresh_ = static_cast<std::uint32_t>(entries_.size());
}

const QueueEntry* MessageQueue::next_to_send() {
    while (unsent_ < entries_.size() && is_gap(entries_[unsent_])) {
        ++unsent_;
        fresh_ = std::max(fresh_, unsent_);
    }
    if (unsent_ == entries_.size()) return nullptr;
    const QueueEntry& next = entries_[unsent_];
    // Sequences in flight span less than all packet identifiers, so no two of them can share one.
    if (in_flight_ != 0 && next.sequence - entries_[front_].sequence >= packet_ids) return nullptr;
    return &next;
}

void MessageQueue::sent_next() {
    assert(unsent_ < entries_.size());
    in_flight_bytes_ += entries_[unsent_].message->footprint();
    ++unsent_;
    ++in_flight_;
    fresh_ = std::max(fresh_, unsent_);
}

QueueEntry MessageQueue::take_next() {
    assert(unsent_ < entries_.size());
    return take(unsent_);
}

QueueEntry* MessageQueue::find_in_flight(mqtt::PacketId packet_id) {
    if (in_flight_ == 0 || packet_id == mqtt::PacketId{}) return nullptr;
    const std::uint64_t oldest = entries_[front_].sequence;
    const std::uint64_t wanted = static_cast<std::uint64_t>(packet_id) - 1;
    const std::uint64_t sequence = oldest + (wanted + packet_ids - oldest % packet_ids) % packet_ids;
    const auto end = entries_.begin() + unsent_;
    const auto found = std::lower_bound(
        entries_.begin() + front_, end, sequence,
        [](const QueueEntry& entry, std::uint64_t wanted_sequence) { return entry.sequence < wanted_sequence; });
    if (found == end || found->sequence != sequence || is_gap(*found)) return nullptr;
    return &*found;
}

std::optional<QueueEntry> MessageQueue::acknowledged(mqtt::PacketId packet_id) {
    const QueueEntry* entry = find_in_flight(packet_id);
    if (entry == nullptr) return std::nullopt;
    --in_flight_;
    in_flight_bytes_ -= entry->message->footprint();
    return take(static_cast<std::size_t>(entry - entries_.data()));
}

void MessageQueue::rewind() {
    unsent_ = front_;
    in_flight_ = 0;
    in_flight_bytes_ = 0;
}

bool MessageQueue::misplace_newest() {
    QueueEntry& newest = entries_.back();
    for (std::size_t at = entries_.size() - 1; at-- > fresh_;) {
        QueueEntry& earlier = entries_[at];
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
    while (fresh_ < entries_.size() && is_gap(entries_[fresh_])) {
        if (unsent_ == fresh_) ++unsent_;
        ++fresh_;
    }
    if (fresh_ == entries_.size()) return std::nullopt;
    return take(fresh_);
}

std::optional<QueueEntry> MessageQueue::take_front() {
    if (empty()) return std::nullopt;
    if (front_ < unsent_) {
        --in_flight_;
        in_flight_bytes_ -= entries_[front_].message->footprint();
    }
    return take(front_);
}

void MessageQueue::clear() {
    while (take_front()) {}
    if (tally_ != nullptr) tally_->room -= entries_.capacity();
    std::vector<QueueEntry>().swap(entries_);
}

QueueEntry MessageQueue::take(std::size_t index) {
    QueueEntry taken = remove(entries_[index]);
    close_gaps();
    return taken;
}

/// Leaves a gap.
QueueEntry MessageQueue::remove(QueueEntry& entry) {
    assert(!is_gap(entry));
    QueueEntry taken = std::move(entry);
    assert(is_gap(entry));
    const std::size_t footprint = taken.message->footprint();
    bytes_ -= footprint;
    --live_;
    if (tally_ != nullptr) {
        --tally_->messages;
        tally_->bytes -= footprint;
    }
    return taken;
}

void MessageQueue::close_gaps() {
    if (live_ == 0) {
        entries_.clear();
        if (entries_.capacity() > kept_when_empty) {
            if (tally_ != nullptr) tally_->room -= entries_.capacity();
            std::vector<QueueEntry>().swap(entries_);
        }
        unsent_ = fresh_ = front_ = in_flight_ = 0;
        return;
    }
    while (is_gap(entries_[front_])) ++front_;
    unsent_ = std::max(unsent_, front_);
    fresh_ = std::max(fresh_, unsent_);
    // Each closing moves at most as many entries as there were departures since the last one.
    if (entries_.size() - live_ <= std::max<std::size_t>(tolerated_gaps, live_)) return;
    const auto live_before = [this](std::uint32_t index) {
        const auto gaps = std::count_if(entries_.begin(), entries_.begin() + index, is_gap);
        return static_cast<std::uint32_t>(index - static_cast<std::uint32_t>(gaps));
    };
    unsent_ = live_before(unsent_);
    fresh_ = live_before(fresh_);
    front_ = 0;
    std::erase_if(entries_, is_gap);
}

}  // namespace trunkline::broker
