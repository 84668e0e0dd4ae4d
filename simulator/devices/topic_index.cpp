#include "simulator/devices/topic_index.hpp"

#include <algorithm>
#include <cassert>

namespace trunkline::sim {

TopicIndex::TopicIndex(const Scenario& scenario) : scenario_(scenario) {
    hashes_.reserve(scenario.sensors.size());
    for (std::size_t sensor = 0; sensor < scenario.sensors.size(); ++sensor) {
        const HashedText key(scenario.sensors[sensor].topic);
        hashes_.push_back(key.hash);
        [[maybe_unused]] const bool is_new = sensors_.add(key, static_cast<std::uint32_t>(sensor));
        assert(is_new);
    }
    for (const ActorPlan& actor : scenario.actors) {
        for (const PublicationPlan& publication : actor.publications) of_actors_.push_back(publication.topic);
    }
    std::sort(of_actors_.begin(), of_actors_.end());
}

bool TopicIndex::is_published_by_actors(std::string_view topic) const {
    return std::binary_search(of_actors_.begin(), of_actors_.end(), topic);
}

std::optional<std::size_t> TopicIndex::sensor_of(std::string_view topic) const {
    const std::optional<std::uint32_t>* found = sensors_.find(HashedText(topic));
    return found == nullptr ? std::nullopt : std::optional<std::size_t>(**found);
}

}  // namespace trunkline::sim
