#include "protocol/base/deadlines.hpp"

#include <doctest/doctest.h>

using namespace trunkline;
using namespace std::chrono_literals;

namespace {

enum class Timer { retry, keep_alive, give_up, count_ };

const Instant start{};

}  // namespace

TEST_CASE("no timer runs at first") {
    const Deadlines<Timer> deadlines;
    CHECK(!deadlines.earliest());
    CHECK(!deadlines.is_set(Timer::retry));
    CHECK(!deadlines.is_set(Timer::give_up));
}

TEST_CASE("the earliest of the timers that are set is the deadline") {
    Deadlines<Timer> deadlines;
    deadlines.set(Timer::keep_alive, start + 10s);
    deadlines.set(Timer::give_up, start + 5s);
    CHECK(deadlines.earliest() == start + 5s);
    deadlines.set(Timer::give_up, start + 20s);
    CHECK(deadlines.earliest() == start + 10s);
    CHECK(deadlines.at(Timer::give_up) == start + 20s);
    deadlines.clear(Timer::keep_alive);
    CHECK(deadlines.earliest() == start + 20s);
    deadlines.clear_all();
    CHECK(!deadlines.earliest());
}

TEST_CASE("a timer is due at its instant, not before, and once") {
    Deadlines<Timer> deadlines;
    deadlines.set(Timer::retry, start + 5s);
    CHECK(!deadlines.take_due(Timer::retry, start + 5s - 1ns));
    CHECK(deadlines.is_set(Timer::retry));
    CHECK(deadlines.take_due(Timer::retry, start + 5s));
    CHECK(!deadlines.is_set(Timer::retry));
    CHECK(!deadlines.take_due(Timer::retry, start + 6s));
}

TEST_CASE("one due timer leaves the others alone") {
    Deadlines<Timer> deadlines;
    deadlines.set(Timer::retry, start + 1s);
    deadlines.set(Timer::keep_alive, start + 1s);
    CHECK(deadlines.take_due(Timer::retry, start + 1s));
    CHECK(deadlines.at(Timer::keep_alive) == start + 1s);
    CHECK(!deadlines.take_due(Timer::give_up, start + 1s));
}

TEST_CASE("earlier: nothing is later than any instant") {
    CHECK(earlier(start + 1s, start + 2s) == start + 1s);
    CHECK(earlier(start + 2s, start + 1s) == start + 1s);
    CHECK(earlier(std::nullopt, start + 1s) == start + 1s);
    CHECK(earlier(start + 1s, std::nullopt) == start + 1s);
    CHECK(!earlier(std::nullopt, std::nullopt));
}
