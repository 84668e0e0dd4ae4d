#include "protocol/mqttsn/retry.hpp"

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::mqttsn;
using namespace std::chrono_literals;

TEST_CASE("MQTT-SN 1.2 §6.13-1: a message is repeated every Tretry, Nretry times, and has failed one Tretry later") {
    const Instant start{};
    Retry retry;
    retry.start({.interval = 10s, .limit = 2}, start);
    CHECK(retry.deadline() == start + 10s);
    CHECK(retry.advance(start + 10s - 1ns) == Retry::Due::nothing);
    CHECK(retry.advance(start + 10s) == Retry::Due::send_again);
    CHECK(retry.advance(start + 10s) == Retry::Due::nothing);
    CHECK(retry.advance(start + 20s) == Retry::Due::send_again);
    CHECK(retry.advance(start + 30s - 1ns) == Retry::Due::nothing);
    CHECK(retry.advance(start + 30s) == Retry::Due::give_up);
    CHECK(!retry.is_running());
    CHECK(retry.advance(start + 100s) == Retry::Due::nothing);
}

TEST_CASE("MQTT-SN 1.2 §6.13: with Nretry zero the first silence is the last") {
    Retry retry;
    retry.start({.interval = 10s, .limit = 0}, Instant{});
    CHECK(retry.advance(Instant{} + 10s) == Retry::Due::give_up);
}

TEST_CASE("MQTT-SN 1.2 §6.13: a reply ends the repeating") {
    Retry retry;
    retry.start({.interval = 10s, .limit = 3}, Instant{});
    retry.stop();
    CHECK(!retry.deadline());
    CHECK(retry.advance(Instant{} + 100s) == Retry::Due::nothing);
}
