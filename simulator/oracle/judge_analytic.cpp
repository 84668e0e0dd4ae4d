// Expectations that a formula says: shares of exchanges, and times of wills.

#include <variant>
#include <vector>

#include "simulator/oracle/analytic.hpp"
#include "simulator/oracle/expectation_case.hpp"

namespace trunkline::sim::judging {

namespace {

/// Readings whose one exchange ran its course, undisturbed by a lost connection: what the formula speaks of.
struct Trials {
    std::uint64_t count = 0;
    std::uint64_t acknowledged = 0;
    std::uint64_t delivered = 0;

    void add_closed(std::uint64_t closed) {
        count += closed;
        acknowledged += closed;
        delivered += closed;
    }
};

/// `watch`: of an expectation that is about a part of the run; it has the closed ones.
void add_trials(const SensorBook& book, std::optional<std::size_t> slot, const TrialWatch* watch, Trials& trials) {
    if (watch == nullptr) trials.add_closed(book.closed_trials);
    for (const OpenReading& reading : book.open) {
        if (watch != nullptr && (reading.offered_at < watch->from || reading.offered_at >= watch->to)) continue;
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

/// During a fault it is over the link that the fault makes of it.
const LinkProfile& link_of(const Case& each, const SensorPlan& sensor) {
    const Scenario& scenario = each.books.scenario;
    const FaultPlan* fault = each.plan.fault ? &scenario.faults[*each.plan.fault] : nullptr;
    return fault != nullptr && fault->overlay ? *fault->overlay : scenario.links[sensor.field_link];
}

Trials trials_of(const Case& each) {
    Trials trials;
    const TrialWatch* watch = each.books.watches.trials(each.index);
    if (watch != nullptr) trials.add_closed(watch->closed);
    for (const std::size_t sensor : each.plan.sensors)
        add_trials(each.books.sensors[sensor], each.books.slot_of(sensor, each.plan.actor), watch, trials);
    return trials;
}

void judge_exchanges(const Case& each, ExpectationResult& result) {
    using Formula = ExpectationPlan::Formula;
    const Trials trials = trials_of(each);
    result.readings = trials.count;
    result.measures.push_back(some("readings", trials.count));
    if (trials.count == 0) return;
    const SensorPlan& sensor = each.books.scenario.sensors[each.plan.sensors.front()];
    const LinkProfile& link = link_of(each, sensor);
    const auto add = [&](const char* name, double formula, std::uint64_t successes) {
        result.measures.push_back(agrees(name, formula, successes, trials.count, each.plan.confidence));
    };
    if (each.plan.formula == Formula::bursts)
        return add("delivered",
                   through_bursts(std::get<BurstsByTime>(*link.bursts), sensor.retry.interval, sensor.retry.limit),
                   trials.delivered);
    const StopAndWait one = stop_and_wait(link.loss, sensor.retry.limit);
    add("delivered", one.delivered, trials.delivered);
    if (each.plan.formula == Formula::sn_qos1) add("acknowledged", one.acknowledged, trials.acknowledged);
    else add("completed", one.acknowledged * one.acknowledged, trials.acknowledged);
}

/// After how long a silence our clients speak: in MQTT-SN after their Keep Alive, in MQTT after nine tenths of it.
Duration longest_silence(const SensorPlan& sensor) {
    const Duration keep_alive = sensor.keep_alive;
    return sensor.protocol == DeviceProtocol::mqtt_sn ? keep_alive : keep_alive * 9 / 10;
}

/// From a silent cut to the will, as a share of the time in which it may come: uniform, because nobody knows when the
/// device was heard last.
void judge_will_times(const Case& each, ExpectationResult& result) {
    const Scenario& scenario = each.books.scenario;
    const Instant cut = each.books.start + scenario.faults[each.plan.fault.value()].at;
    std::vector<bool> is_seen(scenario.sensors.size(), false);
    std::vector<double> shares;
    for (const WillSighting& sighting : each.books.wills.sightings()) {
        if (sighting.actor != each.plan.actor || sighting.extra || sighting.at < cut || !each.is_of(sighting.sensor))
            continue;
        if (is_seen[sighting.sensor]) continue;
        is_seen[sighting.sensor] = true;
        const SensorPlan& sensor = scenario.sensors[sighting.sensor];
        const Duration latest = silence_allowed(sensor.protocol, sensor.keep_alive) + sensor.will->delay;
        const Duration silence = longest_silence(sensor);
        shares.push_back(in_seconds(sighting.at - cut - (latest - silence)) / in_seconds(silence));
    }
    result.readings = shares.size();
    result.measures.push_back(exactly("wills", real(shares.size()), real(each.plan.sensors.size())));
    if (shares.empty()) return;
    const double bound = kolmogorov_bound(shares.size(), each.plan.confidence);
    result.measures.push_back(at_most("distance", distance_from_uniform(std::move(shares)), bound));
}

}  // namespace

void judge_analytic(const Case& each, ExpectationResult& result) {
    if (each.plan.formula == ExpectationPlan::Formula::will_time) judge_will_times(each, result);
    else judge_exchanges(each, result);
}

}  // namespace trunkline::sim::judging
