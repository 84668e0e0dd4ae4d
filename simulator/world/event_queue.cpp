#include "simulator/world/event_queue.hpp"

namespace trunkline::sim {

namespace {

constexpr std::size_t kept_room = 256;  // events; a slice that once had more gives its memory back

}  // namespace

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
    if (slice <= current_) return near_.push(due);
    if (slice - current_ >= static_cast<Slice>(slice_count)) return later_.push(due);
    slices_[static_cast<std::size_t>(slice) % slice_count].push_back(due);
    ++in_slices_;
}

/// Goes on to the next slice in which something happens.
void EventQueue::refill() {
    while (near_.empty() && (in_slices_ > 0 || !later_.empty())) {
        if (in_slices_ > 0) ++current_;
        else current_ = slice_of(later_.first().at);
        while (!later_.empty() && slice_of(later_.first().at) - current_ < static_cast<Slice>(slice_count))
            place(later_.pop());
        std::vector<Due>& slice = slices_[static_cast<std::size_t>(current_) % slice_count];
        in_slices_ -= slice.size();
        for (const Due& due : slice) near_.push(due);
        if (slice.capacity() > kept_room) slice = {};
        else slice.clear();
    }
}

}  // namespace trunkline::sim
