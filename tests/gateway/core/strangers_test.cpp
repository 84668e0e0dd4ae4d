#include "gateway/core/strangers.hpp"

#include <doctest/doctest.h>

#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;

namespace {

Address numbered(std::size_t number) {
    return Address::v4(10, 9, static_cast<std::uint8_t>(number >> 8U), static_cast<std::uint8_t>(number & 0xffU), 1);
}

}  // namespace

TEST_CASE("MQTT-SN 1.2 §6.12-3: one answer per address and second") {
    Strangers strangers;
    CHECK(strangers.may_answer(sensor_a, Instant{}));
    CHECK(!strangers.may_answer(sensor_a, Instant{} + 1s - 1ns));
    CHECK(strangers.may_answer(sensor_b, Instant{}));
    CHECK(strangers.may_answer(sensor_a, Instant{} + 1s));
}

TEST_CASE("no more addresses per second than are remembered") {
    Strangers strangers;
    for (std::size_t at = 0; at < Strangers::capacity; ++at) CHECK(strangers.may_answer(numbered(at), Instant{}));
    CHECK(!strangers.may_answer(sensor_a, Instant{} + 1s - 1ns));
    for (std::size_t at = 0; at < Strangers::capacity; ++at)
        CHECK(strangers.may_answer(numbered(500 + at), Instant{} + 1s));
    CHECK(!strangers.may_answer(numbered(0), Instant{} + 1s));
}

TEST_CASE("MQTT-SN 1.2 §6.12-3: two gateways that were shown each other's address by a forged DISCONNECT fall silent") {
    Scene one;
    Scene other;
    one.send(sensor_b, mqttsn::Disconnect{});
    int answers = 0;
    for (bool goes_on = true; goes_on && answers < 100;) {
        goes_on = false;
        if (!one.heard(sensor_b).empty()) {
            ++answers;
            other.send(sensor_a, mqttsn::Disconnect{});
        }
        if (!other.heard(sensor_a).empty()) {
            ++answers;
            one.send(sensor_b, mqttsn::Disconnect{});
            goes_on = true;
        }
    }
    CHECK(answers == 2);
}

}  // namespace trunkline::gateway
