#include "simulator/plan/link_profile.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

TEST_CASE("the bounds of a delay follow from its distribution, and none is below zero") {
    LinkProfile link{.id = "link", .delay = 100ms, .jitter = 30ms};
    CHECK(shortest_delay(link) == 70ms);
    CHECK(longest_delay(link) == 130ms);
    link.distribution = DelayDistribution::normal;
    CHECK(shortest_delay(link) == 0ms);
    CHECK(longest_delay(link) == 220ms);
    link.distribution = DelayDistribution::exponential;
    CHECK(shortest_delay(link) == 100ms);
    CHECK(longest_delay(link) == 400ms);
    link.distribution = DelayDistribution::pareto;
    CHECK(shortest_delay(link) == 80ms);
    CHECK(longest_delay(link) == 220ms);
}
