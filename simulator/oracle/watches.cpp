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

Watches::Watches(const Scenario& scenario, Instant start) : scenario_(scenario) {
    for (const FaultPlan& fault : scenario.faults) {
        // Whatever happens to the pipe, what is told of it travels as ever.
        if (fault.kind == FaultPlan::Kind::pipe) continue;
        troubles_.push_back({start + fault.at, start + fault.ends() + settling_time});
    }
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
        if (plan.healthy_only && !is_healthy(intended)) continue;
        watch.latency.add(now - (plan.from_intended ? intended : sent));
    }
}

void Watches::waiting(std::size_t actor, std::uint64_t messages, Instant now) {
    for (QueueWatch& watch : queues_) {
        if (scenario_.expectations[watch.expectation].actor != actor || now < watch.from || now > watch.to) continue;
        watch.most = std::max(watch.most, messages);
    }
}

bool Watches::is_healthy(Instant at) const {
    return std::none_of(troubles_.begin(), troubles_.end(),
                        [at](const Trouble& trouble) { return at >= trouble.from && at < trouble.to; });
}

const LatencyWatch* Watches::latency(std::size_t expectation) const { return of_expectation(latencies_, expectation); }
const QueueWatch* Watches::queue(std::size_t expectation) const { return of_expectation(queues_, expectation); }
const RecoveryWatch* Watches::recovery(std::size_t expectation) const {
    return of_expectation(recoveries_, expectation);
}

}  // namespace trunkline::sim
