#pragma once
// Topic names of exactly two octets, which need no id (MQTT-SN 1.2 §6.7).

#include <array>
#include <optional>
#include <string_view>

#include "protocol/mqttsn/types.hpp"

namespace trunkline::gateway {

/// The name in a TopicId field of the type `short_name`.
class ShortTopic {
public:
    explicit ShortTopic(mqttsn::TopicId id) : octets_(mqttsn::short_name_of(id)) {}
    /// Lives as long as this object. May be no topic name: with wildcards it is a filter.
    std::string_view name() const { return {octets_.data(), octets_.size()}; }

private:
    std::array<char, 2> octets_;
};

/// The TopicId field for a topic; nothing unless it has two octets. One octet would have to be padded: not done, since
/// it would be another topic for whoever does not.
inline std::optional<mqttsn::TopicId> short_topic_id(std::string_view topic) {
    if (topic.size() != 2) return std::nullopt;
    return mqttsn::topic_id_of_short_name(topic);
}

}  // namespace trunkline::gateway
