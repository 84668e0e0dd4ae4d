#pragma once
// A rate that may be exceeded for a moment.

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "protocol/base/instant.hpp"

namespace trunkline {

/// So many tokens a second, and as many at once after a quiet second. Kept as one instant: when the bucket will be
/// full again.
class TokenBucket {
public:
    /// `rate` in tokens a second, not 0. At first it is full.
    explicit TokenBucket(std::uint64_t rate) : rate_(rate) {}

    /// Takes them, whether they are there or not: the rest is a debt.
    void take(std::uint64_t tokens, Instant now) { full_at_ = std::max(full_at_, now) + worth(tokens); }
    /// False: they are not there, and none is taken.
    bool try_take(std::uint64_t tokens, Instant now) {
        if (std::max(full_at_, now) + worth(tokens) > now + capacity) return false;
        take(tokens, now);
        return true;
    }
    /// Nothing was taken that has not come back.
    bool is_full(Instant now) const { return full_at_ <= now; }
    /// When the debt is paid; a moment that has passed: there is none.
    Instant clear_at() const { return full_at_ - capacity; }

private:
    static constexpr Duration capacity = std::chrono::seconds(1);
    Duration worth(std::uint64_t tokens) const {
        constexpr double nanoseconds = 1e9;
        return Duration(
            static_cast<std::int64_t>(static_cast<double>(tokens) * nanoseconds / static_cast<double>(rate_)));
    }

    std::uint64_t rate_;
    Instant full_at_{};
};

}  // namespace trunkline
