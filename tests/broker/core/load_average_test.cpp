#include "broker/core/load_average.hpp"

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::broker;
using namespace std::chrono_literals;

TEST_CASE("load average: a steady rate is approached, the sooner the shorter the span") {
    LoadAverage load;
    load.sample(0, 0s);
    std::uint64_t counter = 0;
    for (int second = 0; second < 60; second += 10) load.sample(counter += 100, 10s);  // 600 a minute
    CHECK(load.per_minute(0) == doctest::Approx(600 * (1 - 0.36788)).epsilon(0.001));  // 1 - 1/e after one span
    CHECK(load.per_minute(1) == doctest::Approx(600 * (1 - 0.81873)).epsilon(0.001));
    CHECK(load.per_minute(2) == doctest::Approx(600 * (1 - 0.93551)).epsilon(0.001));
}

TEST_CASE("load average: how often it is sampled does not matter") {
    LoadAverage often;
    LoadAverage seldom;
    for (int step = 1; step <= 60; ++step) often.sample(static_cast<std::uint64_t>(step) * 10, 1s);
    seldom.sample(600, 60s);
    for (int span = 0; span < LoadAverage::span_count; ++span)
        CHECK(often.per_minute(span) == doctest::Approx(seldom.per_minute(span)));
}

TEST_CASE("load average: without growth it falls towards nothing; without time nothing changes") {
    LoadAverage load;
    load.sample(600, 60s);
    const double before = load.per_minute(0);
    load.sample(600, 0s);
    CHECK(load.per_minute(0) == before);
    load.sample(600, 10min);
    CHECK(load.per_minute(0) < 0.02);
}
