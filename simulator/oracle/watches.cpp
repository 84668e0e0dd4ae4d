#include "simulator/oracle/watches.hpp"

#include <algorithm>
#include <cmath>

namespace trunkline::sim {

namespace {

std::vector<bool> members(const Scenario& scenario, const ExpectationPlan& plan) {
    std::vector<bool> is_member(scenario.sensors.size(), false);
    for (const std::size_t sensor : plan.sensors) is_member[sensor] = true;
    return is_member;
}

template <typename Watch>
const Watch* of_expectation(const std::vector<Watch>& watches, std::size_t expectation) {
    const auto found = std::find_if(watches.begin(), watches.end(),
                                    [expectation](const Watch& watch) { return watch.expectation == expectation; });
    return found == watches.end() ? nullptr : &*found;
}

}  // namespace

void RecoveryWatch::pass(Instant now) {
    if (connected < wanted && now > from && since < until) last_below = std::min(now, until);
    since = now;
}

Spans::Spans(const Scenario& scenario, Instant start) : scenario_(scenario), start_(start) {
    for (const FaultPlan& fault : scenario.faults) {
        // Whatever happens to the pipe, what is told of it travels as ever.
        if (fault.kind == FaultPlan::Kind::pipe) continue;
        troubles_.push_back({start + fault.at, start + fault.ends() + settling_time});
    }
}

bool Spans::contains(const ExpectationPlan& plan, Instant at) const {
    const FaultPlan* fault = plan.fault ? &scenario_.faults[*plan.fault] : nullptr;
    switch (plan.span) {
        case ExpectationPlan::Span::run:
            break;
        case ExpectationPlan::Span::during:
            return fault != nullptr && at >= start_ + fault->at && at < start_ + fault->ends();
        case ExpectationPlan::Span::after:
            return fault != nullptr && at >= start_ + fault->ends();
        case ExpectationPlan::Span::healthy:
            return std::none_of(troubles_.begin(), troubles_.end(),
                                [at](const Trouble& trouble) { return at >= trouble.from && at < trouble.to; });
    }
    return true;
}

Watches::Watches(const Scenario& scenario, Instant start) : scenario_(scenario), spans_(scenario, start) {
    for (std::size_t at = 0; at < scenario.expectations.size(); ++at) watch(at, start);
}

void Watches::watch(std::size_t expectation, Instant start) {
    const ExpectationPlan& plan = scenario_.expectations[expectation];
    const FaultPlan* fault = plan.fault ? &scenario_.faults[*plan.fault] : nullptr;
    if (plan.kind == ExpectationPlan::Kind::latency)
        latencies_.push_back({expectation, members(scenario_, plan), LogHistogram()});
    if (plan.kind == ExpectationPlan::Kind::queue) {
        const Duration from = fault != nullptr ? fault->at : Duration{};
        const Duration to = fault != nullptr ? fault->ends() : scenario_.length();
        queues_.push_back({expectation, start + from, start + to, 0});
    }
    if (plan.kind == ExpectationPlan::Kind::delivery && plan.span != ExpectationPlan::Span::run)
        offered_.push_back({expectation, members(scenario_, plan), 0});
    if (plan.kind == ExpectationPlan::Kind::analytic && fault != nullptr)
        trials_.push_back(trials_during(expectation, start));
    if (plan.kind == ExpectationPlan::Kind::leak_located)
        leaks_.push_back({expectation, LeakDetector(scenario_, plan.sensors, plan.threshold)});
    if (plan.kind == ExpectationPlan::Kind::staleness) stalenesses_.emplace_back(scenario_, expectation, start);
    if (plan.kind == ExpectationPlan::Kind::recovery && plan.baseline_factor && fault != nullptr) {
        const Instant over = start + fault->ends() + plan.within;
        baselines_.push_back({expectation, members(scenario_, plan), start + fault->at, over, {}, {}});
    }
    if (plan.kind == ExpectationPlan::Kind::recovery && fault != nullptr) {
        RecoveryWatch recovery;
        recovery.expectation = expectation;
        recovery.is_member = members(scenario_, plan);
        recovery.wanted = static_cast<std::uint64_t>(std::ceil(plan.share * static_cast<double>(plan.sensors.size())));
        recovery.from = start + fault->ends();
        recovery.until = recovery.from + plan.within;
        recovery.last_below = recovery.from;
        recoveries_.push_back(std::move(recovery));
    }
}

/// An exchange that begins in the fault's last moments ends over another link: it is none of the formula's.
TrialWatch Watches::trials_during(std::size_t expectation, Instant start) const {
    const ExpectationPlan& plan = scenario_.expectations[expectation];
    const FaultPlan& fault = scenario_.faults[plan.fault.value()];
    Duration longest{};
    for (const std::size_t sensor : plan.sensors) {
        const RetryPlan& retry = scenario_.sensors[sensor].retry;
        longest = std::max(longest, retry.interval * (retry.limit + 1));
    }
    return {expectation, members(scenario_, plan), start + fault.at, start + fault.ends() - longest, 0};
}

void Watches::value_seen(std::size_t sensor, std::size_t actor, Duration taken, std::int64_t thousandths, Instant now) {
    for (LeakWatch& watch : leaks_) {
        if (scenario_.expectations[watch.expectation].actor == actor)
            watch.detector.received(sensor, taken, thousandths, now);
    }
}

void Watches::connected(std::size_t sensor, bool is_connected, Instant now) {
    for (RecoveryWatch& watch : recoveries_) {
        if (!watch.is_member[sensor]) continue;
        watch.pass(now);
        if (is_connected) ++watch.connected;
        else if (watch.connected > 0) --watch.connected;
    }
}

void Watches::delivered(std::size_t sensor, std::size_t actor, Instant intended, Instant sent, Instant now) {
    for (LatencyWatch& watch : latencies_) {
        const ExpectationPlan& plan = scenario_.expectations[watch.expectation];
        if (plan.actor != actor || !watch.is_member[sensor]) continue;
        if (!spans_.contains(plan, intended)) continue;
        watch.latency.add(now - (plan.from_intended ? intended : sent));
    }
    for (BaselineWatch& watch : baselines_) {
        if (scenario_.expectations[watch.expectation].actor != actor || !watch.is_member[sensor]) continue;
        if (intended < watch.before) watch.baseline.add(now - intended);
        if (intended >= watch.after) watch.recovered.add(now - intended);
    }
}

void Watches::waiting(std::size_t actor, std::uint64_t messages, Instant now) {
    for (QueueWatch& watch : queues_) {
        if (scenario_.expectations[watch.expectation].actor != actor || now < watch.from || now > watch.to) continue;
        watch.most = std::max(watch.most, messages);
    }
}

void Watches::offered(std::size_t sensor, Instant due) {
    for (OfferedWatch& watch : offered_) {
        if (watch.is_member[sensor] && spans_.contains(scenario_.expectations[watch.expectation], due)) ++watch.offered;
    }
}

void Watches::trial_closed(std::size_t sensor, Instant due) {
    for (TrialWatch& watch : trials_) {
        if (watch.is_member[sensor] && due >= watch.from && due < watch.to) ++watch.closed;
    }
}

void Watches::known(std::size_t sensor, std::size_t actor, Instant due, Instant now) {
    for (StalenessWatch& watch : stalenesses_) {
        if (scenario_.expectations[watch.expectation()].actor == actor) watch.learned(sensor, due, now, spans_);
    }
}

const LatencyWatch* Watches::latency(std::size_t expectation) const { return of_expectation(latencies_, expectation); }
const QueueWatch* Watches::queue(std::size_t expectation) const { return of_expectation(queues_, expectation); }
const OfferedWatch* Watches::offered(std::size_t expectation) const { return of_expectation(offered_, expectation); }
const TrialWatch* Watches::trials(std::size_t expectation) const { return of_expectation(trials_, expectation); }
const BaselineWatch* Watches::baseline(std::size_t expectation) const {
    return of_expectation(baselines_, expectation);
}
const LeakWatch* Watches::leak(std::size_t expectation) const { return of_expectation(leaks_, expectation); }
const StalenessWatch* Watches::staleness(std::size_t expectation) const {
    const auto found = std::find_if(stalenesses_.begin(), stalenesses_.end(),
                                    [expectation](const auto& watch) { return watch.expectation() == expectation; });
    return found == stalenesses_.end() ? nullptr : &*found;
}
const RecoveryWatch* Watches::recovery(std::size_t expectation) const {
    return of_expectation(recoveries_, expectation);
}

}  // namespace trunkline::sim
