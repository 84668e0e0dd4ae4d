#include "simulator/world/event_queue.hpp"

#include <algorithm>
#include <cassert>

namespace trunkline::sim {

void EventQueue::put(Instant at, Event event) {
    const Due added{at, sequence_++, event};
    std::size_t place = heap_.size();
    heap_.push_back(added);
    while (place > 0) {
        const std::size_t parent = (place - 1) / children;
        if (!before(added, heap_[parent])) break;
        heap_[place] = heap_[parent];
        place = parent;
    }
    heap_[place] = added;
}

EventQueue::Due EventQueue::take_first() {
    assert(!heap_.empty());
    const Due first = heap_.front();
    const Due last = heap_.back();
    heap_.pop_back();
    if (heap_.empty()) return first;
    // The hole at the top sinks to where the last one fits.
    std::size_t hole = 0;
    for (;;) {
        const std::size_t begin = hole * children + 1;
        if (begin >= heap_.size()) break;
        const std::size_t end = std::min(begin + children, heap_.size());
        std::size_t earliest = begin;
        for (std::size_t child = begin + 1; child < end; ++child) {
            if (before(heap_[child], heap_[earliest])) earliest = child;
        }
        if (!before(heap_[earliest], last)) break;
        heap_[hole] = heap_[earliest];
        hole = earliest;
    }
    heap_[hole] = last;
    return first;
}

}  // namespace trunkline::sim
