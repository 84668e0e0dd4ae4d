// Expectations about a part of the run, percentiles, staleness, and commands that are answered.

#include <doctest/doctest.h>

#include "simulator/oracle/analytic.hpp"
#include "tests/simulator/oracle/staged_run.hpp"

using namespace trunkline;
using namespace trunkline::sim;

namespace {

using Span = ExpectationPlan::Span;

/// Two sensors and scada, with a fault from 100 s to 200 s.
Scenario with_fault(ExpectationPlan plan) {
    Scenario scenario = staged_scenario();
    scenario.actors.pop_back();
    FaultPlan fault;
    fault.id = "F";
    fault.kind = FaultPlan::Kind::station_down;
    fault.at = 100s;
    fault.length = 100s;
    scenario.faults = {fault};
    plan.id = "E";
    plan.sensors = {first_sensor, second_sensor};
    plan.actor = scada;
    if (plan.span == Span::during || plan.span == Span::after) plan.fault = 0;
    scenario.expectations = {std::move(plan)};
    return scenario;
}

ExpectationPlan delivery(Span span) {
    ExpectationPlan plan;
    plan.kind = ExpectationPlan::Kind::delivery;
    plan.span = span;
    return plan;
}

/// A reading each 10 s; the one of `lost_at` is acknowledged and never arrives, that of `given_up_at` is given up.
Verdict verdict_with(const Scenario& scenario, Duration lost_at, Duration given_up_at = 0s) {
    StagedRun run(scenario);
    std::uint64_t sequence = 0;
    for (Duration at = 10s; at < 600s; at += 10s) {
        const ReadingKey key{first_sensor, ++sequence};
        if (at != lost_at && at != given_up_at) {
            run.succeed(key, at);
            continue;
        }
        run.offer_and_send(key, at);
        if (at == lost_at) run.acknowledge(key, at + 1s);
        else run.give_up(key, at + 5s);
    }
    return run.finish();
}

}  // namespace

TEST_CASE("delivery during a fault counts readings due while it lasted, from its first moment to before its last") {
    for (const auto& lost :
         {std::pair{Duration(90s), true}, {Duration(100s), false}, {Duration(190s), false}, {Duration(200s), true}}) {
        CAPTURE(lost.first.count());
        const Verdict verdict = verdict_with(with_fault(delivery(Span::during)), lost.first);
        CHECK(measure(verdict, "lost").holds == lost.second);
        CHECK(measure(verdict, "offered").measured == 10.0);
    }
}

TEST_CASE("delivery after a fault begins with its end") {
    for (const auto& [lost_at, holds] : {std::pair{Duration(190s), true}, {Duration(200s), false}}) {
        const Verdict verdict = verdict_with(with_fault(delivery(Span::after)), lost_at);
        CHECK(measure(verdict, "lost").holds == holds);
    }
}

TEST_CASE("delivery in the healthy phase leaves out a fault and two minutes after it") {
    for (const auto& [lost_at, holds] :
         {std::pair{Duration(90s), false}, {Duration(100s), true}, {Duration(310s), true}, {Duration(320s), false}}) {
        const Verdict verdict = verdict_with(with_fault(delivery(Span::healthy)), lost_at);
        CHECK(measure(verdict, "lost").holds == holds);
    }
}

TEST_CASE("delivery with exceptions counts every undelivered reading, but for these causes") {
    ExpectationPlan plan = delivery(Span::run);
    CHECK(verdict_with(with_fault(plan), 0s, 50s).expectations[0].holds());  // without: only broken promises count
    plan.counts_all_undelivered = true;
    const Verdict strict = verdict_with(with_fault(plan), 0s, 50s);
    CHECK(measure(strict, "lost").measured == 1.0);
    CHECK(!measure(strict, "lost").holds);
    plan.excepted = 1U << static_cast<unsigned>(LossCause::retries_exhausted);
    CHECK(measure(verdict_with(with_fault(plan), 0s, 50s), "lost").measured == 0.0);
    // What has no cause counts all the same.
    plan.excepted = ~0U;
    CHECK(measure(verdict_with(with_fault(plan), 50s), "lost").measured == 1.0);
}

TEST_CASE("latency may be bounded at several percentiles, each with its own measure") {
    ExpectationPlan plan;
    plan.kind = ExpectationPlan::Kind::latency;
    plan.percentiles = {{"p50", 50'000, 1100ms}, {"max", 100'000, 900ms}};
    const Verdict verdict = verdict_with(with_fault(plan), 0s);  // each takes a second
    CHECK(measure(verdict, "p50_s").holds);
    CHECK(!measure(verdict, "max_s").holds);
}

TEST_CASE("staleness: what is known grows older by the second until something newer comes") {
    ExpectationPlan plan;
    plan.kind = ExpectationPlan::Kind::staleness;
    plan.percentiles = {{"p50", 50'000, 6s}, {"max", 100'000, 10s}};
    Scenario scenario = with_fault(plan);
    scenario.expectations[0].sensors = {first_sensor};
    // Each reading arrives a second after it was due: what is known is 1 to 10 s old, half of the time at most 5 s.
    const Verdict steady = verdict_with(scenario, 0s);
    CHECK(measure(steady, "looked_at").measured == 600.0);
    CHECK(measure(steady, "p50_s").measured == doctest::Approx(5.0).epsilon(0.01));
    CHECK(measure(steady, "max_s").measured == 10.0);
    CHECK(steady.expectations[0].holds());
    // One that does not arrive lets it grow older.
    const Verdict gap = verdict_with(scenario, 50s);
    CHECK(measure(gap, "max_s").measured == 20.0);
    CHECK(!gap.expectations[0].holds());
}

TEST_CASE("staleness: an older reading that comes late makes nothing younger, and silence counts from the beginning") {
    ExpectationPlan plan;
    plan.kind = ExpectationPlan::Kind::staleness;
    plan.percentiles = {{"max", 100'000, 1h}};
    Scenario scenario = with_fault(plan);
    scenario.expectations[0].sensors = {first_sensor};
    StagedRun silent(scenario);
    CHECK(measure(silent.finish(), "max_s").measured == 599.0);
    StagedRun late(scenario);
    late.offer_and_send({first_sensor, 1}, 10s);
    late.offer_and_send({first_sensor, 2}, 20s);
    late.oracle.delivered(scada, {first_sensor, 2}, {}, Instant(30s));
    late.oracle.delivered(scada, {first_sensor, 1}, {}, Instant(590s));
    CHECK(measure(late.finish(), "max_s").measured == 579.0);
}

TEST_CASE("a script holds when each of its commands was answered") {
    ExpectationPlan plan;
    plan.kind = ExpectationPlan::Kind::answered;
    Scenario scenario = with_fault(plan);
    scenario.actors[scada].publications = {{}, {}};
    scenario.actors[scada].answers = {{.publication = 0, .topic = "a", .payload = "b", .within = 1min},
                                      {.publication = 1, .topic = "a", .payload = "c", .within = 1min}};
    StagedRun run(scenario);
    run.oracle.answered(scada, 0, 12s);
    CHECK(!run.finish().passed());
    run.oracle.answered(scada, 1, 41s);
    const Verdict verdict = run.finish();
    CHECK(verdict.passed());
    CHECK(measure(verdict, "slowest_s").measured == 41.0);
}

TEST_CASE("never holds as long as none of its events happened") {
    ExpectationPlan plan;
    plan.kind = ExpectationPlan::Kind::never;
    plan.events = {NamedEvent::sensor_lost, NamedEvent::broker_restarted};
    StagedRun run(with_fault(plan));
    CHECK(run.finish().passed());
    run.oracle.sensor_lost(first_sensor, Instant(30s));
    const Verdict verdict = run.finish();
    CHECK(!verdict.passed());
    CHECK(measure(verdict, "sensor.lost").measured == 1.0);
    CHECK(measure(verdict, "broker.restarted").holds);
}

TEST_CASE("recovery: the latency afterwards is compared with that before the fault") {
    for (const auto& [slow, holds] : {std::pair{Duration(1s), true}, {Duration(2s), false}}) {
        ExpectationPlan plan;
        plan.kind = ExpectationPlan::Kind::recovery;
        plan.within = 1min;
        plan.share = 0.0;
        plan.baseline_factor = 1.5;
        Scenario scenario = with_fault(plan);
        scenario.expectations[0].fault = 0;
        StagedRun run(scenario);
        std::uint64_t sequence = 0;
        for (Duration at = 10s; at < 600s; at += 10s) {
            const ReadingKey key{first_sensor, ++sequence};
            run.offer_and_send(key, at);
            const Duration takes = at < 100s ? Duration(1s) : at < 260s ? Duration(9s) : slow;
            run.oracle.delivered(scada, key, {}, Instant(at + takes));
            run.acknowledge(key, at + takes);
        }
        CHECK(measure(run.finish(), "p99_x_baseline").holds == holds);
    }
}

TEST_CASE("through bursts: the figures of an independent table, 95 s good and 5 s bad, three retries") {
    const BurstsByTime bursts{95s, 5s};
    const auto undelivered = [&](Duration spacing) { return 1.0 - through_bursts(bursts, spacing, 3); };
    CHECK(undelivered(1s) == doctest::Approx(2.75e-2).epsilon(0.001));
    CHECK(std::abs(undelivered(5s) / 2.78e-3 - 1.0) < 0.005);
    CHECK(std::abs(undelivered(10s) / 2.28e-4 - 1.0) < 0.005);
    CHECK(std::abs(undelivered(15s) / 3.7e-5 - 1.0) < 0.01);
}

TEST_CASE("Kolmogorov: the largest difference from the uniform distribution, and its bound") {
    CHECK(distance_from_uniform({0.5}) == 0.5);
    CHECK(distance_from_uniform({0.75, 0.25}) == 0.25);
    CHECK(distance_from_uniform({0.1, 0.2, 0.3, 0.4}) == doctest::Approx(0.6));
    CHECK(distance_from_uniform({-1.0, 2.0}) == 0.5);
    CHECK(kolmogorov_bound(100, 0.95) == doctest::Approx(0.1358).epsilon(0.001));
    CHECK(kolmogorov_bound(2000, 0.999) == doctest::Approx(0.0436).epsilon(0.001));
}
