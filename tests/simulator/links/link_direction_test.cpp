#include "simulator/links/link_direction.hpp"

#include <doctest/doctest.h>

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
    CHECK(link.packets() == 1000);
    CHECK(link.packets_lost() == lost);
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
