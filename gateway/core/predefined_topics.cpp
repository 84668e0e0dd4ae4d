#include "gateway/core/predefined_topics.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace trunkline::gateway {

namespace {

auto id_key(const PredefinedTopic& topic) { return std::make_tuple(std::string_view(topic.client_id), topic.id); }
auto topic_key(const PredefinedTopic& topic) {
    return std::make_tuple(std::string_view(topic.client_id), std::string_view(topic.topic));
}

}  // namespace

PredefinedTopics::PredefinedTopics(const std::vector<PredefinedTopic>& topics)
    : by_id_(topics), by_topic_(topics.size()) {
    std::stable_sort(by_id_.begin(), by_id_.end(),
                     [](const auto& one, const auto& other) { return id_key(one) < id_key(other); });
    std::iota(by_topic_.begin(), by_topic_.end(), std::size_t{0});
    std::stable_sort(by_topic_.begin(), by_topic_.end(), [this](std::size_t one, std::size_t other) {
        return topic_key(by_id_[one]) < topic_key(by_id_[other]);
    });
}

std::optional<std::string_view> PredefinedTopics::topic_of(mqttsn::TopicId id, std::string_view client_id) const {
    const auto wanted = std::make_tuple(client_id, id);
    const auto found = std::lower_bound(by_id_.begin(), by_id_.end(), wanted,
                                        [](const auto& topic, const auto& key) { return id_key(topic) < key; });
    if (found != by_id_.end() && id_key(*found) == wanted) return found->topic;
    return client_id.empty() ? std::nullopt : topic_of(id, "");
}

std::optional<mqttsn::TopicId> PredefinedTopics::id_of(std::string_view topic, std::string_view client_id) const {
    const auto wanted = std::make_tuple(client_id, topic);
    const auto found =
        std::lower_bound(by_topic_.begin(), by_topic_.end(), wanted,
                         [this](std::size_t place, const auto& key) { return topic_key(by_id_[place]) < key; });
    if (found != by_topic_.end() && topic_key(by_id_[*found]) == wanted) return by_id_[*found].id;
    if (client_id.empty()) return std::nullopt;
    const auto for_all = id_of(topic, "");
    // The client may have been given this id for another topic.
    return for_all && topic_of(*for_all, client_id) == topic ? for_all : std::nullopt;
}

}  // namespace trunkline::gateway
