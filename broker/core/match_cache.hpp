#pragma once
// Who receives what is published to a topic, remembered: sensors publish to the same topic again and again.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "broker/core/topic_trie.hpp"
#include "protocol/mqtt/topic_filter.hpp"

namespace trunkline::broker {

/// One receiver of a topic: its overlapping subscriptions are one delivery, at the highest QoS that any of them grants
/// (5.0 [MQTT-3.3.4-2], 3.1.1 [MQTT-3.3.5-1]).
struct Match {
    SessionSlot session{};
    mqtt::QoS qos{};
    /// For what the session has published itself: only subscriptions without No Local count. [MQTT-3.8.3-3]
    std::optional<mqtt::QoS> own_qos;
    bool retain_as_published = false;
};

/// Results of the trie by topic. A change of a plain filter forgets its topic, one of a wildcard everything.
class MatchCache {
public:
    /// Topics remembered at most; then all are forgotten, for order of age would cost more than matching again.
    static constexpr std::size_t topic_limit = 65536;

    /// One match per session, rising by slot. Valid until the next call of anything here.
    std::span<const Match> matches(std::string_view topic, TopicTrie& trie);
    void filter_changed(const mqtt::TopicFilter& filter);

private:
    struct Entry {
        std::uint64_t generation = 0;
        std::vector<Match> matches;
    };
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    void compute(std::string_view topic, TopicTrie& trie, std::vector<Match>& matches);

    std::unordered_map<std::string, Entry, TextHash, std::equal_to<>> topics_;
    std::uint64_t generation_ = 1;         // entries of an older one are stale
    std::vector<Subscriber> subscribers_;  // kept for its capacity
};

}  // namespace trunkline::broker
