#include "simulator/live/live.hpp"

#include <doctest/doctest.h>

#include "runtime/transport/start_error.hpp"
#include "simulator/plan/unsupported_fault.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

/// Five sensors that sample five times a second for two seconds: the shortest run that shows something.
Scenario short_plan(double loss) {
    Scenario scenario;
    scenario.seed = 7;
    scenario.clock = ClockMode::real_time;
    scenario.run = 2s;
    scenario.drain = 1s;
    scenario.links.push_back({.id = "fibre", .delay = 1ms, .jitter = 0ms, .loss = 0.0});
    scenario.links.push_back({.id = "radio", .delay = 5ms, .jitter = 5ms, .loss = loss});
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
    scada.subscriptions.push_back({"nl/#", 1});
    scenario.actors.push_back(scada);
    return scenario;
}

FaultPlan fault(FaultPlan::Kind kind, Duration at, Duration length) {
    FaultPlan plan;
    plan.id = "F1";
    plan.kind = kind;
    plan.at = at;
    plan.length = length;
    return plan;
}

LivePlaces own_programs() { return {std::nullopt, std::nullopt, TRUNKLINE_PROGRAMS_DIR}; }

}  // namespace

TEST_CASE(
    "readings go over real sockets, through our programs, to the observer; a lossy link loses none that was "
    "acknowledged") {
    const Scenario scenario = short_plan(0.2);
    Oracle oracle(scenario);
    Live live(scenario, oracle, own_programs());
    while (live.run_until(live.now() + 500ms)) {}
    CHECK(!live.failure());
    CHECK(live.now() >= Instant{} + scenario.length());
    const LiveCounters counters = live.counters();
    live.stop();
    const Verdict verdict = oracle.finish(live.now());
    CHECK(verdict.violation_count == 0);
    for (const Violation& violation : verdict.violations) MESSAGE(violation.text);
    CHECK(verdict.sensors.offered == 50);
    CHECK(verdict.sensors.acknowledged > 40);
    CHECK(verdict.actors.at(0).deliveries >= verdict.sensors.acknowledged);
    CHECK(counters.field.datagrams_lost > 0);
    CHECK(counters.field.datagrams_refused == 0);
    CHECK(counters.field.strangers == 0);
}

TEST_CASE("a gateway by URL without a broker by URL is refused with the reason") {
    const Scenario scenario = short_plan(0.0);
    LivePlaces places = own_programs();
    places.gateway = runtime::Url{runtime::Scheme::udp, "127.0.0.1", 10000};
    CHECK_THROWS_AS(Programs(scenario, places), runtime::StartError);
}

TEST_CASE("a station that is down, connections that are lost and an absent actor: what was acknowledged comes later") {
    Scenario scenario = short_plan(0.0);
    scenario.actors[0].clean_session = false;
    scenario.actors[0].session_expiry = 1h;
    scenario.sensors[1].reconnect_pause = 50ms;
    FaultPlan down = fault(FaultPlan::Kind::station_down, 600ms, 300ms);
    down.sensors = {0};
    FaultPlan silent = fault(FaultPlan::Kind::disconnect, 700ms, 0s);
    silent.sensors = {1};
    FaultPlan absent = fault(FaultPlan::Kind::actor_absent, 800ms, 600ms);
    absent.actors = {0};
    scenario.faults = {down, silent, absent};
    Oracle oracle(scenario);
    Live live(scenario, oracle, own_programs());
    while (live.run_until(live.now() + 500ms)) {}
    const LiveCounters counters = live.counters();
    live.stop();
    const Verdict verdict = oracle.finish(live.now());
    CHECK(verdict.violation_count == 0);
    for (const Violation& violation : verdict.violations) MESSAGE(violation.text);
    CHECK(counters.field.datagrams_lost > 0);
    CHECK(verdict.sensors.losses >= 1);
    CHECK(verdict.actors.at(0).connects == 2);
    CHECK(verdict.actors.at(0).deliveries >= verdict.sensors.acknowledged);
}

TEST_CASE("what happens to programs is refused by the fault's name, before any is started") {
    Scenario scenario = short_plan(0.0);
    scenario.file = "day.json";
    scenario.faults.push_back(fault(FaultPlan::Kind::broker_restart, 1s, 1s));
    Oracle oracle(scenario);
    std::string refusal;
    try {
        Live live(scenario, oracle, {std::nullopt, std::nullopt, "/nowhere"});
    } catch (const UnsupportedFault& error) {
        refusal = error.what();
    }
    CHECK(
        refusal ==
        "day.json: fault \"F1\": the restart of the broker is not available with the real clock; use --clock virtual");
}
