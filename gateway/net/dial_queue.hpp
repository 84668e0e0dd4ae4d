#pragma once
// Connections to the broker that the core wants and that have not been begun.

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <deque>
#include <optional>
#include <span>

#include "gateway/core/upstream_connections.hpp"

namespace trunkline::gateway {

/// To begin one takes the system as long as ten messages take, and its sensor waits for the broker in any case. When
/// thousands of sensors connect at once, what others say would wait behind all that have come in the same round: they
/// are begun in the order in which they are wanted, so many in each round.
class DialQueue {
public:
    static constexpr std::size_t each_round = 8;
    static constexpr std::size_t each_busy_round = 1;  // while connected sensors have something to say

    /// What the core asks for, in its order: each number is above those before.
    void add(std::span<const UpstreamId> wanted) {
        for (const UpstreamId id : wanted) {
            assert(waiting_.empty() || waiting_.back() < id);
            waiting_.push_back(id);
        }
    }
    /// The next one to begin. Nothing: there is none.
    std::optional<UpstreamId> take() {
        if (waiting_.empty()) return std::nullopt;
        const UpstreamId id = waiting_.front();
        waiting_.pop_front();
        return id;
    }
    /// It is not wanted any more. False: it is not here, because it was begun.
    bool withdraw(UpstreamId id) {
        const auto found = std::lower_bound(waiting_.begin(), waiting_.end(), id);
        if (found == waiting_.end() || *found != id) return false;
        waiting_.erase(found);
        return true;
    }
    bool empty() const { return waiting_.empty(); }

private:
    std::deque<UpstreamId> waiting_;
};

}  // namespace trunkline::gateway
