#include "simulator/report/figures.hpp"

#include <doctest/doctest.h>

using namespace trunkline::sim;
using namespace std::chrono_literals;

TEST_CASE("thousands are grouped") {
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(1'000) == "1,000");
    CHECK(grouped(1'234'567) == "1,234,567");
}

TEST_CASE("a share is rounded down, so that only all is 100 %") {
    CHECK(share(1, 3) == "33.33 %");
    CHECK(share(99'999, 100'000) == "99.99 %");
    CHECK(share(5, 5) == "100 %");
    CHECK(share(0, 5) == "0.00 %");
    CHECK(share(0, 0) == "–");
}

TEST_CASE("latencies have the unit that fits them") {
    CHECK(latency_text(62'149us) == "62.1 ms");
    CHECK(latency_text(250ms) == "250 ms");
    CHECK(latency_text(10'240ms) == "10.2 s");
    CHECK(latency_text(200s) == "3m20s");
}

TEST_CASE("decimals are fixed, or as many as needed") {
    CHECK(decimal(0.99, 5) == "0.99000");
    CHECK(shortest(0.9984) == "0.9984");
    CHECK(shortest(5.0) == "5");
}
