#include "protocol/mqtt/keep_alive.hpp"

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::mqtt;
using namespace std::chrono_literals;

TEST_CASE("[MQTT-3.1.2-22] silence for 1.5 x Keep Alive ends the connection") {
    const Instant start{};
    KeepAlive keep_alive(5s, start);  // odd: 7.5 s, which whole seconds would get wrong
    CHECK(!keep_alive.expired(start + 7500ms - 1ns));
    CHECK(keep_alive.expired(start + 7500ms));
    CHECK(keep_alive.deadline() == start + 7500ms);
}

TEST_CASE("3.1.1 [MQTT-3.1.2-24] any packet starts the silence anew") {
    const Instant start{};
    KeepAlive keep_alive(60s, start);
    keep_alive.packet_received(start + 89s);
    CHECK(!keep_alive.expired(start + 90s));
    CHECK(keep_alive.expired(start + 179s));
}

TEST_CASE("an interval of zero turns it off") {
    const KeepAlive keep_alive(0s, Instant{});
    CHECK(!keep_alive.deadline().has_value());
    CHECK(!keep_alive.expired(Instant::max()));
}

TEST_CASE("the longest interval, 65,535 s, does not overflow") {
    const KeepAlive keep_alive(65'535s, Instant{});
    CHECK(!keep_alive.expired(Instant{} + 98'302s));
    CHECK(keep_alive.expired(Instant{} + 98'303s));
}
