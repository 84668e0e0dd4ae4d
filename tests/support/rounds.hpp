#pragma once
// Runs a loop until something has happened. The bound is for a broken build only: nothing here waits for time to pass.

#include <doctest/doctest.h>

#include <chrono>

#include "runtime/time/real_clock.hpp"
#include "runtime/transport/event_loop.hpp"

namespace trunkline::test {

template <typename Predicate>
void run_until(runtime::EventLoop& loop, Predicate happened) {
    const Instant give_up = runtime::RealClock().now() + std::chrono::seconds(20);
    while (!happened()) {
        REQUIRE(runtime::RealClock().now() < give_up);
        loop.run_round(give_up);
    }
}

}  // namespace trunkline::test
