#include "simulator/devices/device_clock.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

TEST_CASE("a clock that drifts gains its parts in a million, and goes on from there when it is set right") {
    DeviceClock clock;
    const Instant start{};
    CHECK(clock.reads(start + 1h) == start + 1h);
    clock.set_drift(40, start + 1h);
    CHECK(clock.reads(start + 1h) == start + 1h);
    CHECK(clock.reads(start + 1h + 1'000'000s) == start + 1h + 1'000'040s);
    clock.set_drift(0, start + 1h + 1'000'000s);
    CHECK(clock.reads(start + 2h + 1'000'000s) == start + 2h + 1'000'040s);
}

TEST_CASE("whoever wakes when the clock shows a moment finds it shown, and not shown just before") {
    for (const std::int32_t ppm : {-200'000, -41, 0, 7, 199'999}) {
        CAPTURE(ppm);
        DeviceClock clock;
        clock.set_drift(ppm, Instant{} + 17ns);
        for (const Duration shown : {Duration(18), Duration(1'000'003), Duration(25h + 1ns)}) {
            const Instant at = clock.when(Instant{} + shown);
            CHECK(clock.reads(at) >= Instant{} + shown);
            CHECK(clock.reads(at - 3ns) < Instant{} + shown);
        }
        CHECK(clock.when(Instant{}) == Instant{} + 17ns);  // it was shown before
    }
}
