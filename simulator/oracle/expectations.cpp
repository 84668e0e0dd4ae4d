#include "simulator/oracle/expectations.hpp"

#include <algorithm>
#include <chrono>

#include "simulator/oracle/analytic.hpp"
#include "simulator/oracle/settlement.hpp"

namespace trunkline::sim {

namespace {

using Promise = Violation::Promise;

double real(std::uint64_t count) { return static_cast<double>(count); }
double in_seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

Measure within(std::string name, double measured, std::optional<double> from, std::optional<double> to) {
    const bool holds = (!from || measured >= *from) && (!to || measured <= *to);
    return {std::move(name), measured, std::nullopt, from, to, holds};
}
/// Nothing sent and nothing lost would hold many a promise, and show nothing.
Measure some(std::string name, std::uint64_t count) { return within(std::move(name), real(count), 1.0, std::nullopt); }
Measure at_most(std::string name, double measured, double limit) {
    return within(std::move(name), measured, std::nullopt, limit);
}
Measure exactly(std::string name, double measured, double wanted) {
    return within(std::move(name), measured, wanted, wanted);
}

/// One expectation, with all that it is judged by.
struct Case {
    const ExpectationPlan& plan;
    std::size_t index;
    const Books& books;
    std::span<const Finding> findings;
    Instant end;

    bool is_of(std::size_t sensor) const {
        return std::binary_search(plan.sensors.begin(), plan.sensors.end(), sensor);
    }
    std::uint64_t broken(Promise promise) const {
        return static_cast<std::uint64_t>(std::count_if(findings.begin(), findings.end(), [&](const Finding& finding) {
            return finding.promise == promise && finding.actor == plan.actor && is_of(finding.sensor);
        }));
    }
    /// The accounts of the sensors and the actor, added up.
    Ledger ledger() const {
        Ledger sum;
        for (const std::size_t sensor : plan.sensors) {
            if (const auto slot = books.slot_of(sensor, plan.actor)) sum += ledger_of(books, sensor, *slot, end);
        }
        return sum;
    }
    std::uint64_t accepted() const {
        std::uint64_t sum = 0;
        for (const std::size_t sensor : plan.sensors)
            sum += books.sensors[sensor].figures.acknowledged + books.sensors[sensor].figures.left;
        return sum;
    }
};

void judge_delivery(const Case& each, ExpectationResult& result) {
    const Ledger sum = each.ledger();
    result.readings = sum.offered;
    result.measures.push_back(some("acknowledged", each.accepted()));
    result.measures.push_back(at_most("lost", real(sum.of(LossCause::unexplained)), real(each.plan.lost_at_most)));
    if (each.plan.unexpected_at_most) {
        const std::uint64_t unexpected = each.books.actors[each.plan.actor].figures.unexpected;
        result.measures.push_back(at_most("unexpected", real(unexpected), real(*each.plan.unexpected_at_most)));
    }
    if (each.plan.duplicate_ratio_at_most)
        result.measures.push_back(at_most("dup_ratio", sum.duplicate_ratio(), *each.plan.duplicate_ratio_at_most));
}

void judge_exactly_once(const Case& each, ExpectationResult& result) {
    const Ledger sum = each.ledger();
    result.readings = sum.offered;
    result.measures.push_back(some("delivered", sum.delivered));
    result.measures.push_back(exactly("broken", real(each.broken(Promise::qos_2)), 0.0));
}

void judge_ordered(const Case& each, ExpectationResult& result) {
    const Ledger sum = each.ledger();
    result.readings = sum.offered;
    result.measures.push_back(some("delivered", sum.delivered));
    result.measures.push_back(exactly("out_of_order", real(each.broken(Promise::order)), 0.0));
}

void judge_retained(const Case& each, ExpectationResult& result) {
    std::uint64_t seen = 0;
    for (const std::size_t sensor : each.plan.sensors) {
        const auto slot = each.books.slot_of(sensor, each.plan.actor);
        if (slot && each.books.pairs_of(sensor)[*slot].retained_at > Instant{}) ++seen;
    }
    result.readings = seen;
    result.measures.push_back(some("seen", seen));
    result.measures.push_back(exactly("stale_or_missing", real(each.broken(Promise::retained)), 0.0));
}

void judge_attributed(const Case& each, ExpectationResult& result) {
    Ledger sum;
    for (const std::size_t sensor : each.plan.sensors) {
        for (std::size_t slot = 0; slot < each.books.pairs_of(sensor).size(); ++slot)
            sum += ledger_of(each.books, sensor, slot, each.end);
    }
    result.readings = sum.undelivered();
    const std::uint64_t explained = sum.undelivered() - sum.of(LossCause::unexplained);
    const double share = sum.undelivered() == 0 ? 1.0 : real(explained) / real(sum.undelivered());
    result.measures.push_back(some("offered", sum.offered));
    result.measures.push_back(within("undelivered", share, each.plan.share, std::nullopt));
}

/// Wills of each sensor that reached the actor while the fault lasted, and a while after it.
void judge_will(const Case& each, ExpectationResult& result) {
    const FaultPlan& fault = each.books.scenario.faults[each.plan.fault.value_or(0)];
    const Instant from = each.books.start + fault.at;
    const Instant to = each.books.start + std::max(fault.ends(), fault.at + each.plan.within);
    std::vector<std::uint64_t> fired(each.books.sensors.size(), 0);
    Duration latest{};
    for (const WillSighting& sighting : each.books.wills.sightings()) {
        if (sighting.actor != each.plan.actor || sighting.extra || sighting.at < from || sighting.at > to) continue;
        ++fired[sighting.sensor];
        if (each.is_of(sighting.sensor)) latest = std::max(latest, sighting.at - from);
    }
    std::uint64_t as_wanted = 0;
    for (const std::size_t sensor : each.plan.sensors) {
        const std::uint64_t wanted = each.plan.fires == ExpectationPlan::Fires::once ? 1 : 0;
        if (fired[sensor] == wanted) ++as_wanted;
    }
    result.readings = each.plan.sensors.size();
    result.measures.push_back(exactly(each.plan.fires == ExpectationPlan::Fires::once ? "fired_once" : "fired_never",
                                      real(as_wanted), real(each.plan.sensors.size())));
    if (each.plan.within > Duration::zero())
        result.measures.push_back(at_most("latest_s", in_seconds(latest), in_seconds(each.plan.within)));
}

void judge_session(const Case& each, ExpectationResult& result) {
    const FaultPlan& fault = each.books.scenario.faults[each.plan.fault.value_or(0)];
    const auto found = std::find_if(each.books.returns.begin(), each.books.returns.end(), [&](const Return& back) {
        return back.actor == each.plan.actor && back.at >= each.books.start + fault.at;
    });
    result.measures.push_back(some("returned", found != each.books.returns.end() ? 1 : 0));
    if (found == each.books.returns.end()) return;
    result.measures.push_back(exactly("present", found->session_present ? 1.0 : 0.0, each.plan.present ? 1.0 : 0.0));
}

void judge_queue(const Case& each, ExpectationResult& result) {
    if (const QueueWatch* watch = each.books.watches.queue(each.index))
        result.measures.push_back(at_most("messages", real(watch->most), real(each.plan.at_most)));
}

void judge_recovery(const Case& each, ExpectationResult& result) {
    const RecoveryWatch* found = each.books.watches.recovery(each.index);
    if (found == nullptr) return;
    RecoveryWatch watch = *found;
    watch.pass(each.end);
    Measure recovered = at_most("recovered_s", in_seconds(watch.last_below - watch.from), in_seconds(each.plan.within));
    // Still below when its time was up, or when the run ended before.
    recovered.holds = watch.last_below < std::min(watch.until, each.end);
    result.readings = each.plan.sensors.size();
    result.measures.push_back(std::move(recovered));
}

void judge_latency(const Case& each, ExpectationResult& result) {
    const LatencyWatch* watch = each.books.watches.latency(each.index);
    if (watch == nullptr) return;
    result.readings = watch->latency.count();
    result.measures.push_back(some("delivered", watch->latency.count()));
    result.measures.push_back(
        at_most("p99_s", in_seconds(watch->latency.percentile(99'000)), in_seconds(each.plan.p99)));
}

void judge_sometimes(const Case& each, ExpectationResult& result) {
    for (const NamedEvent event : each.plan.events)
        result.measures.push_back(
            some(std::string(name_of(event)), each.books.events[static_cast<std::size_t>(event)]));
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

void judge_analytic(const Case& each, ExpectationResult& result) {
    Trials trials;
    for (const std::size_t sensor : each.plan.sensors)
        add_trials(each.books.sensors[sensor], each.books.slot_of(sensor, each.plan.actor), trials);
    result.readings = trials.count;
    result.measures.push_back(some("readings", trials.count));
    if (trials.count == 0) return;
    const Scenario& scenario = each.books.scenario;
    const SensorPlan& sensor = scenario.sensors[each.plan.sensors.front()];
    const StopAndWait formula = stop_and_wait(scenario.links[sensor.field_link].loss, sensor.retry.limit);
    const double confidence = each.plan.confidence;
    result.measures.push_back(agrees("delivered", formula.delivered, trials.delivered, trials.count, confidence));
    result.measures.push_back(
        agrees("acknowledged", formula.acknowledged, trials.acknowledged, trials.count, confidence));
}

void judge_by_kind(const Case& each, ExpectationResult& result) {
    using Kind = ExpectationPlan::Kind;
    switch (each.plan.kind) {
        case Kind::delivery:
            return judge_delivery(each, result);
        case Kind::analytic:
            return judge_analytic(each, result);
        case Kind::exactly_once:
            return judge_exactly_once(each, result);
        case Kind::ordered:
            return judge_ordered(each, result);
        case Kind::will:
            return judge_will(each, result);
        case Kind::session:
            return judge_session(each, result);
        case Kind::queue:
            return judge_queue(each, result);
        case Kind::retained:
            return judge_retained(each, result);
        case Kind::attributed:
            return judge_attributed(each, result);
        case Kind::recovery:
            return judge_recovery(each, result);
        case Kind::latency:
            return judge_latency(each, result);
        case Kind::sometimes:
            return judge_sometimes(each, result);
    }
}

}  // namespace

ExpectationResult judge(std::size_t expectation, const Books& books, std::span<const Finding> findings, Instant end) {
    const ExpectationPlan& plan = books.scenario.expectations[expectation];
    ExpectationResult result;
    result.id = plan.id;
    result.kind = plan.kind;
    judge_by_kind({plan, expectation, books, findings, end}, result);
    return result;
}

}  // namespace trunkline::sim
