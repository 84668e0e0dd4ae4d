#include "simulator/links/retransmission.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

TEST_CASE("RFC 6298 §5.5: the time-out doubles with each loss in a row, up to the longest") {
    const RetransmissionTimeouts timeouts{200ms, 120s, 15};
    CHECK(timeouts.after_loss(1) == 200ms);
    CHECK(timeouts.after_loss(2) == 400ms);
    CHECK(timeouts.after_loss(3) == 800ms);
    CHECK(timeouts.after_loss(10) == 102'400ms);
    CHECK(timeouts.after_loss(11) == 120s);
    CHECK(timeouts.after_loss(15) == 120s);
}

TEST_CASE("fifteen retransmissions from 200 ms take the 924.6 s that Linux is known for") {
    const RetransmissionTimeouts timeouts{200ms, 120s, 15};
    Duration until_broken{};
    for (unsigned losses = 1; losses <= timeouts.limit + 1; ++losses) until_broken += timeouts.after_loss(losses);
    CHECK(until_broken == 924'600ms);
}

TEST_CASE("the time-out is the round trip and at least 200 ms for its deviation") {
    CHECK(steady_timeouts({.id = "fibre", .delay = 4ms, .jitter = 0ms, .loss = 0.0}).initial == 208ms);
    CHECK(steady_timeouts({.id = "radio", .delay = 100ms, .jitter = 75ms, .loss = 0.0}).initial == 400ms);
    CHECK(steady_timeouts({.id = "radio", .delay = 100ms, .jitter = 90ms, .loss = 0.0}).initial == 440ms);
}

TEST_CASE("each distribution of delays has its own mean and deviation in the time-out") {
    LinkProfile radio{.id = "radio", .delay = 100ms, .jitter = 90ms};
    radio.distribution = DelayDistribution::normal;
    CHECK(steady_timeouts(radio).initial == 200ms + 405ms);
    radio.distribution = DelayDistribution::exponential;  // its mean is delay + jitter
    CHECK(steady_timeouts(radio).initial == 380ms + 390ms);
    radio.distribution = DelayDistribution::pareto;
    CHECK(steady_timeouts(radio).initial == 200ms + 360ms);
}
