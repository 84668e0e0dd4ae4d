#pragma once
// The one place that asks the machine for the time. Cores are told.

#include "protocol/base/instant.hpp"

namespace trunkline::runtime {

/// The machine's clocks. Without state: every RealClock shows the same time, from any thread.
class RealClock {
public:
    /// Monotonic; zero is the system's (usually its boot), the same for the whole process.
    Instant now() const;
    /// The calendar, which an administrator may set at any moment: only to be paired with an Instant once.
    WallTime wall() const;
};

}  // namespace trunkline::runtime
