#pragma once
// The shortest live runs that show something, and their end.

#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "simulator/live/live.hpp"

namespace trunkline::sim {

/// Five sensors that sample five times a second for two seconds, one gateway, and an actor that hears all of it.
inline Scenario short_plan(double loss) {
    using namespace std::chrono_literals;
    Scenario scenario;
    scenario.file = "day.json";
    scenario.seed = 7;
    scenario.clock = ClockMode::real_time;
    scenario.run = 2s;
    scenario.drain = 1s;
    LinkProfile fibre;
    fibre.id = "fibre";
    fibre.delay = 1ms;
    LinkProfile radio;
    radio.id = "radio";
    radio.delay = 5ms;
    radio.jitter = 5ms;
    radio.loss = loss;
    scenario.links = {fibre, radio};
    scenario.signals.push_back({.id = "p", .mean = 62.0, .sigma = 0.4, .tau = 90s, .unit = "bar"});
    scenario.gateways.push_back({.id = "gw", .broker_link = 0});
    for (int number = 1; number <= 5; ++number) {
        SensorPlan plan;
        plan.id = "PT@PS-1-" + std::to_string(number);
        plan.group = "PT";
        plan.field_link = 1;
        plan.topic = "nl/PS-1/pt/" + std::to_string(number);
        plan.sample = 200ms;
        plan.retry = {.interval = 50ms, .limit = 10};
        plan.store_messages = 100;
        scenario.sensors.push_back(plan);
    }
    ActorPlan scada;
    scada.id = "scada";
    scada.link = 0;
    scada.subscriptions.push_back({"nl/#", 2});
    scenario.actors.push_back(scada);
    return scenario;
}

/// The same sensors as RTUs, with sessions that outlive connections.
inline Scenario short_plan_of_rtus(double loss) {
    using namespace std::chrono_literals;
    Scenario scenario = short_plan(loss);
    for (SensorPlan& plan : scenario.sensors) {
        plan.protocol = DeviceProtocol::mqtt5;
        plan.clean_session = false;
        plan.session_expiry = 1h;
        plan.qos = 2;
        plan.backoff = BackoffPlan{50ms, 100ms};
    }
    return scenario;
}

/// The actor's session outlives its connections.
inline void keep_session(Scenario& scenario) {
    scenario.actors[0].clean_session = false;
    scenario.actors[0].session_expiry = std::chrono::hours(1);
}

inline FaultPlan fault(FaultPlan::Kind kind, Duration at, Duration length) {
    FaultPlan plan;
    plan.id = "F1";
    plan.kind = kind;
    plan.at = at;
    plan.length = length;
    return plan;
}

/// It has to have happened once the run is over.
inline void expect_event(Scenario& scenario, NamedEvent event) {
    ExpectationPlan plan;
    plan.id = std::string(name_of(event));
    plan.kind = ExpectationPlan::Kind::sometimes;
    plan.events = {event};
    scenario.expectations.push_back(plan);
}

inline LivePlaces own_programs() { return {std::nullopt, std::nullopt, TRUNKLINE_PROGRAMS_DIR}; }

struct LiveOutcome {
    Verdict verdict;
    LiveCounters counters;
};

/// Runs it to its end with programs of our own. No promise may break, and its expectations have to hold.
inline LiveOutcome run_live_plan(const Scenario& scenario) {
    Oracle oracle(scenario);
    Live live(scenario, oracle, own_programs());
    while (live.run_until(live.now() + std::chrono::milliseconds(500))) {}
    CHECK(live.failure().value_or("") == "");
    LiveOutcome outcome{oracle.finish(live.now()), live.counters()};
    live.stop();
    CHECK(outcome.verdict.violation_count == 0);
    for (const Violation& violation : outcome.verdict.violations) MESSAGE(violation.text);
    for (const ExpectationResult& each : outcome.verdict.expectations) CHECK_MESSAGE(each.holds(), each.id);
    return outcome;
}

}  // namespace trunkline::sim
