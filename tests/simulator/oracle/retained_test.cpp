#include "simulator/oracle/retained.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/oracle/staged_run.hpp"

using namespace trunkline;
using namespace trunkline::sim;

namespace {

Scenario retaining() {
    Scenario scenario = staged_scenario();
    scenario.sensors[second_sensor].retain = true;
    return scenario;
}

/// Two readings of the second sensor reach everybody; then the panel comes back, and has to subscribe again.
struct RetainedRun : StagedRun {
    explicit RetainedRun(Scenario plan = retaining()) : StagedRun(std::move(plan)) {
        for (const std::uint64_t sequence : {1u, 2u}) {
            const Duration when = 10s * sequence;
            offer_and_send({second_sensor, sequence}, when);
            for (const std::size_t actor : {scada, panel})
                oracle.delivered(actor, {second_sensor, sequence}, {}, at(when + 1s));
            acknowledge({second_sensor, sequence}, when + 2s);
        }
        oracle.actor_lost(panel, at(1min));
    }
    void come_back(Duration when) {
        oracle.actor_connected(panel, false, at(when));
        oracle.actor_subscribed(panel, at(when + 1s));
    }
    void see(std::uint64_t sequence, Duration when) {
        oracle.delivered(panel, {second_sensor, sequence}, {.retain = true}, at(when));
    }
};

}  // namespace

TEST_CASE("[MQTT-3.3.1-5] planted: a stale retained value") {
    RetainedRun run;
    run.come_back(2min);
    run.see(1, 2min + 1s);
    const Verdict verdict = run.finish();
    CHECK(!verdict.passed());
    REQUIRE(verdict.violations.size() == 1);
    CHECK(verdict.violations[0].promise == Violation::Promise::retained);
    CHECK(verdict.violations[0].text ==
          "reading 1 of PT@PS-1-2 (line/PT@PS-1-2) reached panel as the retained message at 00:02:01.000, but number 2 "
          "was acknowledged "
          "at 00:00:22.000 [MQTT-3.3.1-5] (seed 7)");
}

TEST_CASE("[MQTT-3.3.1-9] planted: no retained value at all") {
    RetainedRun run;
    run.come_back(2min);
    SUBCASE("until the end") {}
    SUBCASE("until it leaves again") { run.oracle.actor_lost(panel, Instant(3min)); }
    const Verdict verdict = run.finish();
    REQUIRE(verdict.violations.size() == 1);
    CHECK(verdict.violations[0].promise == Violation::Promise::retained);
    CHECK(verdict.violations[0].sensor == second_sensor);
}

TEST_CASE("the last accepted value, or a newer one, keeps the promise") {
    for (const bool newer : {false, true}) {
        RetainedRun run;
        run.offer_and_send({second_sensor, 3}, 90s);  // not acknowledged yet
        run.come_back(2min);
        run.see(newer ? 3 : 2, 2min + 1s);
        run.give_up({second_sensor, 3}, 3min);
        const Verdict verdict = run.finish();
        CHECK(verdict.passed());
        CHECK(verdict.actors[panel].retained == 1);
        CHECK(verdict.actors[panel].deliveries == 2);
    }
}

TEST_CASE("a value that was replaced while the actor subscribed may still be the older one") {
    RetainedRun run;
    run.come_back(2min);
    run.offer_and_send({second_sensor, 3}, 2min);
    run.acknowledge({second_sensor, 3}, 2min + 500ms);
    run.see(2, 2min + 600ms);
    run.oracle.delivered(scada, {second_sensor, 3}, {}, Instant(2min + 1s));
    run.oracle.delivered(panel, {second_sensor, 3}, {}, Instant(2min + 1s));
    CHECK(run.finish().passed());
}

TEST_CASE("a connection that ends within the grace is not asked for retained messages") {
    RetainedRun run;
    run.come_back(2min);
    run.oracle.actor_lost(panel, Instant(2min + 1s + 30s - 1ns));
    CHECK(run.finish().passed());
}

TEST_CASE("an actor that finds its session gets no retained messages, and needs none") {
    RetainedRun run;
    run.see(2, 59s);
    run.oracle.actor_lost(scada, Instant(1min));
    run.oracle.actor_connected(scada, true, Instant(2min));
    run.oracle.actor_subscribed(scada, Instant(2min));
    CHECK(run.finish().passed());
}

TEST_CASE("a will that is retained on the same topic takes the value's place") {
    Scenario scenario = retaining();
    scenario.sensors[second_sensor].will = WillPlan{scenario.sensors[second_sensor].topic, "offline", 1, true, {}};
    RetainedRun run(std::move(scenario));
    run.come_back(2min);
    CHECK(run.finish().passed());
}
