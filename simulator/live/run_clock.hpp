#pragma once
// The line of time of a live run: it begins at zero when the run does, as under the virtual clock.

#include "protocol/base/instant.hpp"
#include "runtime/time/real_clock.hpp"

namespace trunkline::sim {

/// Steady: an administrator who sets the calendar changes no latency.
class RunClock {
public:
    RunClock() : began_(clock_.now()) {}

    /// What the calendar says now, less the run so far.
    WallTime calendar_zero() const { return clock_.wall() - now().time_since_epoch(); }

    Instant now() const { return Instant{} + (clock_.now() - began_); }
    /// The same moment on the line that EventLoop waits on.
    Instant on_real_line(Instant run_instant) const { return began_ + run_instant.time_since_epoch(); }

private:
    runtime::RealClock clock_;
    Instant began_;
};

}  // namespace trunkline::sim
