#pragma once
// Runs a loop until something has happened. The bound is for a broken build only: nothing here waits for time to pass.

#include <doctest/doctest.h>

#include <chrono>

#include "runtime/time/real_clock.hpp"
#include "runtime/transport/event_loop.hpp"

namespace trunkline::runtime {

template <typename Predicate>
void run_until(EventLoop& loop, Predicate happened) {
    const Instant give_up = RealClock().now() + std::chrono::seconds(20);
    while (!happened()) {
        REQUIRE(RealClock().now() < give_up);
        loop.run_round(give_up);
    }
}

}  // namespace trunkline::runtime
