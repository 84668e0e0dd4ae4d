#include "simulator/links/channel.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "protocol/base/draws.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

constexpr std::uint64_t ample = 256U << 20U;

/// The mean wait of packets that come at random (Poisson) to a line that is busy for this share of the time, in units
/// of a packet's time on the wire.
double mean_wait(double load) {
    Bottleneck line;
    line.change(8'000, ample);  // an octet takes a millisecond
    constexpr std::size_t octets = 100;
    const Duration service = 100ms;
    Random random(1, "link", "arrivals");
    Instant now{};
    Duration waited{};
    constexpr int packets = 1'000'000;
    for (int packet = 0; packet < packets; ++packet) {
        const double gap = draw_exponential(random) * static_cast<double>(service.count()) / load;
        now += Duration(static_cast<Duration::rep>(gap));
        waited += *line.send(octets, now) - now - service;
    }
    return static_cast<double>(waited.count()) / packets / static_cast<double>(service.count());
}

LinkProfile narrow(bool half_duplex = false) {
    LinkProfile profile{.id = "narrow"};
    profile.rate_up = 9'600;
    profile.rate_down = 9'600;
    profile.queue_octets = 360;
    profile.half_duplex = half_duplex;
    return profile;
}

constexpr Instant beginning{};

}  // namespace

TEST_CASE("a packet takes its octets' time at the rate, rounded up") {
    Bottleneck line;
    line.change(9'600, ample);
    CHECK(line.send(120, beginning) == beginning + 100ms);
    line.change(3, ample);
    CHECK(line.send(1, beginning + 1h) == beginning + 1h + 2'666'666'667ns);
}

TEST_CASE("without a rate packets leave at once") {
    Bottleneck line;
    for (int packet = 0; packet < 10; ++packet) CHECK(line.send(1500, beginning) == beginning);
}

TEST_CASE("what comes while the line is busy waits its turn, and drop-tail takes what has no room") {
    Channel channel(narrow());
    CHECK(channel.send(LinkWay::up, 120, beginning) == beginning + 100ms);
    CHECK(channel.send(LinkWay::up, 120, beginning) == beginning + 200ms);
    CHECK(channel.send(LinkWay::up, 120, beginning) == beginning + 300ms);  // 360 octets: full to the last one
    CHECK(!channel.send(LinkWay::up, 1, beginning));
    CHECK(!channel.send(LinkWay::up, 120, beginning + 100ms - 1ns));
    CHECK(channel.send(LinkWay::up, 120, beginning + 100ms) == beginning + 400ms);
}

TEST_CASE("an idle line takes a packet that is larger than its queue") {
    Channel channel(narrow());
    CHECK(channel.send(LinkWay::up, 1200, beginning) == beginning + 1s);
    CHECK(!channel.send(LinkWay::up, 1, beginning + 500ms));
    CHECK(channel.send(LinkWay::up, 1200, beginning + 1s) == beginning + 2s);
}

TEST_CASE("the two ways have a line each, and share one when the channel is half duplex") {
    Channel full(narrow());
    full.send(LinkWay::up, 120, beginning);
    CHECK(full.send(LinkWay::down, 120, beginning) == beginning + 100ms);
    Channel half(narrow(true));
    half.send(LinkWay::up, 120, beginning);
    CHECK(half.send(LinkWay::down, 120, beginning) == beginning + 200ms);
}

TEST_CASE("another rate holds for what comes next; what waits leaves as it was going to") {
    Channel channel(narrow());
    channel.send(LinkWay::up, 120, beginning);
    LinkProfile faster = narrow();
    faster.rate_up = 96'000;
    channel.change(faster);
    CHECK(channel.send(LinkWay::up, 120, beginning) == beginning + 110ms);
    channel.change({.id = "without"});
    CHECK(channel.send(LinkWay::up, 120, beginning) == beginning + 110ms);
    CHECK(channel.send(LinkWay::up, 120, beginning + 1s) == beginning + 1s);
}

TEST_CASE("M/D/1: packets wait load / (2 (1 - load)) times their time on the wire") {
    for (const double load : {0.3, 0.6, 0.8}) {
        CAPTURE(load);
        const double expected = load / (2.0 * (1.0 - load));
        CHECK(std::abs(mean_wait(load) / expected - 1.0) < 0.01);  // 1 % of the wait, not of one
    }
}

TEST_CASE("a packet takes its overhead on the wire, and cells that are filled up (netem: rate overhead cell)") {
    const auto leaves = [](WireOverhead overhead, std::size_t octets) {
        Bottleneck line;
        line.change(8'000, 65'536, overhead);  // an octet in a millisecond
        return line.send(octets, Instant{}).value();
    };
    CHECK(leaves({}, 100) == Instant{} + 100ms);
    CHECK(leaves({.packet_octets = 14}, 100) == Instant{} + 114ms);
    CHECK(leaves({.packet_octets = -14}, 100) == Instant{} + 86ms);
    CHECK(leaves({.packet_octets = -200}, 100) == Instant{} + 1ms);  // it takes some time in any case
    // AAL5 over ATM: 48 octets in each cell of 53.
    CHECK(leaves({.packet_octets = 8, .cell_octets = 48, .cell_overhead_octets = 5}, 40) == Instant{} + 53ms);
    CHECK(leaves({.packet_octets = 8, .cell_octets = 48, .cell_overhead_octets = 5}, 41) == Instant{} + 106ms);
}
