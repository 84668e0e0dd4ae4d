#include "protocol/base/exact_math.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace trunkline;

TEST_CASE("the logarithm agrees with the library's over the range of a draw") {
    for (double x = 1.0; x > 1e-17; x *= 0.37) {
        CAPTURE(x);
        CHECK(log_of(x) == doctest::Approx(std::log(x)).epsilon(1e-14));
    }
    CHECK(log_of(1.0) == 0.0);
    CHECK(log_of(8.0) == doctest::Approx(std::log(8.0)).epsilon(1e-14));
}

TEST_CASE("e^x agrees with the library's to 1e-13 for what intervals, relaxation times and quantiles give") {
    for (double x = -32.0; x <= 32.0; x += 0.037) {
        CAPTURE(x);
        CHECK(std::abs(exp_of(x) / std::exp(x) - 1.0) < 1e-13);
    }
    CHECK(exp_of(0.0) == 1.0);
    CHECK(exp_of(-1e9) == 0.0);
}

TEST_CASE("the sine of a part of a turn agrees with the library's to 1e-13") {
    constexpr int parts = 1'000;
    for (int part = 0; part < parts; ++part) {
        const double turn = static_cast<double>(part) / parts;
        CAPTURE(turn);
        CHECK(std::abs(sine_of_turn(turn) - std::sin(2.0 * 3.14159265358979323846 * turn)) < 1e-13);
    }
    CHECK(sine_of_turn(0.0) == 0.0);
    CHECK(sine_of_turn(0.5) == 0.0);
}

TEST_CASE("the share of a normal distribution below z agrees with the library's error function") {
    for (double z = -8.0; z <= 8.0; z += 0.013) {
        CAPTURE(z);
        CHECK(std::abs(normal_share_below(z) - 0.5 * std::erfc(-z / std::sqrt(2.0))) < 1e-13);
    }
    CHECK(normal_share_below(0.0) == 0.5);
    CHECK(normal_share_below(20.0) == 1.0);
    CHECK(normal_share_below(-20.0) == 0.0);
}

TEST_CASE("AS 241: the normal quantile is the inverse of the library's error function, far into both tails") {
    for (double share = 0.5; share > 1e-15; share *= 0.83) {
        CAPTURE(share);
        const double z = normal_quantile(share);
        CHECK(std::abs(0.5 * std::erfc(-z / std::sqrt(2.0)) / share - 1.0) < 1e-12);
    }
    CHECK(normal_quantile(0.5) == 0.0);
    CHECK(normal_quantile(0.975) == doctest::Approx(1.959963984540054).epsilon(1e-14));
    CHECK(normal_quantile(0.025) == doctest::Approx(-1.959963984540054).epsilon(1e-14));
    CHECK(normal_quantile(0.9) == -normal_quantile(1.0 - 0.9));
}
