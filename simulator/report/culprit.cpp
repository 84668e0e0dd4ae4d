#include "simulator/report/culprit.hpp"

#include <algorithm>

#include "simulator/oracle/causes.hpp"
#include "simulator/oracle/watches.hpp"
#include "simulator/plan/durations.hpp"

namespace trunkline::sim {

namespace {

constexpr std::chrono::minutes aftermath{1};  // in which an exchange that fails has ended, by usual retries

/// Whether a reading that was due then is one that the expectation counts.
bool is_in_span(const Scenario& scenario, const ExpectationPlan& plan, Instant due) {
    const Duration at = due.time_since_epoch();
    if (at < scenario.warmup) return false;
    const auto lasts = [at](const FaultPlan& fault, Duration and_then) {
        return fault.at <= at && at < fault.ends() + and_then;
    };
    switch (plan.span) {
        case ExpectationPlan::Span::run:
            return true;
        case ExpectationPlan::Span::during:
            return lasts(scenario.faults[*plan.fault], Duration::zero());
        case ExpectationPlan::Span::after:
            return at >= scenario.faults[*plan.fault].ends();
        case ExpectationPlan::Span::healthy:
            return std::none_of(scenario.faults.begin(), scenario.faults.end(),
                                [&](const FaultPlan& fault) { return lasts(fault, settling_time); });
    }
    return false;
}

bool is_about(const ExpectationPlan& plan, const RunEvent& event) {
    return event.actor == plan.actor &&
           std::binary_search(plan.sensors.begin(), plan.sensors.end(), std::size_t{event.index});
}

bool counts_as_lost(const ExpectationPlan& plan, LossCause cause) {
    if (cause == LossCause::unexplained) return true;
    return plan.counts_all_undelivered && (plan.excepted >> static_cast<std::size_t>(cause) & 1U) == 0;
}

std::string reading_text(const Scenario& scenario, const RunEvent& event, Instant due) {
    return "reading " + std::to_string(event.sequence) + " of " + scenario.sensors[event.index].id + ", due at " +
           clock_text(due);
}

bool is_lost(const Scenario& scenario, const ExpectationPlan& plan, const RunEvent& event) {
    return event.kind == RunEvent::Kind::undelivered && is_about(plan, event) && counts_as_lost(plan, event.cause) &&
           is_in_span(scenario, plan, event.at);
}

std::optional<Culprit> first_lost(const Scenario& scenario, const ExpectationPlan& plan, const Journal& journal) {
    const RunEvent* first = nullptr;
    for (const RunEvent& event : journal.events()) {
        if (is_lost(scenario, plan, event) && (first == nullptr || event.at < first->at)) first = &event;
    }
    if (first == nullptr) return std::nullopt;
    return Culprit{
        first->index, first->at + aftermath, first->cause,
        "first lost: " + reading_text(scenario, *first, first->at) + ": " + std::string(text_of(first->cause))};
}

std::optional<Culprit> slowest(const Scenario& scenario, const ExpectationPlan& plan, const Journal& journal) {
    const RunEvent* slowest = nullptr;
    for (const RunEvent& event : journal.events()) {
        const bool is_counted = event.kind == RunEvent::Kind::delivered && is_about(plan, event) &&
                                is_in_span(scenario, plan, event.at - event.lasted);
        if (is_counted && (slowest == nullptr || event.lasted > slowest->lasted)) slowest = &event;
    }
    if (slowest == nullptr) return std::nullopt;
    return Culprit{slowest->index, slowest->at, std::nullopt,
                   "slowest: " + reading_text(scenario, *slowest, slowest->at - slowest->lasted) + ", delivered at " +
                       clock_text(slowest->at)};
}

}  // namespace

std::optional<Culprit> culprit_of(const Scenario& scenario, const Verdict& verdict) {
    for (std::size_t at = 0; at < verdict.expectations.size(); ++at) {
        if (verdict.expectations[at].holds()) continue;
        if (std::optional<Culprit> found = culprit_of(scenario, verdict, at)) return found;
    }
    return std::nullopt;
}

std::optional<Culprit> culprit_of(const Scenario& scenario, const Verdict& verdict, std::size_t expectation) {
    const ExpectationPlan& plan = scenario.expectations[expectation];
    if (plan.kind == ExpectationPlan::Kind::delivery) return first_lost(scenario, plan, verdict.journal);
    if (plan.kind == ExpectationPlan::Kind::latency) return slowest(scenario, plan, verdict.journal);
    return std::nullopt;
}

bool loses_by(const Scenario& scenario, const Verdict& verdict, std::size_t expectation, LossCause cause,
              const std::string& sensor) {
    const ExpectationPlan& plan = scenario.expectations[expectation];
    const std::vector<RunEvent>& events = verdict.journal.events();
    return std::any_of(events.begin(), events.end(), [&](const RunEvent& event) {
        return event.cause == cause && is_lost(scenario, plan, event) && scenario.sensors[event.index].id == sensor;
    });
}

}  // namespace trunkline::sim
