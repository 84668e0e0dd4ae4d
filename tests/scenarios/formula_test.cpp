// The measured formula: QoS 1 through a lossy link by the shipped cores of sensor, gateway and broker.

#include <doctest/doctest.h>

#include "simulator/oracle/analytic.hpp"
#include "tests/scenarios/scenario_run.hpp"

using namespace trunkline::sim;

namespace {

struct Row {
    const char* loss;
    double delivered;
    double acknowledged;
};

// Three retransmissions; figures of an independent table, confirmed there by 10^6 trials each, not of our code.
constexpr Row table[] = {{"p=0.1", .999900, .998697}, {"p=0.2", .998400, .983204}, {"p=0.3", .991900, .932348}};

std::uint64_t count_of(const ExpectationResult& result, std::string_view name) {
    for (const Measure& measure : result.measures) {
        if (measure.name == name)
            return static_cast<std::uint64_t>(measure.measured * static_cast<double>(result.readings) + 0.5);
    }
    return 0;
}

}  // namespace

TEST_CASE("at 10, 20 and 30 % loss the shares of 100,000 readings lie within 99.9 % of the table") {
    for (const Row& row : table) {
        CAPTURE(row.loss);
        ReadOptions options;
        options.overrides = {row.loss};
        const ScenarioRun run("smoke/loss-formula.json", options);
        CHECK(run.verdict.passed());
        REQUIRE(run.verdict.expectations.size() == 2);
        const ExpectationResult& formula = run.verdict.expectations[1];
        REQUIRE(formula.readings >= 100'000);
        CHECK(wilson_interval(count_of(formula, "delivered"), formula.readings, 0.999).contains(row.delivered));
        CHECK(wilson_interval(count_of(formula, "acknowledged"), formula.readings, 0.999).contains(row.acknowledged));
    }
}

TEST_CASE("at 30 % loss the shares of 100,000 QoS 2 readings lie within 99.9 % of the table") {
    ReadOptions options;
    // Two exchanges of four tries each, 10 s apart, end before the next reading.
    options.overrides = {"p=0.3",
                         "phases.run=400m",
                         "sensors.PT.qos=2",
                         "sensors.PT.sample=90s",
                         "actors.scada.subscribe.0.qos=2",
                         "expect.formula.formula=sn-qos2",
                         "expect.acknowledged-is-delivered.qos=2"};
    const ScenarioRun run("smoke/loss-formula.json", options);
    CHECK(run.verdict.passed());
    const ExpectationResult& formula = run.verdict.expectations.at(1);
    REQUIRE(formula.readings >= 100'000);
    CHECK(wilson_interval(count_of(formula, "delivered"), formula.readings, 0.999).contains(.991900));
    CHECK(wilson_interval(count_of(formula, "completed"), formula.readings, 0.999).contains(.869273));
}

TEST_CASE("through bursts of 5 s in 100 s, the share of 100,000 readings lies within 99.9 % of the table") {
    struct BurstRow {
        const char* spacing;
        double undelivered;
    };
    for (const BurstRow& row :
         {BurstRow{"sensors.PT.retry.t=1s", 2.75e-2}, BurstRow{"sensors.PT.retry.t=5s", 2.78e-3}}) {
        CAPTURE(row.spacing);
        ReadOptions options;
        options.overrides = {
            row.spacing, R"(links.radio.loss={"model": "gilbert-elliott", "step": "time", "good": "95s", "bad": "5s"})",
            "expect.formula.formula=gilbert-elliott"};
        const ScenarioRun run("smoke/loss-formula.json", options);
        CHECK(run.verdict.passed());
        const ExpectationResult& formula = run.verdict.expectations.at(1);
        REQUIRE(formula.readings >= 100'000);
        CHECK(wilson_interval(count_of(formula, "delivered"), formula.readings, 0.999).contains(1.0 - row.undelivered));
    }
}
