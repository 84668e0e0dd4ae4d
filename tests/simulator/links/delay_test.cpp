#include "simulator/links/delay.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace std::chrono_literals;
using trunkline::Duration;
using trunkline::Random;
using trunkline::sim::UniformDelay;

TEST_CASE("uniform delay: without jitter it is the base to the nanosecond") {
    Random random(1, "link", "delay");
    for (int packet = 0; packet < 100; ++packet) CHECK(UniformDelay(40ms, 0ms).draw(random) == 40ms);
}

TEST_CASE("uniform delay: jitter reaches from base - jitter to base + jitter and not beyond") {
    Random random(1, "link", "delay");
    const UniformDelay delay(40ms, 3ns);
    Duration shortest = 1h;
    Duration longest{};
    for (int packet = 0; packet < 1000; ++packet) {
        const Duration drawn = delay.draw(random);
        shortest = std::min(shortest, drawn);
        longest = std::max(longest, drawn);
    }
    CHECK(shortest == 40ms - 3ns);
    CHECK(longest == 40ms + 3ns);
}

TEST_CASE("uniform delay: the mean is the base") {
    Random random(1, "link", "delay");
    const UniformDelay delay(40ms, 40ms);
    Duration sum{};
    for (int packet = 0; packet < 100'000; ++packet) sum += delay.draw(random);
    CHECK(sum / 100'000 > 39'700us);
    CHECK(sum / 100'000 < 40'300us);
}
