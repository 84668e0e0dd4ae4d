#include "simulator/pipeline/pipe_flow.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace trunkline::sim;

namespace {

PipePlan crude_line() {
    PipePlan plan;
    plan.length = 100'000.0;
    plan.wave_speed = 1000.0;
    plan.flow = 0.5;
    return plan;
}

constexpr std::size_t cells = 100;  // of a kilometre: a step is a second

void advance(PipeFlow& flow, int steps, const std::vector<PipeNodeState>& special) {
    for (int step = 0; step < steps; ++step) flow.advance(special);
}

bool is_about(double measured, double expected, double share) {
    return std::abs(measured - expected) <= share * std::abs(expected);
}

}  // namespace

TEST_CASE("a line in its steady state stays in it") {
    PipeFlow flow(crude_line(), cells);
    advance(flow, 1000, {});
    for (const double metres : {0.0, 33'300.0, 50'000.0, 100'000.0}) {
        CHECK(std::abs(flow.pressure(metres)) < 0.01);  // pascals
        CHECK(is_about(flow.flow(metres), 0.5, 1e-9));
    }
    CHECK(std::abs(flow.line_pack()) < 1e-6);
}

TEST_CASE("Joukowsky: a valve that shuts at once raises the pressure before it by rho a v, and lowers it behind") {
    PipePlan plan = crude_line();
    plan.friction = 0.0;
    PipeFlow flow(plan, cells);
    const double front = plan.density * plan.wave_speed * plan.flow / plan.area();
    advance(flow, 20, {{50, 0.0, 0.0, 1.0}});
    CHECK(is_about(flow.pressure(49'500.0), front, 1e-6));
    CHECK(is_about(flow.pressure(50'500.0), -front, 1e-6));
    CHECK(flow.flow(50'000.0) == 0.0);
    // The front has come 19 km far, with the steps after the first, and no further.
    CHECK(is_about(flow.pressure(31'000.0), front, 1e-6));
    CHECK(std::abs(flow.pressure(30'000.0)) < 1.0);
}

TEST_CASE("a front comes back from an end that is held, with the other sign") {
    PipePlan plan = crude_line();
    plan.friction = 0.0;
    PipeFlow flow(plan, cells);
    const double front = plan.density * plan.wave_speed * plan.flow / plan.area();
    const std::vector<PipeNodeState> shut = {{50, 0.0, 0.0, 1.0}};
    advance(flow, 90, shut);  // 50 s to the end and 40 back
    CHECK(is_about(flow.pressure(45'000.0), front, 1e-6));
    advance(flow, 8, shut);
    CHECK(std::abs(flow.pressure(45'000.0)) < 1e-6 * front);
}

TEST_CASE("a leak sends a fall of rho a q / 2A both ways, which friction wears away as it goes") {
    const PipePlan plan = crude_line();
    PipeFlow flow(plan, cells);
    const double rate = 0.01;
    const std::vector<PipeNodeState> leak = {{50, rate, 0.0, 0.0}};
    const double front = plan.density * plan.wave_speed * rate / plan.area() / 2.0;
    flow.advance(leak);
    CHECK(is_about(flow.pressure(50'000.0), -front, 0.03));
    // A cell of friction, 3 % of the front, is the error of the method. A linearised line wears a front away by exp(-x R / 2 Z), R = rho f Q / (D A²) and Z = rho a / A.
    const double resistance = plan.density * plan.friction * plan.flow / (plan.diameter * plan.area() * plan.area());
    const double impedance = plan.density * plan.wave_speed / plan.area();
    for (const int kilometres : {10, 20, 40}) {
        PipeFlow line(plan, cells);
        advance(line, kilometres + 1, leak);
        const double worn = -front * std::exp(-kilometres * 1000.0 * resistance / (2.0 * impedance));
        CAPTURE(kilometres);
        CHECK(is_about(line.pressure(50'000.0 + kilometres * 1000.0), worn, 0.05));
        CHECK(is_about(line.pressure(50'000.0 - kilometres * 1000.0), worn, 0.05));
        CHECK(std::abs(line.pressure(50'000.0 + (kilometres + 1) * 1000.0)) < 0.01 * front);
    }
}

TEST_CASE("mass balance: what flows in and not out is the leak and what the line gains") {
    const PipePlan plan = crude_line();
    PipeFlow flow(plan, cells);
    const double rate = 0.05;
    const std::vector<PipeNodeState> leak = {{30, rate, 0.0, 0.0}};
    double balance = 0.0;  // in - out - leak, in m³
    for (int step = 0; step < 3600; ++step) {
        const double before = flow.flow(0.0) - flow.flow(plan.length);
        flow.advance(leak);
        const double behind = flow.flow(0.0) - flow.flow(plan.length);
        balance += 0.5 * (before + behind) - rate;
        if (step % 600 != 599) continue;
        CAPTURE(step);
        CHECK(std::abs(balance - flow.line_pack()) < 0.01 * rate * (step + 1));
    }
    // After an hour the line has found its new state: it no longer gives anything, and the meters tell the leak.
    CHECK(is_about(flow.flow(0.0) - flow.flow(plan.length), rate, 0.01));
    CHECK(flow.flow(0.0) > plan.flow);
    CHECK(flow.flow(plan.length) < plan.flow);
}

TEST_CASE("a pump that trips leaves a higher pressure before it and a lower one behind") {
    const PipePlan plan = crude_line();
    PipeFlow flow(plan, cells);
    const double boost = 2e6;
    advance(flow, 10, {{50, 0.0, boost, 0.0}});
    CHECK(flow.pressure(48'000.0) > 0.2 * boost);
    CHECK(flow.pressure(52'000.0) < -0.2 * boost);
    CHECK(is_about(flow.pressure(49'999.99) - flow.pressure(50'000.0), boost, 1e-3));
    CHECK(flow.flow(50'000.0) < plan.flow);
}

TEST_CASE("a valve that is half closed takes pressure and lets through") {
    const PipePlan plan = crude_line();
    PipeFlow flow(plan, cells);
    advance(flow, 10, {{50, 0.0, 0.0, 0.5}});
    CHECK(flow.flow(50'000.0) > 0.9 * plan.flow);
    CHECK(flow.flow(50'000.0) < plan.flow);
    advance(flow, 10, {{50, 0.0, 0.0, 0.99}});
    CHECK(flow.flow(50'000.0) > 0.1 * plan.flow);
    CHECK(flow.flow(50'000.0) < 0.9 * plan.flow);
}
