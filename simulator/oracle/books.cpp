#include "simulator/oracle/books.hpp"

#include <algorithm>

#include "protocol/mqtt/topic_filter.hpp"

namespace trunkline::sim {

namespace {

/// The pair of a sensor and an actor, if one of the actor's filters matches.
std::optional<Pair> pair_of(const SensorPlan& sensor, const ActorPlan& actor, std::size_t index) {
    if (actor.team && *actor.team != index) return std::nullopt;
    Pair pair;
    pair.is_shared = actor.team.has_value();
    pair.actor = static_cast<std::uint32_t>(index);
    std::size_t matching = 0;
    for (const SubscriptionPlan& subscription : actor.subscriptions) {
        if (!mqtt::topic_matches(subscription.filter, sensor.topic)) continue;
        ++matching;
        pair.qos = std::max(pair.qos, static_cast<std::int8_t>(subscription.qos));
    }
    if (matching == 0) return std::nullopt;
    pair.qos = std::min(pair.qos, sensor.qos);
    // Another member may get once more what the first one had when its session ended.
    pair.has_one_filter = matching == 1 && !pair.is_shared;
    return pair;
}

}  // namespace

OpenReading* SensorBook::find(std::uint64_t sequence) {
    const auto found =
        std::lower_bound(open.begin(), open.end(), sequence,
                         [](const OpenReading& reading, std::uint64_t wanted) { return reading.sequence < wanted; });
    return found != open.end() && found->sequence == sequence ? &*found : nullptr;
}

bool SensorBook::close_if_complete(const OpenReading& reading) {
    if (reading.stage != OpenReading::Stage::acknowledged || reading.delivered_to != all_slots()) return false;
    // At QoS 2 a second copy of it would be excused: for that it has to be remembered.
    if (qos == 2 && reading.interrupted) return false;
    const bool is_trial = is_counted(reading.sequence) && !reading.interrupted;
    if (is_trial) ++closed_trials;
    open.erase(open.begin() + (&reading - open.data()));
    return is_trial;
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
    for (std::size_t actor = 0; actor < actors.size(); ++actor)
        actors[actor].answers.resize(plan.actors[actor].answers.size());
}

std::span<Pair> Books::pairs_of(std::size_t sensor) {
    return std::span(pairs).subspan(sensors[sensor].first_pair, sensors[sensor].pair_count);
}

std::span<const Pair> Books::pairs_of(std::size_t sensor) const {
    return std::span(pairs).subspan(sensors[sensor].first_pair, sensors[sensor].pair_count);
}

std::optional<std::size_t> Books::slot_of(std::size_t sensor, std::size_t actor) const {
    const std::span<const Pair> owed = pairs_of(sensor);
    const std::size_t by = owed_by(actor);
    const auto found = std::find_if(owed.begin(), owed.end(), [by](const Pair& pair) { return pair.actor == by; });
    if (found == owed.end()) return std::nullopt;
    return static_cast<std::size_t>(found - owed.begin());
}

std::optional<std::size_t> Books::gateway_of(std::size_t sensor) const {
    const SensorPlan& plan = scenario.sensors[sensor];
    if (plan.protocol != DeviceProtocol::mqtt_sn) return std::nullopt;
    return plan.gateway;
}

bool Books::is_anybody_subscribed(std::size_t owed, bool must_be_connected) const {
    for (std::size_t actor = owed; actor < actors.size() && owed_by(actor) == owed; ++actor) {
        if (actors[actor].is_subscribed && (!must_be_connected || actors[actor].is_connected)) return true;
    }
    return false;
}

bool Books::had_time(std::size_t owed, Instant end) const {
    for (std::size_t actor = owed; actor < actors.size() && owed_by(actor) == owed; ++actor) {
        if (!actors[actor].had_time(end)) return false;
    }
    return true;
}

}  // namespace trunkline::sim
