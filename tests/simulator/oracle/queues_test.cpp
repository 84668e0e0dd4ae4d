#include "simulator/oracle/queues.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/oracle/staged_run.hpp"

using namespace trunkline;
using namespace trunkline::sim;

namespace {

/// scada is away while the first sensor's readings 1 to 4 are acknowledged.
struct QueueRun : StagedRun {
    QueueRun() {
        oracle.actor_lost(scada, at(5s));
        for (std::uint64_t sequence = 1; sequence <= 4; ++sequence) {
            offer_and_send({first_sensor, sequence}, 10s * sequence);
            acknowledge({first_sensor, sequence}, 10s * sequence + 1s);
        }
    }
    void come_back(std::initializer_list<std::uint64_t> arrived) {
        oracle.actor_connected(scada, true, at(2min));
        for (const std::uint64_t sequence : arrived)
            oracle.delivered(scada, {first_sensor, sequence}, {}, at(2min + 1s));
    }
};

}  // namespace

TEST_CASE("what came while an actor was away waits for it, and is counted at its worst") {
    QueueRun run;
    run.come_back({1, 2, 3, 4});
    run.succeed({first_sensor, 5}, 3min);
    const Verdict verdict = run.finish();
    CHECK(verdict.passed());
    CHECK(verdict.actors[scada].waiting_most == 4);
}

TEST_CASE("planted: one that waited does not come, and nobody says why") {
    QueueRun run;
    run.come_back({1, 2, 4});
    const Verdict verdict = run.finish();
    REQUIRE(verdict.violations.size() == 1);
    CHECK(verdict.violations[0].promise == Violation::Promise::qos_1);
    CHECK(verdict.violations[0].sequence == 3);
}

TEST_CASE("planted: what waited comes in another order") {
    QueueRun run;
    run.come_back({2, 1, 3, 4});
    const Verdict verdict = run.finish();
    REQUIRE(verdict.violations.size() == 1);
    CHECK(verdict.violations[0].promise == Violation::Promise::order);
}

TEST_CASE("what the broker says it dropped has its cause, and no more than that") {
    for (const bool one_more : {false, true}) {
        QueueRun run;
        run.oracle.dropped_by_broker(scada, "line/PT@PS-1-1", LossCause::queue_full, Instant(45s));
        if (one_more) run.come_back({3, 4});
        else run.come_back({2, 3, 4});
        const Verdict verdict = run.finish();
        const Ledger ledger = StagedRun::ledger(verdict, scada);
        CHECK(ledger.of(LossCause::queue_full) == 1);
        CHECK(ledger.of(LossCause::unexplained) == (one_more ? 1 : 0));
        CHECK(ledger.balances());
        CHECK(verdict.passed() == !one_more);
    }
}

TEST_CASE("planted: a drop explains no reading that was sent after it") {
    for (const bool before : {false, true}) {
        QueueRun run;
        run.oracle.dropped_by_broker(scada, "line/PT@PS-1-1", LossCause::queue_full,
                                     Instant(40s - (before ? 1ns : 0ns)));
        run.come_back({1, 2, 3});
        CHECK(run.finish().violation_count == (before ? 1 : 0));
    }
}

TEST_CASE("a drop may be told before the sensor has its acknowledgement") {
    StagedRun run;
    run.oracle.actor_lost(scada, Instant(5s));
    run.offer_and_send({first_sensor, 1}, 10s);
    run.oracle.dropped_by_broker(scada, "line/PT@PS-1-1", LossCause::queue_full, Instant(11s));
    run.acknowledge({first_sensor, 1}, 12s);
    const Verdict verdict = run.finish();
    CHECK(verdict.passed());
    CHECK(verdict.actors[scada].waiting_most == 0);
}

TEST_CASE("a session that ends empties its queue") {
    StagedRun run;
    run.offer_and_send({second_sensor, 1}, 10s);
    run.acknowledge({second_sensor, 1}, 11s);
    run.oracle.delivered(scada, {second_sensor, 1}, {}, Instant(12s));
    run.oracle.actor_lost(panel, Instant(13s));
    run.oracle.actor_connected(panel, false, Instant(20s));
    run.oracle.actor_subscribed(panel, Instant(20s));
    run.offer_and_send({second_sensor, 2}, 30s);
    run.acknowledge({second_sensor, 2}, 31s);
    run.oracle.delivered(scada, {second_sensor, 2}, {}, Instant(32s));
    run.oracle.delivered(panel, {second_sensor, 2}, {}, Instant(32s));
    const Verdict verdict = run.finish();
    CHECK(verdict.passed());
    CHECK(verdict.actors[panel].waiting_most == 1);
}
