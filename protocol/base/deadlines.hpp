#pragma once
// The timers of one machine: what it waits for, by name, and which comes first.

#include <array>
#include <cstddef>
#include <optional>

#include "protocol/base/instant.hpp"

namespace trunkline {

/// One optional instant per enumerator of Timer (dense, from 0; the last enumerator is `count_`). "Is it running" is
/// whether it is set: there is no second flag that could disagree.
template <typename Timer>
class Deadlines {
public:
    void set(Timer timer, Instant at) { slot(timer) = at; }
    void clear(Timer timer) { slot(timer).reset(); }
    void clear_all() { slots_.fill(std::nullopt); }
    bool is_set(Timer timer) const { return slots_[index(timer)].has_value(); }
    std::optional<Instant> at(Timer timer) const { return slots_[index(timer)]; }

    /// True once when the timer is due; clears it.
    bool take_due(Timer timer, Instant now) {
        std::optional<Instant>& deadline = slot(timer);
        if (!deadline || *deadline > now) return false;
        deadline.reset();
        return true;
    }
    std::optional<Instant> earliest() const {
        std::optional<Instant> first;
        for (const std::optional<Instant>& deadline : slots_) {
            if (deadline && (!first || *deadline < *first)) first = deadline;
        }
        return first;
    }

private:
    static constexpr std::size_t index(Timer timer) { return static_cast<std::size_t>(timer); }
    std::optional<Instant>& slot(Timer timer) { return slots_[index(timer)]; }

    std::array<std::optional<Instant>, static_cast<std::size_t>(Timer::count_)> slots_{};
};

/// The earlier of two optional instants.
constexpr std::optional<Instant> earlier(std::optional<Instant> a, std::optional<Instant> b) {
    if (!a) return b;
    if (!b) return a;
    return *a < *b ? a : b;
}

}  // namespace trunkline
