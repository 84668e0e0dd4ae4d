#include "simulator/world/event_queue.hpp"

#include <utility>

namespace trunkline::sim {

void EventQueue::put(Instant at, Event event) {
    place({at, sequence_++, event});
    if (near_.empty()) refill();
}

EventQueue::Due EventQueue::take_first() {
    const Due first = near_.pop();
    if (near_.empty()) refill();
    return first;
}

void EventQueue::place(const Due& due) {
    const Slice slice = slice_of(due.at);
    if (slice <= current_ + slices_ahead) come_near_.push_back(due);
    if (slice <= current_) return near_.push(due);
    if (slice - current_ >= static_cast<Slice>(slice_count)) return later_.push(due);
    std::uint32_t& first = slices_[static_cast<std::size_t>(slice) % slice_count];
    if (first == no_chunk || chunks_[first].count == chunks_[first].due.size()) first = chunk_before(first);
    Chunk& chunk = chunks_[first];
    chunk.due[chunk.count++] = due;
    ++in_slices_;
}

/// An empty one.
std::uint32_t EventQueue::chunk_before(std::uint32_t next) {
    if (free_chunks_ == no_chunk) {
        free_chunks_ = static_cast<std::uint32_t>(chunks_.size());
        chunks_.emplace_back();
    }
    const std::uint32_t taken = free_chunks_;
    free_chunks_ = chunks_[taken].next;
    chunks_[taken].next = next;
    chunks_[taken].count = 0;
    return taken;
}

/// What happens in it has become near.
void EventQueue::show(Slice slice) {
    for (std::uint32_t at = slices_[static_cast<std::size_t>(slice) % slice_count]; at != no_chunk;
         at = chunks_[at].next) {
        const Chunk& chunk = chunks_[at];
        come_near_.insert(come_near_.end(), chunk.due.begin(), chunk.due.begin() + chunk.count);
    }
}

/// Goes on to the next slice in which something happens.
void EventQueue::refill() {
    while (near_.empty() && (in_slices_ > 0 || !later_.empty())) {
        if (in_slices_ > 0) {
            ++current_;
            show(current_ + slices_ahead);
        } else {
            current_ = slice_of(later_.first().at);
        }
        while (!later_.empty() && slice_of(later_.first().at) - current_ < static_cast<Slice>(slice_count))
            place(later_.pop());
        std::uint32_t& first = slices_[static_cast<std::size_t>(current_) % slice_count];
        while (first != no_chunk) {
            Chunk& chunk = chunks_[first];
            in_slices_ -= chunk.count;
            for (std::uint32_t at = 0; at < chunk.count; ++at) near_.push(chunk.due[at]);
            const std::uint32_t emptied = std::exchange(first, chunk.next);
            chunk.next = std::exchange(free_chunks_, emptied);
        }
    }
}

}  // namespace trunkline::sim
