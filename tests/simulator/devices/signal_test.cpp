#include "simulator/devices/signal.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

SignalPlan pressure() { return {.id = "p", .mean = 62.0, .sigma = 0.4, .tau = 90s, .unit = "bar"}; }

}  // namespace

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

TEST_CASE("a signal has the mean, deviation and correlation of its plan, whatever the sampling interval") {
    for (const Duration interval : {Duration(1s), Duration(30s)}) {
        Signal signal(pressure(), interval, Random(1, "sensor", "signal"));
        constexpr int samples = 400'000;
        double sum = 0.0;
        double squares = 0.0;
        double products = 0.0;
        double before = 0.0;
        for (int sample = 0; sample < samples; ++sample) {
            const double offset = static_cast<double>(signal.sample()) / 1000.0 - 62.0;
            sum += offset;
            squares += offset * offset;
            products += offset * before;
            before = offset;
        }
        const double variance = squares / samples;
        CHECK(sum / samples == doctest::Approx(0.0).epsilon(0.03).scale(1.0));
        CHECK(variance == doctest::Approx(0.16).epsilon(0.1));
        const double expected = std::exp(-std::chrono::duration<double>(interval) / 90s);
        CHECK(products / samples / variance == doctest::Approx(expected).epsilon(0.01));
    }
}

TEST_CASE("a signal is the same for the same seed: these values hold in every build") {
    Signal signal(pressure(), 10s, Random(7, "sensor:PT@PS-1-1", "signal"));
    for (const std::int64_t expected : {61708, 61691, 61633, 61783, 61992}) CHECK(signal.sample() == expected);
}

TEST_CASE("a signal without deviation is its mean, rounded half up") {
    Signal still({.id = "p", .mean = -1.0005, .sigma = 0.0, .tau = 90s, .unit = "V"}, 10s, Random(1, "s", "signal"));
    CHECK(still.sample() == -1000);
    Signal zero({.id = "p", .mean = 0.0, .sigma = 0.0, .tau = 90s, .unit = "V"}, 10s, Random(1, "s", "signal"));
    CHECK(zero.sample() == 0);
}
