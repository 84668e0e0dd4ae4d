#include "protocol/base/draws.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace trunkline;

TEST_CASE("a normal draw has mean 0, deviation 1, and its shares within one and beyond three deviations") {
    Random random(1, "test", "normal");
    double sum = 0.0;
    double squares = 0.0;
    int within = 0;
    int beyond = 0;
    constexpr int draws = 200'000;
    for (int drawn = 0; drawn < draws; ++drawn) {
        const double value = draw_normal(random);
        sum += value;
        squares += value * value;
        within += value > -1.0 && value < 1.0 ? 1 : 0;
        beyond += value < -3.0 || value > 3.0 ? 1 : 0;
    }
    CHECK(std::abs(sum / draws) < 0.01);
    CHECK(squares / draws == doctest::Approx(1.0).epsilon(0.015));
    CHECK(static_cast<double>(within) / draws == doctest::Approx(0.6827).epsilon(0.01));
    CHECK(static_cast<double>(beyond) / draws == doctest::Approx(0.0027).epsilon(0.2));
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

TEST_CASE("every draw takes one number from the stream, whatever the distribution") {
    Random normal(1, "test", "draws");
    Random exponential(1, "test", "draws");
    draw_normal(normal);
    draw_exponential(exponential);
    CHECK(normal.next() == exponential.next());
}
