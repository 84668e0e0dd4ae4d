#include "simulator/world/standstill.hpp"

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::sim;
using namespace std::chrono_literals;

TEST_CASE("who is woken at one instant without end is told with the instant and the seed; some times are nothing") {
    Standstill standstill;
    for (int second = 0; second < 5; ++second) {
        for (int times = 0; times < 5'000; ++times) standstill.woken(Instant(second * 1s), "gw-1", 7);
    }
    const auto without_end = [&] {
        for (int times = 0; times < 20'000; ++times) standstill.woken(Instant(72'500ms), "gw-1", 7);
    };
    CHECK_THROWS_WITH(without_end(),
                      "gw-1 is due at 00:01:12.500 again and again (seed 7): what its deadline is for is never done");
}
