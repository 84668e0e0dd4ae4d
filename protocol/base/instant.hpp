#pragma once
// The time lines of every core. None has a now(): a core is told the time, it cannot ask.

#include <chrono>
#include <cstdint>
#include <limits>

namespace trunkline {

/// Monotonic time since an arbitrary start: the virtual world's zero, or the start of the process.
struct Timeline {
    using duration = std::chrono::duration<std::int64_t, std::nano>;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<Timeline>;
    static constexpr bool is_steady = true;
};

/// Nanoseconds on the monotonic line, in 64 bits: 292 years.
using Instant = Timeline::time_point;
using Duration = Timeline::duration;

/// The calendar's line: what is written to disk carries this, since a monotonic instant means nothing after a restart.
struct WallTimeline {
    using duration = Timeline::duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<WallTimeline>;
    static constexpr bool is_steady = false;
};

/// Nanoseconds since 1970-01-01T00:00:00Z, without leap seconds.
using WallTime = WallTimeline::time_point;

/// Pairs the two lines once, at a restart, so that a core can convert without a clock.
class WallClock {
public:
    WallClock() = default;
    WallClock(Instant instant, WallTime wall) : offset_(wall.time_since_epoch() - instant.time_since_epoch()) {}

    WallTime wall(Instant instant) const { return WallTime(instant.time_since_epoch() + offset_); }
    Instant instant(WallTime wall) const { return Instant(wall.time_since_epoch() - offset_); }

private:
    Duration offset_{};
};

}  // namespace trunkline
