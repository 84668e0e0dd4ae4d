#pragma once
// Topic ids that gateway and sensors know by configuration (MQTT-SN 1.2 §6.7).

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/mqttsn/types.hpp"

namespace trunkline::gateway {

struct PredefinedTopic {
    mqttsn::TopicId id{};
    std::string topic;
    std::string client_id{};  // empty: for all
};

/// A number space of its own, apart from normal ids. What is defined for one ClientId goes before what is for all. Of
/// two definitions of the same id, or of two ids for the same topic, the first counts.
class PredefinedTopics {
public:
    explicit PredefinedTopics(const std::vector<PredefinedTopic>& topics);

    /// Nothing for an id that is not defined for this client. Views live as long as this object.
    std::optional<std::string_view> topic_of(mqttsn::TopicId id, std::string_view client_id) const;
    std::optional<mqttsn::TopicId> id_of(std::string_view topic, std::string_view client_id) const;

private:
    std::vector<PredefinedTopic> by_id_;  // sorted by client and id
    std::vector<std::size_t> by_topic_;   // places in by_id_, sorted by client and topic
};

}  // namespace trunkline::gateway
