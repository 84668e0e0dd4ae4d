#include "simulator/pipeline/pipe.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

/// A hundred kilometres with devices at 0, 20, 40, 60, 80 and 100.
Scenario line() {
    Scenario scenario;
    scenario.run = 1h;
    PipePlan pipe;
    pipe.length = 100'000.0;
    pipe.wave_speed = 1000.0;
    pipe.flow = 0.5;
    scenario.pipeline = pipe;
    SignalPlan signal;
    signal.couples = PipeQuantity::pressure;
    scenario.signals = {signal};
    for (int km = 0; km <= 100; km += 20) {
        SensorPlan sensor;
        sensor.metres = km * 1000.0;
        scenario.sensors.push_back(sensor);
    }
    return scenario;
}

FaultPlan fault(PipeEvent event, Duration at, Duration length = 0s) {
    FaultPlan plan;
    plan.kind = FaultPlan::Kind::pipe;
    plan.pipe = event;
    plan.at = at;
    plan.length = length;
    return plan;
}

Scenario leaking(double at = 47'300.0) {
    Scenario scenario = line();
    PipeEvent leak;
    leak.at = at;
    leak.size = 0.02;
    scenario.faults = {fault(leak, 10min, 50min)};
    return scenario;
}

/// When the pressure there is first below, to a tenth of a second.
double falls_at(Pipe& pipe, double metres, double bar, Duration from, Duration to) {
    for (Duration at = from; at < to; at += 100ms) {
        if (pipe.value(PipeQuantity::pressure, metres, at) < bar) return std::chrono::duration<double>(at).count();
    }
    return -1.0;
}

}  // namespace

TEST_CASE("before its first event, and without one, a pipe adds nothing") {
    Pipe still(line());
    CHECK(still.value(PipeQuantity::pressure, 20'000.0, 59min) == 0.0);
    Pipe pipe(leaking());
    CHECK(pipe.value(PipeQuantity::pressure, 40'000.0, 10min - 1s) == 0.0);
    CHECK(pipe.value(PipeQuantity::flow, 40'000.0, 10min - 1s) == 0.0);
}

TEST_CASE("a leak's fronts reach each side after their way at the wave speed, from the place itself") {
    for (const double at : {47'000.0, 47'300.0, 47'500.0, 47'900.0}) {
        CAPTURE(at);
        Pipe pipe(leaking(at));
        // At half of what the front has at 20 km.
        const double upstream = falls_at(pipe, 40'000.0, -0.1, 10min, 11min);
        Pipe again(leaking(at));
        const double downstream = falls_at(again, 60'000.0, -0.1, 10min, 11min);
        REQUIRE(upstream > 0.0);
        REQUIRE(downstream > 0.0);
        const double located = 50'000.0 + 1000.0 * (upstream - downstream) / 2.0;
        CHECK(std::abs(located - at) < 350.0);
        CHECK(std::abs(upstream - 600.0 - (at - 40'000.0) / 1000.0) < 1.01);
    }
}

TEST_CASE("what a pipe answers follows from place and time alone, whoever asks first") {
    Pipe forward(leaking());
    Pipe backward(leaking());
    const double last = backward.value(PipeQuantity::pressure, 60'000.0, 11min);
    const double earlier = backward.value(PipeQuantity::pressure, 40'000.0, 10min + 30s + 123ms);
    CHECK(forward.value(PipeQuantity::pressure, 40'000.0, 10min + 30s + 123ms) == earlier);
    CHECK(forward.value(PipeQuantity::pressure, 60'000.0, 11min) == last);
    CHECK(last < 0.0);
    // What is older than it remembers is answered with the oldest that it knows.
    backward.value(PipeQuantity::pressure, 40'000.0, 30min);
    CHECK(backward.value(PipeQuantity::pressure, 40'000.0, 10min + 1s) < 0.0);
}

TEST_CASE("the meters at both ends tell a leak, in cubic metres an hour") {
    Pipe pipe(leaking());
    const double in = pipe.value(PipeQuantity::flow, 0.0, 59min);
    const double out = pipe.value(PipeQuantity::flow, 100'000.0, 59min);
    CHECK(in > 0.0);
    CHECK(out < 0.0);
    CHECK(std::abs(in - out - 72.0) < 2.0);
}

TEST_CASE("a leak that is closed is over, and the line finds back") {
    Scenario scenario = leaking();
    scenario.faults[0].length = 10min;
    Pipe pipe(scenario);
    CHECK(pipe.value(PipeQuantity::pressure, 40'000.0, 20min) < -0.1);
    CHECK(std::abs(pipe.value(PipeQuantity::pressure, 40'000.0, 59min)) < 0.01);
}

TEST_CASE("a valve takes its time to close and, at the fault's end, to open") {
    Scenario scenario = line();
    PipeEvent valve;
    valve.kind = PipeEvent::Kind::valve;
    valve.at = 50'000.0;
    valve.ramp = 40s;
    scenario.faults = {fault(valve, 10min, 2min)};
    const std::vector<TimedPipeEvent> events = pipe_events(scenario);
    CHECK(events[0].progress(10min - 1ns) == 0.0);
    CHECK(events[0].progress(10min + 20s) == 0.5);
    CHECK(events[0].progress(11min) == 1.0);
    CHECK(events[0].progress(12min + 10s) == 0.75);
    CHECK(events[0].progress(12min + 40s) == 0.0);
    Pipe pipe(scenario);
    CHECK(pipe.value(PipeQuantity::pressure, 40'000.0, 11min) > 3.0);
    CHECK(pipe.value(PipeQuantity::pressure, 60'000.0, 11min) < -3.0);
}

TEST_CASE("a pig passes the detectors in their order, with the flow") {
    Scenario scenario = line();
    PipeEvent pig;
    pig.kind = PipeEvent::Kind::pig;
    pig.at = 10'000.0;
    scenario.faults = {fault(pig, 1min)};
    scenario.run = 20h;
    Pipe pipe(scenario);
    const double speed = 0.5 / scenario.pipeline->area();
    for (const double metres : {20'000.0, 40'000.0}) {
        const Duration due(static_cast<Duration::rep>((60.0 + (metres - 10'000.0) / speed) * 1e9));
        CHECK(pipe.value(PipeQuantity::pig, metres, due - 2s) == 0.0);
        CHECK(pipe.value(PipeQuantity::pig, metres, due + 2s) == 1.0);
        CHECK(pipe.value(PipeQuantity::pig, metres, due + 31s) == 0.0);
    }
    CHECK(pipe.value(PipeQuantity::pig, 0.0, 13h) == 0.0);
}
