#include "simulator/links/link_direction.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

LinkProfile radio() { return {.id = "radio", .delay = 40ms, .jitter = 10ms, .loss = 0.3}; }

std::vector<std::optional<Instant>> arrivals(std::uint64_t seed, std::string_view direction) {
    LinkDirection link(radio(), Random(seed, "link:PT-1", direction));
    std::vector<std::optional<Instant>> instants;
    for (int packet = 0; packet < 200; ++packet) instants.push_back(link.send(60, Instant{} + 1s * packet).arrives);
    return instants;
}

}  // namespace

TEST_CASE("a link direction does the same again for the same seed, and something else for another") {
    CHECK(arrivals(1, "up") == arrivals(1, "up"));
    CHECK(arrivals(1, "up") != arrivals(2, "up"));
}

TEST_CASE("the two directions of a link have luck of their own") { CHECK(arrivals(1, "up") != arrivals(1, "down")); }

TEST_CASE("a link direction counts what it was given and what it lost, and names the cause") {
    LinkDirection link(radio(), Random(1, "link", "up"));
    std::uint64_t lost = 0;
    for (int packet = 0; packet < 1000; ++packet) {
        const Transit transit = link.send(60, Instant{});
        if (transit.arrives) continue;
        ++lost;
        CHECK(transit.lost_by == PacketLoss::random);
    }
    CHECK(link.counts().sent == 1000);
    CHECK(link.counts().lost == lost);
    CHECK(lost > 240);
    CHECK(lost < 360);
}

TEST_CASE("datagrams may overtake each other when the jitter is longer than the distance between them") {
    LinkDirection link({.id = "radio", .delay = 40ms, .jitter = 10ms, .loss = 0.0}, Random(1, "link", "up"));
    bool overtaken = false;
    Instant before{};
    for (int packet = 0; packet < 100; ++packet) {
        const Instant arrives = link.send(60, Instant{} + 1ms * packet).arrives.value();
        overtaken = overtaken || arrives < before;
        before = arrives;
    }
    CHECK(overtaken);
}

TEST_CASE("a link that keeps the order lets nothing overtake, and delays no packet for less than its own time") {
    LinkProfile profile = radio();
    profile.loss = 0.0;
    profile.keeps_order = true;
    LinkDirection link(profile, Random(1, "link", "up"));
    Instant before{};
    for (int packet = 0; packet < 1000; ++packet) {
        const Instant now = Instant{} + 1ms * packet;
        const Instant arrives = link.send(60, now).arrives.value();
        CHECK(arrives >= before);
        CHECK(arrives >= now + 30ms);
        before = arrives;
    }
}

TEST_CASE("a packet that is held back arrives so much later than it would") {
    LinkProfile profile{.id = "radio", .delay = 40ms};
    profile.reorder = 0.25;
    profile.reorder_by = 200ms;
    LinkDirection link(profile, Random(1, "link", "up"));
    int held_back = 0;
    constexpr int packets = 10'000;
    for (int packet = 0; packet < packets; ++packet) {
        const Instant arrives = link.send(60, Instant{}).arrives.value();
        if (arrives == Instant{} + 240ms) ++held_back;
        else CHECK(arrives == Instant{} + 40ms);
    }
    CHECK(static_cast<double>(held_back) / packets == doctest::Approx(0.25).epsilon(0.07));
}

TEST_CASE("copies come as often as the probability says, after their original, and not later than the lag") {
    LinkProfile profile = radio();
    profile.duplicate = 0.1;
    profile.duplicate_lag = 200ms;
    LinkDirection link(profile, Random(1, "link", "up"));
    std::uint64_t copies = 0;
    Duration longest{};
    constexpr int packets = 100'000;
    for (int packet = 0; packet < packets; ++packet) {
        const Transit transit = link.send(60, Instant{});
        if (!transit.copy_arrives) continue;
        REQUIRE(transit.arrives);  // what is lost has no copy
        ++copies;
        CHECK(*transit.copy_arrives >= *transit.arrives);
        longest = std::max(longest, *transit.copy_arrives - *transit.arrives);
    }
    CHECK(link.counts().duplicated == copies);
    CHECK(static_cast<double>(copies) / packets == doctest::Approx(0.07).epsilon(0.05));
    CHECK(longest < 200ms);
    CHECK(longest > 195ms);
}

TEST_CASE("a full queue is a cause of its own, and takes as many draws as an empty one") {
    LinkProfile profile = radio();
    profile.loss = 0.0;
    profile.rate_up = 9'600;
    profile.queue_octets = 240;
    Channel channel(profile);
    LinkDirection narrow(profile, Random(1, "link", "up"), &channel, LinkWay::up);
    LinkDirection wide(profile, Random(1, "link", "up"));
    for (int packet = 0; packet < 5; ++packet) {
        const Transit transit = narrow.send(120, Instant{});
        const Instant unhindered = wide.send(120, Instant{}).arrives.value();
        CHECK(transit.arrives.has_value() == (packet < 2));
        if (transit.arrives) CHECK(*transit.arrives == unhindered + 100ms * (packet + 1));
        else CHECK(transit.lost_by == PacketLoss::queue_full);
    }
    CHECK(narrow.counts().queue_full == 3);
    CHECK(narrow.counts().lost == 3);
    const Instant later = Instant{} + 1s;
    CHECK(*narrow.send(120, later).arrives == *wide.send(120, later).arrives + 100ms);
}

TEST_CASE("what is changed midway holds for the next packet") {
    LinkDirection link({.id = "radio", .delay = 40ms}, Random(1, "link", "up"));
    CHECK(!link.send(60, Instant{}).copy_arrives);
    LinkProfile doubling{.id = "radio", .delay = 50ms};
    doubling.duplicate = 1.0;
    link.change(doubling);
    const Transit transit = link.send(60, Instant{});
    CHECK(transit.arrives == Instant{} + 50ms);
    CHECK(transit.copy_arrives == transit.arrives);
}

TEST_CASE("netem's reorder: of every gap-th packet the share leaves at once, and overtakes") {
    LinkProfile profile{.id = "link", .delay = 40ms};
    profile.reorder = 1.0;
    profile.reorder_gap = 5;
    profile.reorder_skips_delay = true;
    LinkDirection every_fifth(profile, Random(1, "link", "up"));
    for (int packet = 1; packet <= 100; ++packet) {
        const Instant now = Instant{} + 1ms * packet;
        CHECK(every_fifth.send(60, now).arrives == now + (packet % 5 == 0 ? 0ms : 40ms));
    }
    profile.reorder = 0.25;
    LinkDirection some(profile, Random(1, "link", "up"));
    int at_once = 0;
    constexpr int packets = 70'000;
    for (int packet = 0; packet < packets; ++packet) {
        if (some.send(60, Instant{}).arrives == Instant{}) ++at_once;
    }
    // Four that may not, then 1 / 0.25 tries in the mean: one of eight.
    CHECK(static_cast<double>(at_once) / packets == doctest::Approx(1.0 / 8.0).epsilon(0.05));
}

TEST_CASE("a damaged packet is lost, or arrives with one bit flipped where there is no checksum") {
    LinkProfile profile{.id = "link", .delay = 40ms};
    profile.corrupt = 0.1;
    LinkDirection checked(profile, Random(1, "link", "up"));
    profile.has_checksum = false;
    LinkDirection unchecked(profile, Random(1, "link", "up"));
    constexpr std::uint64_t packets = 20'000;
    std::uint64_t damaged = 0;
    for (std::uint64_t packet = 0; packet < packets; ++packet) {
        const Transit lost = checked.send(60, Instant{});
        const Transit arrived = unchecked.send(60, Instant{});
        CHECK(!lost.damage);
        REQUIRE(arrived.arrives);
        CHECK(lost.arrives.has_value() == !arrived.damage);
        if (lost.arrives) continue;
        CHECK(lost.lost_by == PacketLoss::damaged);
        ++damaged;
    }
    CHECK(checked.counts().damaged == damaged);
    CHECK(checked.counts().lost == damaged);
    CHECK(unchecked.counts().damaged == damaged);
    CHECK(unchecked.counts().lost == 0);
    CHECK(static_cast<double>(damaged) / packets == doctest::Approx(0.1).epsilon(0.07));
}

TEST_CASE("damage flips one bit, wherever the share says") {
    std::vector<std::byte> octets(3);
    damage(octets, 0.0);
    CHECK(octets == std::vector{std::byte{1}, std::byte{0}, std::byte{0}});
    damage(octets, 0.9999);
    CHECK(octets == std::vector{std::byte{1}, std::byte{0}, std::byte{0x80}});
    damage(octets, 0.0);
    CHECK(octets[0] == std::byte{0});
    damage({}, 0.5);
}

TEST_CASE("what is larger than the MTU is dropped, with a cause of its own") {
    LinkProfile profile{.id = "link", .delay = 40ms};
    profile.mtu_octets = 240;
    LinkDirection link(profile, Random(1, "link", "up"));
    CHECK(link.send(240, Instant{}).arrives);
    const Transit dropped = link.send(241, Instant{});
    CHECK(!dropped.arrives);
    CHECK(dropped.lost_by == PacketLoss::too_large);
    CHECK(link.counts().too_large == 1);
    CHECK(link.counts().lost == 1);
}

TEST_CASE("a limit of packets counts what waits and what is under way, and lets in again what has made room") {
    LinkProfile profile{.id = "link", .delay = 40ms};
    profile.limit_packets = 3;
    Channel channel(profile);
    LinkDirection link(profile, Random(1, "link", "up"), &channel, LinkWay::up);
    for (int packet = 0; packet < 3; ++packet) CHECK(link.send(60, Instant{} + 1ms * packet).arrives);
    CHECK(link.send(60, Instant{} + 39ms).lost_by == PacketLoss::queue_full);
    CHECK(link.send(60, Instant{} + 40ms).arrives);
    CHECK(link.send(60, Instant{} + 40ms).lost_by == PacketLoss::queue_full);
    LinkDirection down(profile, Random(1, "link", "down"), &channel, LinkWay::down);
    CHECK(down.send(60, Instant{} + 40ms).arrives);
}

TEST_CASE("what differs on the way down does not show on the way up") {
    LinkProfile profile{.id = "link", .delay = 40ms};
    profile.down_differs = {profile};
    profile.down_differs.front().delay = 70ms;
    LinkDirection up(profile, Random(1, "link", "up"));
    LinkDirection down(profile, Random(1, "link", "down"), nullptr, LinkWay::down);
    CHECK(up.send(60, Instant{}).arrives == Instant{} + 40ms);
    CHECK(down.send(60, Instant{}).arrives == Instant{} + 70ms);
    CHECK(shortest_delay(profile) == 40ms);
    CHECK(longest_delay(profile) == 70ms);
}
