#include "simulator/oracle/analytic.hpp"

#include <doctest/doctest.h>

using namespace trunkline::sim;

namespace {

struct Row {
    double loss;
    unsigned retries;
    double delivered;
    double acknowledged;
    double transmissions;  // 0: not in the table
};

// Table of stop-and-wait with bounded retries, computed apart from our code and confirmed by 10^6 trials each.
constexpr Row table[] = {
    {0.01, 0, .990000, .980100, 0.0}, {0.01, 3, 1.000000, 1.000000, 1.0203}, {0.01, 5, 1.000000, 1.000000, 1.0203},
    {0.05, 0, .950000, .902500, 0.0}, {0.05, 3, .999994, .999910, 1.1079},   {0.05, 5, 1.000000, .999999, 1.1080},
    {0.10, 0, .900000, .810000, 0.0}, {0.10, 3, .999900, .998697, 1.2330},   {0.10, 5, .999999, .999953, 1.2345},
    {0.20, 0, .800000, .640000, 0.0}, {0.20, 3, .998400, .983204, 1.5363},   {0.20, 5, .999936, .997823, 1.5591},
    {0.30, 0, .700000, .490000, 0.0}, {0.30, 3, .991900, .932348, 1.9028},   {0.30, 5, .999271, .982404, 2.0049},
    {0.50, 0, .500000, .250000, 0.0}, {0.50, 3, .937500, .683594, 2.7344},   {0.50, 5, .984375, .822021, 3.2881},
};

}  // namespace

TEST_CASE("stop-and-wait with bounded retries: delivered, acknowledged, transmissions as in the table") {
    for (const Row& row : table) {
        CAPTURE(row.loss);
        CAPTURE(row.retries);
        const StopAndWait formula = stop_and_wait(row.loss, row.retries);
        CHECK(formula.delivered == doctest::Approx(row.delivered).epsilon(1e-6));
        CHECK(formula.acknowledged == doctest::Approx(row.acknowledged).epsilon(1e-6));
        if (row.transmissions > 0.0) CHECK(formula.transmissions == doctest::Approx(row.transmissions).epsilon(1e-4));
    }
}

TEST_CASE("without loss everything arrives at once, with nothing but loss nothing does") {
    CHECK(stop_and_wait(0.0, 3).delivered == 1.0);
    CHECK(stop_and_wait(0.0, 3).transmissions == 1.0);
    CHECK(stop_and_wait(1.0, 3).delivered == 0.0);
    CHECK(stop_and_wait(1.0, 3).acknowledged == 0.0);
    CHECK(stop_and_wait(1.0, 3).transmissions == 4.0);
}

TEST_CASE("the Wilson interval at 99.9 % has the known half-widths at 100,000 trials") {
    const auto half_width = [](std::uint64_t successes) {
        const Interval interval = wilson_interval(successes, 100'000, 0.999);
        return (interval.to - interval.from) / 2.0;
    };
    CHECK(half_width(90'000) == doctest::Approx(0.0031).epsilon(0.02));
    CHECK(half_width(99'000) == doctest::Approx(0.0010).epsilon(0.05));
    CHECK(half_width(99'990) == doctest::Approx(0.00012).epsilon(0.1));
}

TEST_CASE("the Wilson interval of textbook figures: 8 of 10 at 95 % is 0.490 to 0.943") {
    const Interval interval = wilson_interval(8, 10, 0.95);
    CHECK(interval.from == doctest::Approx(0.4902).epsilon(0.001));
    CHECK(interval.to == doctest::Approx(0.9433).epsilon(0.001));
}

TEST_CASE("the Wilson interval of none and of all ends at 0 and 1 exactly") {
    CHECK(wilson_interval(0, 50, 0.99).from == 0.0);
    CHECK(wilson_interval(50, 50, 0.99).to == 1.0);
    CHECK(wilson_interval(50, 50, 0.99).contains(1.0));
    CHECK(!wilson_interval(50, 50, 0.99).contains(0.5));
}
