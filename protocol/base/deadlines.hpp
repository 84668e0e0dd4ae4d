#pragma once
// The timers of one machine: what it waits for, by name, and which comes first.

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "protocol/base/instant.hpp"
#include "protocol/base/never.hpp"

namespace trunkline {

/// One optional instant per enumerator of Timer (dense, from 0; the last enumerator is `count_`). "Is it running" is
/// whether it is set: there is no second flag that could disagree. The end of time stands for none, so that a timer
/// takes eight octets and the earliest costs a few comparisons.
template <typename Timer>
class Deadlines {
public:
    Deadlines() { clear_all(); }

    void set(Timer timer, Instant at) { slots_[index(timer)] = at; }
    void clear(Timer timer) { slots_[index(timer)] = never; }
    void clear_all() { slots_.fill(never); }
    bool is_set(Timer timer) const { return slots_[index(timer)] != never; }
    std::optional<Instant> at(Timer timer) const { return if_ever(slots_[index(timer)]); }

    /// True once when the timer is due; clears it.
    bool take_due(Timer timer, Instant now) {
        Instant& deadline = slots_[index(timer)];
        if (deadline == never || deadline > now) return false;
        deadline = never;
        return true;
    }
    std::optional<Instant> earliest() const { return if_ever(*std::min_element(slots_.begin(), slots_.end())); }

private:
    static constexpr std::size_t index(Timer timer) { return static_cast<std::size_t>(timer); }

    std::array<Instant, static_cast<std::size_t>(Timer::count_)> slots_;
};

/// The earlier of two optional instants.
constexpr std::optional<Instant> earlier(std::optional<Instant> a, std::optional<Instant> b) {
    if (!a) return b;
    if (!b) return a;
    return *a < *b ? a : b;
}

}  // namespace trunkline
