#include <doctest/doctest.h>

#include "simulator/world/broker_host.hpp"
#include "tests/simulator/world/planned_run.hpp"
#include "tests/simulator/world/plans.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

FaultPlan broker_down(Duration at, Duration length) {
    return planned_fault(FaultPlan::Kind::broker_restart, at, length);
}

/// Sensors on a lossy link, and an actor that is away when the broker goes.
Scenario busy_plan(BrokerPlan::State state) {
    Scenario scenario = small_plan(6, 0.05);
    scenario.broker.state = state;
    ActorPlan archive = scenario.actors[0];
    archive.id = "archive";
    scenario.actors.push_back(archive);
    FaultPlan absent = planned_fault(FaultPlan::Kind::actor_absent, 3min, 2min);
    absent.actors = {1};
    scenario.faults.push_back(absent);
    return scenario;
}

}  // namespace

TEST_CASE("an orderly restart of the broker: sessions are there again, and nothing acknowledged is lost") {
    for (const auto state : {BrokerPlan::State::ledger, BrokerPlan::State::virtual_disk}) {
        CAPTURE(static_cast<int>(state));
        Scenario scenario = busy_plan(state);
        scenario.faults.push_back(broker_down(4min, 8s));
        PlannedRun run(std::move(scenario));
        run.world.run_until(Instant{} + 4min + 4s);
        CHECK(!run.world.is_broker_up());
        run.world.run_until(Instant{} + 4min + 8s);
        CHECK(run.world.is_broker_up());
        CHECK(run.world.broker().queue_length("archive") > 0);
        const Verdict verdict = run.to_the_end();
        CHECK(run.world.counters().broker_restarts == 1);
        CHECK(verdict.sensors.acknowledged > 340);
    }
}

TEST_CASE("power fails while the broker stores: what was acknowledged is there, whatever of the batch is") {
    for (const auto state : {BrokerPlan::State::ledger, BrokerPlan::State::virtual_disk}) {
        CAPTURE(static_cast<int>(state));
        for (std::uint64_t seed = 1; seed <= 6; ++seed) {
            CAPTURE(seed);
            Scenario scenario = busy_plan(state);
            scenario.seed = seed;
            for (const Duration at : {2min + 0us, 4min + 300us, 6min + 700us}) {
                scenario.faults.push_back(broker_down(at, 5s));
                scenario.faults.back().lose_unsynced = true;
            }
            PlannedRun run(std::move(scenario));
            run.to_the_end();
            CHECK(run.world.counters().broker_restarts == 3);
        }
    }
}

TEST_CASE("a broker that comes back with an empty disk knows no session") {
    for (const auto state : {BrokerPlan::State::ledger, BrokerPlan::State::virtual_disk}) {
        Scenario scenario = busy_plan(state);
        scenario.faults.push_back(broker_down(4min, 8s));
        scenario.faults.back().lose_state = true;
        PlannedRun run(std::move(scenario));
        run.world.run_until(Instant{} + 4min + 8s);
        CHECK(run.world.broker().session_count() == 0);
        const Verdict verdict = run.to_the_end();
        CHECK(verdict.actors.at(0).connects == 2);
    }
}

TEST_CASE("absences of the broker that overlap all have to end") {
    Scenario scenario = small_plan(2, 0.0);
    scenario.faults = {broker_down(2min, 10s), broker_down(2min + 5s, 10s)};
    PlannedRun run(std::move(scenario));
    run.world.run_until(Instant{} + 2min + 14s);
    CHECK(!run.world.is_broker_up());
    run.world.run_until(Instant{} + 2min + 15s);
    CHECK(run.world.is_broker_up());
    run.to_the_end();
    CHECK(run.world.counters().broker_restarts == 1);
}

TEST_CASE("a broker that is away refuses connections, and gateways try again") {
    Scenario scenario = small_plan(2, 0.0);
    scenario.faults = {broker_down(2min, 30s)};
    PlannedRun run(std::move(scenario));
    run.world.run_until(Instant{} + 2min + 30s);
    CHECK(run.world.counters().streams_opened > 2 + 1 + 2);
    run.to_the_end();
    CHECK(run.world.sensor(0).is_connected());
    CHECK(run.world.broker().client_count() == 3);
}

TEST_CASE("crashes are the same again with the same seed, on a virtual disk too") {
    std::uint64_t hashes[2] = {};
    for (std::uint64_t& hash : hashes) {
        Scenario scenario = busy_plan(BrokerPlan::State::virtual_disk);
        scenario.faults.push_back(broker_down(4min + 300us, 5s));
        scenario.faults.back().lose_unsynced = true;
        PlannedRun run(std::move(scenario));
        run.to_the_end();
        hash = run.world.trace().hash();
    }
    CHECK(hashes[0] == hashes[1]);
}
