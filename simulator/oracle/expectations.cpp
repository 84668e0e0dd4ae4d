#include "simulator/oracle/expectations.hpp"

#include "simulator/oracle/analytic.hpp"
#include "simulator/oracle/settlement.hpp"

namespace trunkline::sim {

namespace {

Measure within(std::string name, double measured, std::optional<double> from, std::optional<double> to) {
    const bool holds = (!from || measured >= *from) && (!to || measured <= *to);
    return {std::move(name), measured, std::nullopt, from, to, holds};
}

double real(std::uint64_t count) { return static_cast<double>(count); }

ExpectationResult judge_delivery(const ExpectationPlan& plan, const Books& books, Instant end) {
    ExpectationResult result;
    Ledger sum;
    std::uint64_t acknowledged = 0;
    for (const std::size_t sensor : plan.sensors) {
        acknowledged += books.sensors[sensor].figures.acknowledged;
        if (const auto slot = books.slot_of(sensor, plan.actor)) sum += ledger_of(books, sensor, *slot, end);
    }
    result.readings = sum.offered;
    // Nothing sent and nothing lost would hold the promise, and show nothing.
    result.measures.push_back(within("acknowledged", real(acknowledged), 1.0, std::nullopt));
    result.measures.push_back(
        within("lost", real(sum.of(LossCause::unexplained)), std::nullopt, real(plan.lost_at_most)));
    if (plan.unexpected_at_most) {
        const std::uint64_t unexpected = books.actors[plan.actor].figures.unexpected;
        result.measures.push_back(within("unexpected", real(unexpected), std::nullopt, real(*plan.unexpected_at_most)));
    }
    if (plan.duplicate_ratio_at_most)
        result.measures.push_back(
            within("dup_ratio", sum.duplicate_ratio(), std::nullopt, *plan.duplicate_ratio_at_most));
    return result;
}

/// Readings whose one exchange ran its course, undisturbed by a lost connection: what the formula speaks of.
struct Trials {
    std::uint64_t count = 0;
    std::uint64_t acknowledged = 0;
    std::uint64_t delivered = 0;
};

void add_trials(const SensorBook& book, std::optional<std::size_t> slot, Trials& trials) {
    trials.count += book.closed_trials;
    trials.acknowledged += book.closed_trials;
    trials.delivered += book.closed_trials;
    for (const OpenReading& reading : book.open) {
        const bool acknowledged = reading.stage == OpenReading::Stage::acknowledged;
        // Without a PUBLISH it failed before, at REGISTER.
        const bool ended = acknowledged || (reading.stage == OpenReading::Stage::gave_up && reading.transmissions > 0);
        if (!ended || reading.interrupted || !book.is_counted(reading.sequence)) continue;
        ++trials.count;
        if (acknowledged) ++trials.acknowledged;
        if (slot && reading.is_delivered_to(*slot)) ++trials.delivered;
    }
}

/// The formula's share must lie where the measured one puts the truth.
Measure agrees(std::string name, double formula, std::uint64_t successes, std::uint64_t trials, double confidence) {
    const Interval interval = wilson_interval(successes, trials, confidence);
    const double share = static_cast<double>(successes) / static_cast<double>(trials);
    return {std::move(name), share, formula, interval.from, interval.to, interval.contains(formula)};
}

ExpectationResult judge_analytic(const ExpectationPlan& plan, const Scenario& scenario, const Books& books) {
    ExpectationResult result;
    Trials trials;
    for (const std::size_t sensor : plan.sensors)
        add_trials(books.sensors[sensor], books.slot_of(sensor, plan.actor), trials);
    result.readings = trials.count;
    result.measures.push_back(within("readings", real(trials.count), 1.0, std::nullopt));
    if (trials.count == 0) return result;
    const SensorPlan& sensor = scenario.sensors[plan.sensors.front()];
    const StopAndWait formula = stop_and_wait(scenario.links[sensor.field_link].loss, sensor.retry.limit);
    result.measures.push_back(agrees("delivered", formula.delivered, trials.delivered, trials.count, plan.confidence));
    result.measures.push_back(
        agrees("acknowledged", formula.acknowledged, trials.acknowledged, trials.count, plan.confidence));
    return result;
}

}  // namespace

ExpectationResult judge(const ExpectationPlan& plan, const Scenario& scenario, const Books& books, Instant end) {
    ExpectationResult result = plan.kind == ExpectationPlan::Kind::delivery ? judge_delivery(plan, books, end)
                                                                            : judge_analytic(plan, scenario, books);
    result.id = plan.id;
    result.kind = plan.kind;
    return result;
}

}  // namespace trunkline::sim
