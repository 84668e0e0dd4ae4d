#include "simulator/oracle/expectations.hpp"

#include <algorithm>
#include <chrono>

#include "simulator/oracle/attribution.hpp"
#include "simulator/oracle/expectation_case.hpp"
#include "simulator/oracle/settlement.hpp"

namespace trunkline::sim {

namespace judging {

namespace {

using Promise = Violation::Promise;

/// How many of the undelivered readings count as lost.
std::uint64_t lost_in(const ExpectationPlan& plan, const CauseCounts& causes) {
    std::uint64_t lost = 0;
    for (std::size_t cause = 0; cause < loss_cause_count; ++cause) {
        const bool is_broken_promise = static_cast<LossCause>(cause) == LossCause::unexplained;
        const bool is_excepted = (plan.excepted >> cause & 1U) != 0;
        if (is_broken_promise || (plan.counts_all_undelivered && !is_excepted)) lost += causes[cause];
    }
    return lost;
}

/// Of a part of the run.
void judge_delivery_in_span(const Case& each, ExpectationResult& result) {
    CauseCounts causes{};
    for (const std::size_t sensor : each.plan.sensors) {
        const auto slot = each.books.slot_of(sensor, each.plan.actor);
        if (!slot) continue;
        for (const Attributed& reading : undelivered(each.books, sensor, *slot, each.end)) {
            const bool is_counted = each.books.sensors[sensor].is_counted(reading.reading->sequence);
            if (is_counted && each.books.watches.spans().contains(each.plan, reading.reading->offered_at))
                ++causes[static_cast<std::size_t>(reading.cause)];
        }
    }
    const OfferedWatch* watch = each.books.watches.offered(each.index);
    result.readings = watch != nullptr ? watch->offered : 0;
    result.measures.push_back(some("offered", result.readings));
    result.measures.push_back(at_most("lost", real(lost_in(each.plan, causes)), real(each.plan.lost_at_most)));
}

void judge_delivery(const Case& each, ExpectationResult& result) {
    if (each.plan.span != ExpectationPlan::Span::run) return judge_delivery_in_span(each, result);
    const Ledger sum = each.ledger();
    result.readings = sum.offered;
    result.measures.push_back(some("acknowledged", each.accepted()));
    result.measures.push_back(at_most("lost", real(lost_in(each.plan, sum.causes)), real(each.plan.lost_at_most)));
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

void judge_sometimes(const Case& each, ExpectationResult& result) {
    for (const NamedEvent event : each.plan.events)
        result.measures.push_back(
            some(std::string(name_of(event)), each.books.events[static_cast<std::size_t>(event)]));
}

void judge_never(const Case& each, ExpectationResult& result) {
    for (const NamedEvent event : each.plan.events)
        result.measures.push_back(
            exactly(std::string(name_of(event)), real(each.books.events[static_cast<std::size_t>(event)]), 0.0));
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
        case Kind::always:
            return judge_sometimes(each, result);
        case Kind::staleness:
            return judge_staleness(each, result);
        case Kind::leak_located:
            return judge_leak_located(each, result);
        case Kind::never:
            return judge_never(each, result);
        case Kind::answered:
            return judge_answered(each, result);
    }
}

}  // namespace

}  // namespace judging

ExpectationResult judge(std::size_t expectation, const Books& books, std::span<const Finding> findings, Instant end) {
    const ExpectationPlan& plan = books.scenario.expectations[expectation];
    ExpectationResult result;
    result.id = plan.id;
    result.kind = plan.kind;
    judging::judge_by_kind({plan, expectation, books, findings, end}, result);
    return result;
}

}  // namespace trunkline::sim
