#include "simulator/oracle/expectations.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/oracle/staged_run.hpp"

using namespace trunkline;
using namespace trunkline::sim;

namespace {

ExpectationPlan delivery(std::uint64_t lost_at_most) {
    ExpectationPlan plan;
    plan.id = "E1";
    plan.kind = ExpectationPlan::Kind::delivery;
    plan.sensors = {first_sensor, second_sensor};
    plan.actor = scada;
    plan.lost_at_most = lost_at_most;
    return plan;
}

ExpectationPlan formula() {
    ExpectationPlan plan;
    plan.id = "F";
    plan.kind = ExpectationPlan::Kind::analytic;
    plan.sensors = {first_sensor};
    plan.actor = scada;
    return plan;
}

Scenario expecting(ExpectationPlan plan) {
    Scenario scenario = staged_scenario();
    scenario.actors.pop_back();  // the panel
    scenario.expectations = {std::move(plan)};
    return scenario;
}

/// One reading of each sensor is acknowledged, the first sensor's second one is lost as well.
Verdict lose_one(ExpectationPlan plan) {
    StagedRun run(expecting(std::move(plan)));
    run.succeed({first_sensor, 1}, 10s);
    run.succeed({second_sensor, 1}, 10s);
    run.offer_and_send({first_sensor, 2}, 20s);
    run.acknowledge({first_sensor, 2}, 21s);
    run.oracle.delivered(scada, {first_sensor, 1}, {.dup = true}, Instant(30s));
    return run.finish();
}

}  // namespace

TEST_CASE("delivery: one acknowledged reading lost fails at lost 0 and is forgiven at lost 1") {
    const Verdict strict = lose_one(delivery(0));
    CHECK(!strict.passed());
    CHECK(!strict.expectations[0].holds());
    CHECK(measure(strict, "lost").measured == 1.0);
    CHECK(strict.violation_count == 1);
    CHECK(strict.unforgiven_violations == 0);
    const Verdict lenient = lose_one(delivery(1));
    CHECK(lenient.passed());
    CHECK(lenient.violation_count == 1);
}

TEST_CASE("delivery: a loss that no expectation answers for fails the run by itself") {
    ExpectationPlan plan = delivery(1);
    plan.sensors = {second_sensor};
    const Verdict verdict = lose_one(plan);
    CHECK(verdict.expectations[0].holds());
    CHECK(verdict.unforgiven_violations == 1);
    CHECK(!verdict.passed());
}

TEST_CASE("delivery: nothing acknowledged shows nothing") {
    StagedRun run(expecting(delivery(0)));
    const Verdict verdict = run.finish();
    CHECK(measure(verdict, "lost").holds);
    CHECK(!measure(verdict, "acknowledged").holds);
    CHECK(!verdict.passed());
}

TEST_CASE("delivery: the ratio of duplicates is bounded where one is given") {
    ExpectationPlan plan = delivery(1);
    plan.duplicate_ratio_at_most = 0.5;
    CHECK(lose_one(plan).passed());  // one copy, two delivered
    plan.duplicate_ratio_at_most = 0.49;
    CHECK(!lose_one(plan).passed());
}

TEST_CASE("delivery: messages that no sensor sent are bounded where a bound is given") {
    ExpectationPlan plan = delivery(0);
    plan.unexpected_at_most = 0;
    StagedRun run(expecting(plan));
    run.succeed({first_sensor, 1}, 10s);
    CHECK(run.finish().passed());
    run.oracle.other_message(scada, "line/nobody", "no reading", {}, Instant(20s));
    CHECK(!run.finish().passed());
}

TEST_CASE("analytic: a share that fits the formula holds, planted ones that do not fail") {
    // Loss 0.2, 3 retries: 0.9984 delivered, 0.983204 acknowledged. Of 10,000 readings:
    struct Case {
        std::uint64_t not_delivered;
        std::uint64_t delivered_only;
        bool holds;
    };
    for (const Case& each : {Case{16, 152, true}, Case{40, 128, false}, Case{16, 60, false}, Case{0, 168, false}}) {
        StagedRun run(expecting(formula()));
        for (std::uint64_t sequence = 1; sequence <= 10'000; ++sequence) {
            const ReadingKey key{first_sensor, sequence};
            run.offer_and_send(key, 10ms * sequence);
            const bool delivered = sequence > each.not_delivered;
            if (delivered) run.oracle.delivered(scada, key, {}, Instant(10ms * sequence));
            if (sequence <= each.not_delivered + each.delivered_only) run.give_up(key, 10ms * sequence);
            else run.acknowledge(key, 10ms * sequence);
        }
        const Verdict verdict = run.finish();
        CAPTURE(each.not_delivered);
        CAPTURE(each.delivered_only);
        CHECK(verdict.expectations[0].holds() == each.holds);
        CHECK(verdict.expectations[0].readings == 10'000);
        CHECK(measure(verdict, "delivered").expected.value() == doctest::Approx(0.9984));
    }
}

TEST_CASE("analytic: readings that never left, were interrupted or are under way are no trials") {
    StagedRun run(expecting(formula()));
    run.succeed({first_sensor, 1}, 10s);
    run.offer_and_send({first_sensor, 2}, 20s);
    run.give_up({first_sensor, 2}, 60s, 0);  // REGISTER got no answer
    run.offer_and_send({first_sensor, 3}, 70s);
    run.oracle.interrupted({first_sensor, 3}, Instant(75s));
    run.oracle.sent({first_sensor, 3}, Instant(80s));
    run.oracle.delivered(scada, {first_sensor, 3}, {}, Instant(81s));
    run.acknowledge({first_sensor, 3}, 82s);
    run.offer_and_send({first_sensor, 4}, 599s);
    CHECK(run.finish().expectations[0].readings == 1);
}

TEST_CASE("analytic: without a trial it fails") {
    StagedRun run(expecting(formula()));
    CHECK(!run.finish().passed());
}
