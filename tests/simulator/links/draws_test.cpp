#include "simulator/links/draws.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace trunkline;
using namespace trunkline::sim;

TEST_CASE("the logarithm agrees with the library's over the range of a draw") {
    for (double x = 1.0; x > 1e-17; x *= 0.37) {
        CAPTURE(x);
        CHECK(log_of(x) == doctest::Approx(std::log(x)).epsilon(1e-14));
    }
    CHECK(log_of(1.0) == 0.0);
    CHECK(log_of(8.0) == doctest::Approx(std::log(8.0)).epsilon(1e-14));
}

TEST_CASE("exponential draws have mean 1, deviation 1, and e^-1 of them beyond the mean") {
    Random random(1, "test", "exponential");
    constexpr int draws = 200'000;
    double sum = 0.0;
    double squares = 0.0;
    int beyond = 0;
    for (int drawn = 0; drawn < draws; ++drawn) {
        const double value = draw_exponential(random);
        sum += value;
        squares += value * value;
        beyond += value > 1.0 ? 1 : 0;
    }
    CHECK(sum / draws == doctest::Approx(1.0).epsilon(0.01));
    CHECK(squares / draws == doctest::Approx(2.0).epsilon(0.03));
    CHECK(static_cast<double>(beyond) / draws == doctest::Approx(std::exp(-1.0)).epsilon(0.02));
}
