#include "simulator/oracle/books.hpp"

#include <algorithm>

#include "protocol/mqtt/topic_filter.hpp"

namespace trunkline::sim {

namespace {

/// The pair of a sensor and an actor, if one of the actor's filters matches.
std::optional<Pair> pair_of(const SensorPlan& sensor, const ActorPlan& actor, std::size_t index) {
    Pair pair;
    pair.actor = static_cast<std::uint32_t>(index);
    std::size_t matching = 0;
    for (const SubscriptionPlan& subscription : actor.subscriptions) {
        if (!mqtt::topic_matches(subscription.filter, sensor.topic)) continue;
        ++matching;
        pair.qos = std::max(pair.qos, static_cast<std::int8_t>(subscription.qos));
    }
    if (matching == 0) return std::nullopt;
    pair.qos = std::min(pair.qos, sensor.qos);
    pair.has_one_filter = matching == 1;
    return pair;
}

}  // namespace

OpenReading* SensorBook::find(std::uint64_t sequence) {
    const auto found =
        std::lower_bound(open.begin(), open.end(), sequence,
                         [](const OpenReading& reading, std::uint64_t wanted) { return reading.sequence < wanted; });
    return found != open.end() && found->sequence == sequence ? &*found : nullptr;
}

void SensorBook::close_if_complete(const OpenReading& reading) {
    if (reading.stage != OpenReading::Stage::acknowledged || reading.delivered_to != all_slots()) return;
    // At QoS 2 a second copy of it would be excused: for that it has to be remembered.
    if (qos == 2 && reading.interrupted) return;
    if (is_counted(reading.sequence) && !reading.interrupted) ++closed_trials;
    open.erase(open.begin() + (&reading - open.data()));
}

void SensorBook::close_old(Instant now) {
    if (qos > 0) return;
    std::erase_if(open, [&](const OpenReading& reading) {
        return reading.stage == OpenReading::Stage::left && reading.delivered_to == all_slots() &&
               now - reading.ended_at > qos_0_memory;
    });
}

Books::Books(const Scenario& plan, Instant begin)
    : scenario(plan),
      start(begin),
      sensors(plan.sensors.size()),
      actors(plan.actors.size()),
      wills(plan),
      commands(plan),
      watches(plan, begin) {
    for (std::size_t at = 0; at < sensors.size(); ++at) {
        sensors[at].qos = plan.sensors[at].qos;
        sensors[at].first_pair = pairs.size();
        for (std::size_t actor = 0; actor < actors.size(); ++actor) {
            if (const auto pair = pair_of(plan.sensors[at], plan.actors[actor], actor)) pairs.push_back(*pair);
        }
        sensors[at].pair_count = pairs.size() - sensors[at].first_pair;
    }
}

std::span<Pair> Books::pairs_of(std::size_t sensor) {
    return std::span(pairs).subspan(sensors[sensor].first_pair, sensors[sensor].pair_count);
}

std::span<const Pair> Books::pairs_of(std::size_t sensor) const {
    return std::span(pairs).subspan(sensors[sensor].first_pair, sensors[sensor].pair_count);
}

std::optional<std::size_t> Books::slot_of(std::size_t sensor, std::size_t actor) const {
    const std::span<const Pair> owed = pairs_of(sensor);
    const auto found =
        std::find_if(owed.begin(), owed.end(), [actor](const Pair& pair) { return pair.actor == actor; });
    if (found == owed.end()) return std::nullopt;
    return static_cast<std::size_t>(found - owed.begin());
}

std::optional<std::size_t> Books::gateway_of(std::size_t sensor) const {
    const SensorPlan& plan = scenario.sensors[sensor];
    if (plan.protocol != DeviceProtocol::mqtt_sn) return std::nullopt;
    return plan.gateway;
}

}  // namespace trunkline::sim
