#pragma once
// How a program notices that it has stood still: its machine was paused, or nobody took what it wrote.

#include <chrono>

#include "protocol/base/instant.hpp"

namespace trunkline::runtime {

/// Of a thread that goes round: latest() bounds how long a round waits, woken() is called once in each.
class Heartbeat {
public:
    /// Longer than a round lasts that has as much to do as it can.
    static constexpr Duration standstill = std::chrono::seconds(2);

    explicit Heartbeat(Instant now) : last_(now) {}

    /// No round waits longer than to this time.
    Instant latest() const { return last_ + std::chrono::seconds(1); }
    /// Behind what a round has read. For how long the program was away; zero: it was not.
    Duration woken(Instant now) {
        const Duration gone = now - last_;
        last_ = now;
        return gone < standstill ? Duration::zero() : gone;
    }

private:
    Instant last_;
};

}  // namespace trunkline::runtime
