#include "simulator/live/live.hpp"

#include <doctest/doctest.h>

#include "runtime/transport/start_error.hpp"

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
