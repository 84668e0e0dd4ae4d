#include "simulator/oracle/books.hpp"

#include <algorithm>

#include "protocol/mqtt/topic_filter.hpp"

namespace trunkline::sim {

namespace {

bool is_owed(const ActorPlan& actor, const SensorPlan& sensor) {
    return std::any_of(actor.subscriptions.begin(), actor.subscriptions.end(), [&sensor](const SubscriptionPlan& each) {
        return mqtt::topic_matches(each.filter, sensor.topic);
    });
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
    if (is_counted(reading.sequence) && !reading.interrupted) ++closed_trials;
    open.erase(open.begin() + (&reading - open.data()));
}

Books::Books(const Scenario& scenario) : sensors(scenario.sensors.size()), actors(scenario.actors.size()) {
    for (std::size_t at = 0; at < sensors.size(); ++at) {
        sensors[at].first_pair = pairs.size();
        for (std::size_t actor = 0; actor < actors.size(); ++actor) {
            if (!is_owed(scenario.actors[actor], scenario.sensors[at])) continue;
            Pair pair;
            pair.actor = static_cast<std::uint32_t>(actor);
            pairs.push_back(pair);
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

}  // namespace trunkline::sim
