#include "simulator/devices/signal.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

SignalPlan pressure() { return {.id = "p", .mean = 62.0, .sigma = 0.4, .tau = 90s, .unit = "bar"}; }

}  // namespace

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
    for (const std::int64_t expected : {61092, 61361, 61857, 61816, 61632}) CHECK(signal.sample() == expected);
}

TEST_CASE("a signal without deviation is its mean, rounded half up") {
    Signal still({.id = "p", .mean = -1.0005, .sigma = 0.0, .tau = 90s, .unit = "V"}, 10s, Random(1, "s", "signal"));
    CHECK(still.sample() == -1000);
    Signal zero({.id = "p", .mean = 0.0, .sigma = 0.0, .tau = 90s, .unit = "V"}, 10s, Random(1, "s", "signal"));
    CHECK(zero.sample() == 0);
}

TEST_CASE("a wave swings about its mean, crosses it upwards when the run begins, and repeats with its period") {
    const SignalPlan plan{
        .id = "t", .mean = 38.0, .unit = "degC", .model = SignalModel::wave, .amplitude = 3.0, .period = 24h};
    Signal signal(plan, 6h, Random(1, "s", "signal"));
    for (const std::int64_t expected : {38'000, 41'000, 38'000, 35'000, 38'000, 41'000})
        CHECK(signal.sample() == expected);
    Signal later(plan, 6h, Random(1, "s", "signal"), 6h);
    CHECK(later.sample() == 41'000);
}

TEST_CASE("a wave's noise has its deviation") {
    const SignalPlan plan{
        .id = "t", .mean = 0.0, .sigma = 0.5, .unit = "", .model = SignalModel::wave, .amplitude = 0.0, .period = 1h};
    Signal signal(plan, 1s, Random(1, "s", "signal"));
    double squares = 0.0;
    constexpr int samples = 50'000;
    for (int sample = 0; sample < samples; ++sample) {
        const double value = static_cast<double>(signal.sample()) / 1000.0;
        squares += value * value;
    }
    CHECK(squares / samples == doctest::Approx(0.25).epsilon(0.03));
}

TEST_CASE("an actuator stays open until it is told, then travels at its speed") {
    const SignalPlan valve{.id = "v", .unit = "%", .model = SignalModel::actuator, .travel = 40s};
    Signal signal(valve, 10s, Random(1, "s", "signal"));
    for (int sample = 0; sample < 100; ++sample) CHECK(signal.sample() == 100'000);
    signal.command("shut");  // not one of its words
    CHECK(signal.sample() == 100'000);
    signal.command("close");
    for (const std::int64_t expected : {100'000, 75'000, 50'000, 25'000, 0, 0}) CHECK(signal.sample() == expected);
    signal.command("open");
    for (const std::int64_t expected : {0, 25'000, 50'000}) CHECK(signal.sample() == expected);
}

TEST_CASE("an actuator that moves by itself stays between half and one and a half times as long as its plan says") {
    const SignalPlan valve{.id = "v", .unit = "%", .model = SignalModel::actuator, .travel = 1s, .every = 10min};
    Signal signal(valve, 1s, Random(1, "s", "signal"));
    std::int64_t before = signal.sample();
    int stayed = 0;
    int moves = 0;
    for (int second = 0; second < 100'000; ++second, ++stayed) {
        const std::int64_t now = signal.sample();
        CHECK((now == 0 || now == 100'000));
        if (now == before) continue;
        CHECK(stayed >= 299);
        CHECK(stayed <= 901);
        before = now;
        stayed = 0;
        ++moves;
    }
    CHECK(moves > 130);
    CHECK(moves < 210);
}

TEST_CASE("a step signal is low or high, and begins low") {
    const SignalPlan pump{
        .id = "p", .unit = "rpm", .model = SignalModel::step, .every = 5min, .low = 0.0, .high = 2980.0};
    Signal signal(pump, 10s, Random(1, "s", "signal"));
    CHECK(signal.sample() == 0);
    int high = 0;
    constexpr int samples = 10'000;
    for (int sample = 0; sample < samples; ++sample) {
        const std::int64_t value = signal.sample();
        CHECK((value == 0 || value == 2'980'000));
        high += value != 0 ? 1 : 0;
    }
    CHECK(high > samples * 2 / 5);
    CHECK(high < samples * 3 / 5);
}

TEST_CASE("a counter begins at zero, never falls, and rises as its plan says in the mean") {
    const SignalPlan volume{.id = "v", .unit = "m3", .model = SignalModel::counter, .per_hour = 1800.0};
    Signal signal(volume, 10s, Random(1, "s", "signal"));
    std::int64_t before = signal.sample();
    CHECK(before == 0);
    for (int sample = 0; sample < 36'000; ++sample) {
        const std::int64_t now = signal.sample();
        CHECK(now >= before);
        before = now;
    }
    CHECK(static_cast<double>(before) == doctest::Approx(180'000'000.0).epsilon(0.02));
}

TEST_CASE("a replay lies in proportion between two values, and stays at the first and at the last") {
    SignalPlan plan{.id = "r", .unit = "bar", .model = SignalModel::replay};
    plan.points = {{10s, 1.0}, {20s, 3.0}, {22s, -1.0}};
    Signal signal(plan, 5s, Random(1, "s", "signal"), 2s);
    for (const std::int64_t expected : {1000, 1000, 1400, 2400, -1000, -1000}) CHECK(signal.sample() == expected);
}

TEST_CASE("a replay may hold each value until the next one, and begin anew") {
    SignalPlan plan{.id = "r", .unit = "bar", .model = SignalModel::replay};
    plan.points = {{0s, 1.0}, {10s, 2.0}};
    plan.holds_values = true;
    plan.repeats = 15s;
    Signal signal(plan, 5s, Random(1, "s", "signal"));
    for (const std::int64_t expected : {1000, 1000, 2000, 1000, 1000, 2000}) CHECK(signal.sample() == expected);
}

TEST_CASE("what the pipe does is added before the value is rounded") {
    Signal still({.id = "p", .mean = 1.0002, .sigma = 0.0, .tau = 90s, .unit = "bar"}, 10s, Random(1, "s", "signal"));
    CHECK(still.sample() == 1000);
    CHECK(still.sample(0.0003) == 1001);
    CHECK(still.sample(-2.0) == -1000);
}
