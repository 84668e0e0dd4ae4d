// Expectations about times: recovery, latency, staleness.

#include <algorithm>

#include "simulator/oracle/expectation_case.hpp"

namespace trunkline::sim::judging {

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
    if (!each.plan.baseline_factor) return;
    const BaselineWatch* baseline = each.books.watches.baseline(each.index);
    if (baseline == nullptr) return;
    result.measures.push_back(some("before", baseline->baseline.count()));
    result.measures.push_back(some("after", baseline->recovered.count()));
    const double before = in_seconds(baseline->baseline.percentile(99'000));
    const double after = in_seconds(baseline->recovered.percentile(99'000));
    result.measures.push_back(
        at_most("p99_x_baseline", before > 0.0 ? after / before : 0.0, *each.plan.baseline_factor));
}

void judge_latency(const Case& each, ExpectationResult& result) {
    const LatencyWatch* watch = each.books.watches.latency(each.index);
    if (watch == nullptr) return;
    result.readings = watch->latency.count();
    result.measures.push_back(some("delivered", watch->latency.count()));
    for (const PercentileBound& bound : each.plan.percentiles)
        result.measures.push_back(percentile(bound, watch->latency));
}

void judge_staleness(const Case& each, ExpectationResult& result) {
    const StalenessWatch* watch = each.books.watches.staleness(each.index);
    if (watch == nullptr) return;
    const LogHistogram ages = watch->ages(each.end, each.books.watches.spans());
    result.readings = each.ledger().delivered;
    result.measures.push_back(some("looked_at", ages.count()));
    for (const PercentileBound& bound : each.plan.percentiles) result.measures.push_back(percentile(bound, ages));
}

}  // namespace trunkline::sim::judging
