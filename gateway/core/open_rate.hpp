#pragma once
// How fast connections to the broker are made again.

#include <algorithm>

#include "protocol/base/instant.hpp"

namespace trunkline::gateway {

/// After a restart, of the gateway or the broker, every sensor's connection is to be opened again. Jitter spreads what
/// comes back alone; this bounds what comes back together: one turn per interval.
class OpenRate {
public:
    explicit OpenRate(unsigned per_second)
        : interval_(per_second == 0 ? Duration::zero() : Duration(std::chrono::seconds(1)) / per_second) {}

    /// When it may be opened: now, or at a turn of its own later. Called in the order of time.
    Instant take_turn(Instant now) {
        const Instant turn = std::max(now, next_);
        next_ = turn + interval_;
        return turn;
    }

private:
    Duration interval_;
    Instant next_{};
};

}  // namespace trunkline::gateway
