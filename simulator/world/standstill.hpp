#pragma once
// A core whose deadline has no effect.

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "protocol/base/instant.hpp"
#include "simulator/plan/durations.hpp"

namespace trunkline::sim {

/// A core that is woken, and wants to be woken at the same instant again, is a bug that costs a program a whole
/// processor. In virtual time the run would never end; instead it ends here, and says whose bug it is.
class Standstill {
public:
    /// Throws std::logic_error when `who` has been woken at one instant again and again.
    void woken(Instant now, std::string_view who, std::uint64_t seed) {
        if (now != last_) times_ = 0;
        last_ = now;
        if (++times_ <= most_times) return;
        throw std::logic_error(std::string(who) + " is due at " + clock_text(now) + " again and again (seed " +
                               std::to_string(seed) + "): what its deadline is for is never done");
    }

private:
    // One is usual, and a few happen: what is done can make something else due.
    static constexpr unsigned most_times = 10'000;
    Instant last_{};
    unsigned times_ = 0;
};

}  // namespace trunkline::sim
