#include "simulator/oracle/liveness.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/oracle/staged_run.hpp"

using namespace trunkline;
using namespace trunkline::sim;

namespace {

Scenario chaotic() {
    Scenario scenario = staged_scenario();
    scenario.chaos = ChaosPlan{30s, {}, {}};
    scenario.sensors[first_sensor].retain = true;
    return scenario;
}

/// Both sensors are connected, and each has had a reading acknowledged and delivered.
struct SettledRun : StagedRun {
    SettledRun() : StagedRun(chaotic()) {
        oracle.sensor_connected(first_sensor, at(1s));
        oracle.sensor_connected(second_sensor, at(1s));
        succeed({first_sensor, 1}, 10s);
        offer_and_send({second_sensor, 1}, 10s);
        for (const std::size_t actor : {scada, panel}) oracle.delivered(actor, {second_sensor, 1}, {}, at(11s));
        acknowledge({second_sensor, 1}, 12s);
    }
    /// The one sentence about who is stuck; empty: nobody.
    std::string stuck() {
        oracle.settled(at(10min + 30s));
        const Verdict verdict = finish();
        if (verdict.violations.empty()) return {};
        CHECK(!verdict.passed());
        CHECK(verdict.violations.size() == 1);
        CHECK(verdict.violations[0].promise == Violation::Promise::liveness);
        return verdict.violations[0].text;
    }
};

}  // namespace

TEST_CASE("whoever has converged when the time to settle is over is not stuck") {
    SettledRun run;
    run.oracle.retained_kept(first_sensor, run.at(10s), run.at(10min + 30s));
    CHECK(run.stuck().empty());
}

TEST_CASE("planted: a device that does not come back") {
    SettledRun run;
    run.oracle.sensor_lost(second_sensor, run.at(5min));
    CHECK(run.stuck() == "PT@PS-1-2 has no connection at 00:10:30.000, 30s after everything was healed (seed 7)");
}

TEST_CASE("a device that lost its connection just now has time to come back") {
    SettledRun run;
    run.oracle.sensor_lost(second_sensor, run.at(10min + 15s));
    CHECK(run.stuck().empty());
}

TEST_CASE("planted: a reading that waits in its device, and one that stays under way") {
    SettledRun waiting;
    waiting.oracle.offered({first_sensor, 2}, waiting.at(9min));
    CHECK(waiting.stuck() ==
          "reading 2 of PT@PS-1-1 (line/PT@PS-1-1) still waits in its device at 00:10:30.000, 30s after everything was "
          "healed: offered at 00:09:00.000 (seed 7)");
    SettledRun under_way;
    under_way.offer_and_send({first_sensor, 2}, 9min);
    CHECK(under_way.stuck().find("is still under way at 00:10:30.000") != std::string::npos);
}

TEST_CASE("planted: an actor that does not come back, and what waits for it") {
    SettledRun run;
    run.oracle.actor_lost(scada, run.at(9min));
    run.offer_and_send({first_sensor, 2}, 9min + 10s);
    run.acknowledge({first_sensor, 2}, 9min + 12s);
    run.oracle.settled(run.at(10min + 30s));
    const Verdict verdict = run.finish();
    REQUIRE(verdict.violations.size() == 2);
    CHECK(verdict.violations[1].text.starts_with("scada has no connection at 00:10:30.000"));
    CHECK(verdict.violations[0].text.starts_with(
        "reading 2 of PT@PS-1-1 (line/PT@PS-1-1) still waits for scada at 00:10:30.000"));
}

TEST_CASE("planted: a retained message that is older than what was acknowledged, or gone") {
    SettledRun old;
    old.oracle.retained_kept(first_sensor, old.at(9s), old.at(10min + 30s));
    CHECK(old.stuck() ==
          "the broker's retained message of PT@PS-1-1 is from 00:00:09.000 at 00:10:30.000, 30s after everything was "
          "healed, but number 1, sent at 00:00:10.000, was acknowledged (seed 7)");
    SettledRun gone;
    gone.oracle.retained_kept(first_sensor, std::nullopt, gone.at(10min + 30s));
    CHECK(gone.stuck().find("is gone at") != std::string::npos);
    SettledRun other;  // its readings are not retained
    other.oracle.retained_kept(second_sensor, std::nullopt, other.at(10min + 30s));
    CHECK(other.stuck().empty());
}
