#include "simulator/devices/topic_index.hpp"

#include <algorithm>
#include <cassert>

namespace trunkline::sim {

TopicIndex::TopicIndex(const Scenario& scenario) {
    entries_.reserve(scenario.sensors.size());
    for (std::size_t sensor = 0; sensor < scenario.sensors.size(); ++sensor) {
        entries_.push_back({scenario.sensors[sensor].topic, sensor});
    }
    const auto before = [](const Entry& a, const Entry& b) { return a.topic < b.topic; };
    std::sort(entries_.begin(), entries_.end(), before);
    [[maybe_unused]] const auto equal = [](const Entry& a, const Entry& b) { return a.topic == b.topic; };
    assert(std::adjacent_find(entries_.begin(), entries_.end(), equal) == entries_.end());
    for (const ActorPlan& actor : scenario.actors) {
        for (const PublicationPlan& publication : actor.publications) of_actors_.push_back(publication.topic);
    }
    std::sort(of_actors_.begin(), of_actors_.end());
}

bool TopicIndex::is_published_by_actors(std::string_view topic) const {
    return std::binary_search(of_actors_.begin(), of_actors_.end(), topic);
}

std::optional<std::size_t> TopicIndex::sensor_of(std::string_view topic) const {
    const auto before = [](const Entry& entry, std::string_view wanted) { return entry.topic < wanted; };
    const auto found = std::lower_bound(entries_.begin(), entries_.end(), topic, before);
    if (found == entries_.end() || found->topic != topic) return std::nullopt;
    return found->sensor;
}

}  // namespace trunkline::sim
