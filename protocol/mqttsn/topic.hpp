#pragma once
// What is published to or subscribed for, in one of its three forms (§6.5 to §6.7).

#include <string_view>

#include "protocol/mqttsn/types.hpp"

namespace trunkline::mqttsn {

/// A view: the name is the caller's.
struct Topic {
    TopicIdType type = TopicIdType::normal;
    std::string_view name;  // of a normal topic; may be a filter where one is subscribed for
    TopicId id{};           // of the others: the predefined id, or the two octets of the short name

    static constexpr Topic named(std::string_view name) { return {.type = TopicIdType::normal, .name = name}; }
    static constexpr Topic predefined(TopicId id) { return {.type = TopicIdType::predefined, .name = {}, .id = id}; }
    /// `name` has exactly two octets.
    static constexpr Topic short_name(std::string_view name) {
        return {.type = TopicIdType::short_name, .name = {}, .id = topic_id_of_short_name(name)};
    }
};

}  // namespace trunkline::mqttsn
