#pragma once
// The deadlines of many machines, earliest first, in an order that never depends on addresses or hashing.

#include <cstddef>
#include <optional>

#include "protocol/base/instant.hpp"
#include "protocol/base/wide_heap.hpp"

namespace trunkline {

/// A heap of wake-ups (instant, key). Keys compare with <; equal instants come out in the order of their keys.
///
/// Wake-ups are never cancelled or moved: a machine whose deadline moves later (keep-alive, at every packet) is left
/// in the heap, asked again when its old wake-up comes, and entered anew. `armed` belongs to the machine: its earliest
/// wake-up still in the heap. So a packet costs no heap operation.
template <typename Key>
class TimerQueue {
public:
    /// Makes sure that the machine is woken at `deadline` or before. Call after each change of its deadline.
    void arm(Key key, std::optional<Instant> deadline, std::optional<Instant>& armed) {
        if (!deadline || (armed && *armed <= *deadline)) return;
        armed = deadline;
        heap_.push({*deadline, key});
    }

    /// The next wake-up. It may turn out to be too early for its machine: harmless.
    std::optional<Instant> earliest() const {
        if (heap_.empty()) return std::nullopt;
        return heap_.first().at;
    }

    struct Wake {
        Instant at;
        Key key;
    };
    /// Takes one wake-up that is due. The caller resets the machine's `armed` if it equals `at`, lets it advance, and
    /// arms it again.
    std::optional<Wake> take_due(Instant now) {
        if (heap_.empty() || heap_.first().at > now) return std::nullopt;
        return heap_.pop();
    }

    std::size_t size() const { return heap_.size(); }

private:
    struct Before {
        bool operator()(const Wake& a, const Wake& b) const { return a.at != b.at ? a.at < b.at : a.key < b.key; }
    };
    WideHeap<Wake, Before> heap_;
};

}  // namespace trunkline
