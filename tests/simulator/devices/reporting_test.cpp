#include "simulator/devices/reporting.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "simulator/devices/measurements.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

constexpr ReportingPlan habit{.deadband = 50, .at_least = 2s, .at_most = 60s};

Instant at(Duration since) { return Instant(since); }

}  // namespace

TEST_CASE("report by exception: the first value is told, then what differs by the deadband or more, either way") {
    Reporting reporting;
    CHECK(reporting.is_told(habit, 1000, at(0s)));
    CHECK(!reporting.is_told(habit, 1049, at(10s)));
    CHECK(reporting.is_told(habit, 1050, at(11s)));
    CHECK(!reporting.is_told(habit, 1001, at(20s)));
    CHECK(reporting.is_told(habit, 1000, at(21s)));
}

TEST_CASE(
    "report by exception: slow changes add up, because the last value told counts and not the last one measured") {
    Reporting reporting;
    CHECK(reporting.is_told(habit, 0, at(0s)));
    CHECK(!reporting.is_told(habit, 25, at(5s)));
    CHECK(!reporting.is_told(habit, 49, at(10s)));
    CHECK(reporting.is_told(habit, 74, at(15s)));
}

TEST_CASE("report by exception: nothing is told sooner than the least time after the last one") {
    Reporting reporting;
    CHECK(reporting.is_told(habit, 0, at(0s)));
    CHECK(!reporting.is_told(habit, 500, at(2s - 1ns)));
    CHECK(reporting.is_told(habit, 500, at(2s)));
}

TEST_CASE("report by exception: at the heartbeat the value is told, changed or not; without one it never is") {
    Reporting reporting;
    CHECK(reporting.is_told(habit, 0, at(0s)));
    CHECK(!reporting.is_told(habit, 0, at(60s - 1ns)));
    CHECK(reporting.is_told(habit, 0, at(60s)));
    Reporting silent;
    constexpr ReportingPlan without{.deadband = 50, .at_least = 0s, .at_most = 0s};
    CHECK(silent.is_told(without, 0, at(0s)));
    CHECK(!silent.is_told(without, 49, at(1000h)));
    Reporting pulse;
    constexpr ReportingPlan only_time{.deadband = std::numeric_limits<std::int64_t>::max(), .at_most = 60s};
    CHECK(pulse.is_told(only_time, 0, at(0s)));
    CHECK(!pulse.is_told(only_time, 1'000'000'000, at(59s)));
}

TEST_CASE("a device numbers what it tells, and measures in between without a word") {
    Scenario scenario;
    scenario.run = 10min;
    SignalPlan still;
    still.mean = 62.0;
    still.tau = 1min;
    scenario.signals = {still};
    SensorPlan sensor;
    sensor.id = "PT";
    sensor.sample = 1s;
    sensor.report = habit;
    scenario.sensors = {sensor};
    Measurements measurements(scenario, scenario.sensors[0], Instant{});
    std::uint64_t told = 0;
    while (const auto deadline = measurements.next_deadline()) {
        while (const auto offered = measurements.sample(*deadline)) {
            CHECK(offered->sequence == ++told);
            CHECK(offered->intended == *deadline);
        }
    }
    CHECK(told == 10);  // one, and nine heartbeats after it
}

TEST_CASE("a device that couples with the pipe measures what it does there") {
    Scenario scenario;
    scenario.run = 10min;
    PipePlan pipe_plan;
    pipe_plan.length = 100'000.0;
    pipe_plan.wave_speed = 1000.0;
    pipe_plan.flow = 0.5;
    scenario.pipeline = pipe_plan;
    SignalPlan still;
    still.mean = 62.0;
    still.tau = 1min;
    still.couples = PipeQuantity::pressure;
    scenario.signals = {still};
    SensorPlan sensor;
    sensor.id = "PT";
    sensor.sample = 1s;
    sensor.metres = 40'000.0;
    scenario.sensors = {sensor};
    FaultPlan leak;
    leak.kind = FaultPlan::Kind::pipe;
    leak.at = 1min;
    leak.length = 9min;
    leak.pipe = PipeEvent{.kind = PipeEvent::Kind::leak, .at = 50'000.0, .size = 0.05};
    scenario.faults = {leak};
    Pipe pipe(scenario);
    Measurements measurements(scenario, scenario.sensors[0], Instant{}, &pipe);
    while (measurements.sample(Instant(2min))) {}
    for (const Duration since : {Duration(69s), Duration(73s)}) {  // the front is ten seconds under way
        std::int64_t value = 0;
        while (measurements.are_waiting()) {
            const Measurement measurement = measurements.take_oldest();
            if (measurement.milliseconds * 1ms > since) break;
            value = measurement.thousandths;
        }
        CHECK((value == 62'000) == (since < 70s));
    }
}

TEST_CASE("an actuator with states is called by its position") {
    SignalPlan plan;
    CHECK(state_of(100'000, plan).empty());
    plan.states = {"open", "moving", "closed", "fault"};
    CHECK(state_of(100'000, plan) == "open");
    CHECK(state_of(99'999, plan) == "moving");
    CHECK(state_of(1, plan) == "moving");
    CHECK(state_of(0, plan) == "closed");
}
