#include "simulator/devices/exact_math.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace trunkline;
using namespace trunkline::sim;

TEST_CASE("e^-x agrees with the library's to 1e-13 for what intervals and relaxation times give") {
    for (double x = 0.0; x <= 32.0; x += 0.037) {
        CAPTURE(x);
        CHECK(exp_of_minus(x) == doctest::Approx(std::exp(-x)).epsilon(1e-13));
    }
    CHECK(exp_of_minus(0.0) == 1.0);
    CHECK(exp_of_minus(1e9) == 0.0);
}

TEST_CASE("a normal draw has mean 0, deviation 1, and its share within one deviation") {
    Random random(1, "test", "normal");
    double sum = 0.0;
    double squares = 0.0;
    int within = 0;
    constexpr int draws = 200'000;
    for (int drawn = 0; drawn < draws; ++drawn) {
        const double value = draw_normal(random);
        sum += value;
        squares += value * value;
        within += value > -1.0 && value < 1.0 ? 1 : 0;
    }
    CHECK(sum / draws == doctest::Approx(0.0).epsilon(0.01).scale(1.0));
    CHECK(squares / draws == doctest::Approx(1.0).epsilon(0.015));
    CHECK(static_cast<double>(within) / draws == doctest::Approx(0.6827).epsilon(0.01));
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
