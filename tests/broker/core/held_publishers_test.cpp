#include "broker/core/held_publishers.hpp"

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::broker;
using namespace std::chrono_literals;

namespace {

constexpr ConnectionId greedy{1};
constexpr ConnectionId modest{2};
constexpr ConnectionId third{3};
constexpr Instant start{};

HeldAnswer puback(std::uint16_t id) {
    return {mqtt::QoS::at_least_once, mqtt::PacketId{id}, mqtt::ReasonCode::success, no_ticket};
}

}  // namespace

TEST_CASE("held publishers: those whose share is not below the average") {
    HeldPublishers held;
    CHECK_FALSE(held.is_held(greedy));
    CHECK(held.published(greedy, 1000, start));
    CHECK(held.is_held(greedy));
    CHECK_FALSE(held.published(greedy, 1000, start + 1s));  // it is already
    CHECK_FALSE(held.published(modest, 10, start + 1s));
    CHECK_FALSE(held.is_held(modest));
    CHECK(held.published(third, 3000, start + 2s));
    REQUIRE(held.longest_held());
    CHECK(held.longest_held()->first == greedy);
    CHECK(held.longest_held()->second == start);
    held.forget(greedy);
    CHECK(held.longest_held()->first == third);
    CHECK_FALSE(held.is_held(greedy));
}

TEST_CASE("held publishers: answers come back in order, once") {
    HeldPublishers held;
    held.published(greedy, 1, start);
    held.hold_back(greedy, puback(1));
    held.hold_back(greedy, {mqtt::QoS::exactly_once, mqtt::PacketId{2}, mqtt::ReasonCode::success, no_ticket});
    held.hold_back(greedy, {mqtt::QoS::exactly_once, mqtt::PacketId{3}, mqtt::ReasonCode::quota_exceeded, no_ticket});
    CHECK(held.acknowledgements(greedy) == 2);
    CHECK(held.acknowledgements(modest) == 0);
    const auto released = held.release();
    REQUIRE(released.size() == 1);
    CHECK(released[0].first == greedy);
    REQUIRE(released[0].second.size() == 3);
    CHECK(released[0].second[1].packet_id == mqtt::PacketId{2});
    CHECK_FALSE(held.is_held(greedy));
    CHECK_FALSE(held.longest_held());
    CHECK(held.release().empty());
}
