#include "runtime/time/real_clock.hpp"

#include <chrono>

namespace trunkline::runtime {

// runtime/transport relies on this: an Instant of this process counts from std::chrono::steady_clock's epoch.
Instant RealClock::now() const { return Instant(std::chrono::steady_clock::now().time_since_epoch()); }

WallTime RealClock::wall() const { return WallTime(std::chrono::system_clock::now().time_since_epoch()); }

}  // namespace trunkline::runtime
