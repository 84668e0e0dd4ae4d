#include "simulator/links/slots.hpp"

#include <doctest/doctest.h>

#include "simulator/links/link_direction.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

SlotPlan every(Duration apart) {
    SlotPlan plan;
    plan.shortest = plan.longest = apart;
    return plan;
}

}  // namespace

TEST_CASE("packets that are ready before a slot leave with it, all at once") {
    Slots slots(every(10ms));
    const Instant start = Instant{} + 1s;
    CHECK(slots.leaves(100, start, start, 0.0) == start + 10ms);
    CHECK(slots.leaves(100, start + 3ms, start + 3ms, 0.0) == start + 10ms);
    CHECK(slots.leaves(100, start + 10ms, start + 10ms, 0.0) == start + 10ms);
    CHECK(slots.leaves(100, start + 11ms, start + 11ms, 0.0) == start + 21ms);
}

TEST_CASE("a slot is over when it has taken its packets or its octets") {
    SlotPlan few = every(10ms);
    few.packets = 2;
    Slots by_packets(few);
    const Instant start = Instant{} + 1s;
    CHECK(by_packets.leaves(100, start, start, 0.0) == start + 10ms);
    CHECK(by_packets.leaves(100, start, start, 0.0) == start + 10ms);
    CHECK(by_packets.leaves(100, start, start, 0.0) == start + 20ms);
    SlotPlan small = every(10ms);
    small.octets = 150;
    Slots by_octets(small);
    CHECK(by_octets.leaves(100, start, start, 0.0) == start + 10ms);
    CHECK(by_octets.leaves(100, start, start, 0.0) == start + 10ms);  // the octets that are left are not below zero
    CHECK(by_octets.leaves(100, start, start, 0.0) == start + 20ms);
}

TEST_CASE("the next slot opens after a draw from the shortest to the longest time") {
    SlotPlan plan = every(2ms);
    plan.longest = 8ms;
    const Instant start = Instant{} + 1s;
    CHECK(Slots(plan).leaves(100, start, start, 0.0) == start + 2ms);
    CHECK(Slots(plan).leaves(100, start, start, 0.5) == start + 5ms);
    CHECK(Slots(plan).leaves(100, start, start, 0.9999) < start + 8ms);
}

TEST_CASE("distances between slots may have a distribution, and are never below zero") {
    const Instant start = Instant{} + 1h;
    SlotPlan plan = every(10ms);
    plan.packets = 1;
    plan.distribution = DelayDistribution::normal;
    plan.jitter = 4ms;
    Slots slots(plan);
    // Quantiles of the normal distribution: 0.5 is its middle, 0.8413 one deviation above.
    const Instant first = slots.leaves(100, start, start, 0.5);
    CHECK(first == start + 10ms);
    const Instant second = slots.leaves(100, start, start, 0.8413447460685429);
    CHECK(second == first + 10ms);  // drawn when the first had left
    CHECK(slots.leaves(100, start, start, 0.5) - second > 13'999us);
    plan.shortest = Duration::zero();
    Slots at_once(plan);
    CHECK(at_once.leaves(100, start, start, 0.01) == start);
}

TEST_CASE("a packet that is ready after its slot has opened waits for the one after it, if that is later") {
    Slots slots(every(10ms));
    const Instant start = Instant{} + 1s;
    // Its delay is longer than a slot: nothing holds it up.
    CHECK(slots.leaves(100, start + 25ms, start, 0.0) == start + 25ms);
}

TEST_CASE("over a link with slots, a steady stream waits for half of a slot in the mean") {
    LinkProfile profile{.id = "cable"};
    profile.slots = every(10ms);
    LinkDirection link(profile, Random(1, "link", "up"));
    Duration waited{};
    constexpr int packets = 10'000;
    for (int packet = 0; packet < packets; ++packet) {
        const Instant now = Instant{} + 1s + 1ms * packet;
        waited += link.send(100, now).arrives.value() - now;
    }
    // Eleven packets share a slot: the one that opens it waits for 10 ms, the last for none.
    CHECK(waited / packets >= 5ms);
    CHECK(waited / packets < 5ms + 1us);
}
