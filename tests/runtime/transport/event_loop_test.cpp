#include "runtime/transport/event_loop.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <thread>

#include "runtime/time/real_clock.hpp"

namespace trunkline::runtime {

using namespace std::chrono_literals;

TEST_CASE("event loop: a round without events ends at its deadline, not before") {
    EventLoop loop;
    const Instant deadline = RealClock().now() + 5ms;
    loop.run_round(deadline);
    CHECK(RealClock().now() >= deadline);
}

TEST_CASE("event loop: a round whose deadline has passed does not wait") {
    EventLoop loop;
    loop.run_round(RealClock().now() - 1s);
}

TEST_CASE("event loop: another thread ends the wait") {
    EventLoop loop;
    std::thread other([&loop] { loop.wake(); });
    loop.run_round(std::nullopt);
    other.join();
}

TEST_CASE("event loop: SIGTERM is a request to stop") {
    EventLoop loop;
    loop.catch_stop_signals();
    CHECK(!loop.stop_requested());
    std::raise(SIGTERM);
    while (!loop.stop_requested()) loop.run_round(std::nullopt);
}

TEST_CASE("event loop: the limit of open files is raised to what the system allows") {
    CHECK(raise_open_file_limit() > 0);
}

}  // namespace trunkline::runtime
