#include "gateway/core/supervision.hpp"

#include <doctest/doctest.h>

namespace trunkline::gateway {

using namespace std::chrono_literals;

TEST_CASE("MQTT-SN 1.2 §7.2-2: the tolerance is 50 % up to a minute and 10 % above") {
    CHECK(with_tolerance(1s) == 1500ms);
    CHECK(with_tolerance(60s) == 90s);
    CHECK(with_tolerance(61s) == 67100ms);
    CHECK(with_tolerance(65535s) == 72088500ms);
}

TEST_CASE("MQTT-SN 1.2 §6.11-3: any message starts the keep-alive timer again") {
    const Instant start{};
    Supervision supervision(10s, start);
    CHECK(!supervision.expired(start + 15s - 1ns));
    CHECK(supervision.expired(start + 15s));
    supervision.message_received(start + 14s);
    CHECK(!supervision.expired(start + 29s - 1ns));
    CHECK(supervision.expired(start + 29s));
}

TEST_CASE("MQTT-SN 1.2 §6.11-6: a keep-alive of zero is never supervised") {
    const Supervision supervision(0s, Instant{});
    CHECK(!supervision.deadline());
    CHECK(!supervision.expired(Instant{} + 24h));
}

}  // namespace trunkline::gateway
