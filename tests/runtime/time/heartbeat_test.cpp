#include "runtime/time/heartbeat.hpp"

#include <doctest/doctest.h>

namespace trunkline::runtime {

using namespace std::chrono_literals;

TEST_CASE("two seconds between two rounds are a standstill, less is a round that had much to do") {
    Instant now{1h};
    Heartbeat heartbeat(now);
    CHECK(heartbeat.latest() == now + 1s);
    CHECK(heartbeat.woken(now += 2s - 1ns) == 0s);
    CHECK(heartbeat.latest() == now + 1s);
    CHECK(heartbeat.woken(now += 2s) == 2s);
    CHECK(heartbeat.woken(now) == 0s);
    CHECK(heartbeat.woken(now += 24h) == 24h);
}

}  // namespace trunkline::runtime
