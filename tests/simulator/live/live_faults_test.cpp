#include "simulator/live/live_faults.hpp"

#include <doctest/doctest.h>

#include "simulator/plan/unsupported_fault.hpp"
#include "tests/simulator/live/short_plan.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

std::string refusal_of(FaultPlan::Kind kind, const LivePlaces& places) {
    Scenario scenario = short_plan(0.0);
    scenario.faults.push_back(fault(kind, 1s, 1s));
    try {
        LiveFaults::check(scenario, places);
    } catch (const UnsupportedFault& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("a station that is down, connections that are lost and an absent actor: what was acknowledged comes later") {
    Scenario scenario = short_plan(0.0);
    keep_session(scenario);
    scenario.sensors[1].reconnect_pause = 50ms;
    FaultPlan down = fault(FaultPlan::Kind::station_down, 600ms, 300ms);
    down.sensors = {0};
    FaultPlan silent = fault(FaultPlan::Kind::disconnect, 700ms, 0s);
    silent.sensors = {1};
    FaultPlan absent = fault(FaultPlan::Kind::actor_absent, 800ms, 600ms);
    absent.actors = {0};
    scenario.faults = {down, silent, absent};
    expect_event(scenario, NamedEvent::session_resumed);
    const LiveOutcome outcome = run_live_plan(scenario);
    CHECK(outcome.counters.field.datagrams.lost > 0);
    CHECK(outcome.verdict.sensors.losses >= 1);
    CHECK(outcome.verdict.actors.at(0).connects == 2);
}

TEST_CASE("sensors whose address changes hear DISCONNECT at their new sockets, and connect again") {
    Scenario scenario = short_plan(0.0);
    for (SensorPlan& sensor : scenario.sensors) sensor.reconnect_pause = 50ms;
    FaultPlan port = fault(FaultPlan::Kind::new_address, 600ms, 0s);
    port.sensors = {0, 1};
    FaultPlan host = fault(FaultPlan::Kind::new_address, 900ms, 0s);
    host.sensors = {0};
    host.is_new_host = true;
    scenario.faults = {port, host};
    expect_event(scenario, NamedEvent::address_changed);
    const LiveOutcome outcome = run_live_plan(scenario);
    CHECK(outcome.verdict.sensors.losses == 3);
    CHECK(outcome.verdict.events[static_cast<std::size_t>(NamedEvent::address_followed)] == 0);
}

TEST_CASE("a new host is had in 127.0.0.0/8 only") {
    Scenario scenario = short_plan(0.0);
    scenario.faults = {fault(FaultPlan::Kind::new_address, 1s, 0s)};
    LivePlaces places;
    places.gateway = runtime::Url{runtime::Scheme::udp, "::1", 1884};
    LiveFaults::check(scenario, places);
    scenario.faults[0].is_new_host = true;
    CHECK_THROWS_AS(LiveFaults::check(scenario, places), UnsupportedFault);
    places.gateway->host = "127.0.0.1";
    LiveFaults::check(scenario, places);
}

TEST_CASE("an actor that stalls gets everything on the same connection once it reads again") {
    Scenario scenario = short_plan(0.0);
    FaultPlan stall = fault(FaultPlan::Kind::actor_stalled, 800ms, 600ms);
    stall.actors = {0};
    scenario.faults = {stall};
    CHECK(run_live_plan(scenario).verdict.actors.at(0).connects == 1);
}

TEST_CASE("RTUs whose station is down stall; those that lose their connection without a word come back") {
    Scenario scenario = short_plan_of_rtus(0.0);
    FaultPlan down = fault(FaultPlan::Kind::station_down, 600ms, 300ms);
    down.sensors = {0};
    FaultPlan silent = fault(FaultPlan::Kind::disconnect, 700ms, 0s);
    silent.sensors = {1};
    scenario.faults = {down, silent};
    const LiveOutcome outcome = run_live_plan(scenario);
    CHECK(outcome.counters.segments.lost > 0);
    CHECK(outcome.verdict.sensors.losses >= 1);
    CHECK(outcome.counters.streams_opened >= 7);
}

TEST_CASE("a broker that is killed comes back with the sessions that it had") {
    Scenario scenario = short_plan_of_rtus(0.0);
    keep_session(scenario);
    scenario.drain = 3s;
    FaultPlan crash = fault(FaultPlan::Kind::broker_restart, 800ms, 300ms);
    crash.lose_unsynced = true;
    scenario.faults = {crash};
    expect_event(scenario, NamedEvent::broker_restarted);
    const LiveOutcome outcome = run_live_plan(scenario);
    CHECK(outcome.verdict.actors.at(0).losses >= 1);
}

TEST_CASE("a gateway that restarts costs its sensors nothing") {
    Scenario scenario = short_plan(0.0);
    scenario.drain = 3s;
    FaultPlan restart = fault(FaultPlan::Kind::gateway_restart, 800ms, 300ms);
    restart.gateways = {0};
    scenario.faults = {restart};
    expect_event(scenario, NamedEvent::gateway_restarted);
    CHECK(run_live_plan(scenario).verdict.sensors.losses == 0);
}

TEST_CASE("a broker without its state comes back, and nothing older is held against it") {
    Scenario scenario = short_plan_of_rtus(0.0);
    keep_session(scenario);
    scenario.drain = 3s;
    FaultPlan loss = fault(FaultPlan::Kind::broker_restart, 800ms, 300ms);
    loss.lose_state = true;
    scenario.faults = {loss};
    expect_event(scenario, NamedEvent::broker_restarted);
    run_live_plan(scenario);
}

TEST_CASE("a partition: nothing reaches the actor meanwhile, and what was acknowledged comes afterwards") {
    Scenario scenario = short_plan(0.0);
    scenario.drain = 3s;
    FaultPlan parted = fault(FaultPlan::Kind::partition, 800ms, 500ms);
    parted.gateways = {0};
    scenario.faults = {parted};
    const LiveOutcome outcome = run_live_plan(scenario);
    CHECK(outcome.verdict.sensors.acknowledged > 0);
}

TEST_CASE("what would happen to programs of others is refused by the fault's name; what would not is played") {
    LivePlaces foreign_broker = own_programs();
    foreign_broker.broker = runtime::Url{runtime::Scheme::mqtt, "127.0.0.1", 1883};
    LivePlaces foreign = foreign_broker;
    foreign.gateway = runtime::Url{runtime::Scheme::udp, "127.0.0.1", 10000};
    using Kind = FaultPlan::Kind;
    CHECK(refusal_of(Kind::broker_restart, foreign_broker) ==
          "day.json: fault \"F1\": the broker at --broker is not ours to restart; without --broker, one is started");
    CHECK(refusal_of(Kind::gateway_restart, foreign) ==
          "day.json: fault \"F1\": the gateway at --gateway is not ours to restart; without --gateway, one is started");
    CHECK(refusal_of(Kind::partition, foreign) ==
          "day.json: fault \"F1\": the gateway at --gateway is not ours to part from its broker; without --gateway, "
          "one is started");
    CHECK(refusal_of(Kind::gateway_restart, foreign_broker) == "");
    CHECK(refusal_of(Kind::partition, foreign_broker) == "");
    CHECK(refusal_of(Kind::broker_restart, own_programs()) == "");
    CHECK(refusal_of(Kind::station_down, foreign) == "");
}

TEST_CASE("where a broker is not ours to restart, all connections to it are cut for as long, if that was asked for") {
    LivePlaces places;
    places.broker = runtime::Url{runtime::Scheme::mqtt, "127.0.0.1", 1};
    CHECK(refusal_of(FaultPlan::Kind::broker_restart, places) ==
          "day.json: fault \"F1\": the broker at --broker is not ours to restart; without --broker, one is started");
    places.cuts_for_restarts = true;
    CHECK(refusal_of(FaultPlan::Kind::broker_restart, places).empty());
    Scenario forgetful = short_plan(0.0);
    FaultPlan lost = fault(FaultPlan::Kind::broker_restart, 1s, 1s);
    lost.lose_state = true;
    forgetful.faults = {lost};
    CHECK_THROWS_AS(LiveFaults::check(forgetful, places), UnsupportedFault);
}
