#include "protocol/base/instant.hpp"

#include <doctest/doctest.h>

#include <type_traits>

using namespace trunkline;
using namespace std::chrono_literals;

namespace {

template <typename Line>
concept CanBeAsked = requires {
    Line::now();
};

}  // namespace

TEST_CASE("a core cannot ask for the time: neither line has a now()") {
    CHECK(!CanBeAsked<Timeline>);
    CHECK(!CanBeAsked<WallTimeline>);
    CHECK(CanBeAsked<std::chrono::steady_clock>);
}

TEST_CASE("the monotonic line and the calendar do not mix") {
    CHECK(!std::is_convertible_v<Instant, WallTime>);
    CHECK(!std::is_convertible_v<WallTime, Instant>);
    CHECK(std::is_same_v<Duration::rep, std::int64_t>);
}

TEST_CASE("a wall clock converts both ways from one pair of readings") {
    const Instant start = Instant(250ms);
    const WallTime calendar = WallTime(1'700'000'000s);
    const WallClock clock(start, calendar);
    CHECK(clock.wall(start) == calendar);
    CHECK(clock.wall(start + 1h) == calendar + 1h);
    CHECK(clock.instant(calendar - 1ns) == start - 1ns);
}

TEST_CASE("what was stored before a restart lies before the new process's zero") {
    const WallTime stored = WallTime(1'700'000'000s);
    const WallClock after_restart(Instant{}, stored + 10s);
    CHECK(after_restart.instant(stored) == Instant{} - 10s);
}
