// Actors that share a subscription: one of them is owed each reading, and any one will do.

#include <doctest/doctest.h>

#include "tests/simulator/oracle/staged_run.hpp"

using namespace trunkline;
using namespace trunkline::sim;

namespace {

constexpr std::size_t first_member = 1;
constexpr std::size_t second_member = 2;

/// scada, and two historians that share what comes.
Scenario shared() {
    Scenario scenario = staged_scenario();
    scenario.actors.pop_back();
    for (const char* id : {"historian-1", "historian-2"}) {
        ActorPlan historian;
        historian.id = id;
        historian.clean_session = false;
        historian.session_expiry = 1h;
        historian.subscriptions = {{.filter = "line/#", .qos = 1, .share_name = "h"}};
        historian.team = first_member;
        historian.team_name = "historian";
        scenario.actors.push_back(historian);
    }
    return scenario;
}

}  // namespace

TEST_CASE("a reading that one of a team gets is delivered, whoever it is") {
    StagedRun run(shared());
    for (std::uint64_t sequence = 1; sequence <= 4; ++sequence) {
        const ReadingKey key{first_sensor, sequence};
        run.succeed(key, 10s * sequence);
        run.oracle.delivered(sequence % 2 == 0 ? first_member : second_member, key, {}, Instant(10s * sequence + 3s));
    }
    const Verdict verdict = run.finish();
    CHECK(verdict.violation_count == 0);
    REQUIRE(verdict.ledgers.size() == 2);
    CHECK(verdict.ledgers[1].actor == first_member);
    CHECK(verdict.ledgers[1].ledger.offered == 4);
    CHECK(verdict.ledgers[1].ledger.delivered == 4);
    CHECK(verdict.actors[first_member].deliveries == 2);
    CHECK(verdict.actors[second_member].deliveries == 2);
}

TEST_CASE("a reading that none of a team gets is lost, as it is to any actor") {
    StagedRun run(shared());
    run.succeed({first_sensor, 1}, 10s);
    const Verdict verdict = run.finish();
    REQUIRE(verdict.violation_count == 1);
    CHECK(verdict.violations[0].promise == Violation::Promise::qos_1);
    CHECK(verdict.violations[0].actor == first_member);
}

TEST_CASE("between the members of a team there is no order") {
    StagedRun run(shared());
    run.succeed({first_sensor, 1}, 10s);
    run.succeed({first_sensor, 2}, 20s);
    run.oracle.delivered(second_member, {first_sensor, 2}, {}, Instant(25s));
    run.oracle.delivered(first_member, {first_sensor, 1}, {}, Instant(26s));
    CHECK(run.finish().violation_count == 0);
}

TEST_CASE("a team is owed what comes while one of it has a session, and what a session took along is excused") {
    StagedRun run(shared());
    run.oracle.actor_lost(first_member, Instant(5s));  // its session stays
    run.succeed({first_sensor, 1}, 10s);
    // The broker may have chosen the one that is away.
    CHECK(run.finish().violation_count == 0);
    CHECK(StagedRun::ledger(run.finish(), first_member).of(LossCause::run_ended) == 1);
    // It comes back two hours later and finds none: with it went what it had.
    run.oracle.actor_attempts(first_member, Instant(2h));
    run.oracle.actor_connected(first_member, false, Instant(2h));
    run.oracle.actor_subscribed(first_member, Instant(2h));
    const Verdict verdict = run.finish(3h);
    CHECK(verdict.violation_count == 0);
    CHECK(StagedRun::ledger(verdict, first_member).of(LossCause::subscriber_absent) == 1);
}

TEST_CASE("a will that one of a team gets is told, and is nobody's promise") {
    Scenario scenario = shared();
    scenario.sensors[first_sensor].will = WillPlan{"line/state", "offline", 1, false, {}};
    scenario.actors[scada].subscriptions = {{"line/PT@PS-1-1", 1}};
    StagedRun run(scenario);
    run.oracle.supervised(first_sensor, Instant(1s));
    run.oracle.other_message(second_member, "line/state", "offline", {}, Instant(20s));
    const Verdict verdict = run.finish(1min);
    CHECK(verdict.actors[second_member].wills == 1);
    CHECK(verdict.violation_count == 0);
}
