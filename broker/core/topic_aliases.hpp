#pragma once
// Topic Aliases (§3.3.2.3.4), one table for each direction of a network connection. They end with it. [MQTT-3.3.2-7]

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "protocol/mqtt/packets.hpp"

namespace trunkline::broker {

/// Of what the client sends: it decides what an alias stands for.
class InboundAliases {
public:
    /// The topic of a PUBLISH that carries this alias, which must be in range. A name gives the alias a new meaning;
    /// without one the topic is what it stands for, empty if that is nothing. Valid until the next call.
    std::string_view resolve(std::uint16_t alias, std::string_view name) {
        if (topics_.size() < alias) {
            if (name.empty()) return {};
            topics_.resize(alias);
        }
        std::string& topic = topics_[alias - 1U];
        if (!name.empty()) topic = name;
        return topic;
    }

private:
    std::vector<std::string> topics_;  // by alias, from 1
};

/// Of what the broker sends: the topics that come most often have one. A topic that is used earns credit, up to a
/// bound; one that has none takes it from the topic next in the round, and the place once there is no credit left. Thus
/// a round of more topics than aliases leaves most of them with theirs.
class OutboundAliases {
public:
    /// Octets of topics for which an alias is worth its three octets, and its place in memory.
    static constexpr std::size_t shortest_topic = 6;
    static constexpr std::size_t longest_topic = 1024;

    /// `maximum`: at least 1.
    explicit OutboundAliases(std::uint16_t maximum) : maximum_(maximum) {}

    struct Use {
        std::uint16_t alias = 0;  // zero: none
        bool is_known = false;    // to the client: the name may be left out
    };
    /// A PUBLISH with this topic is about to be sent.
    Use use(std::string_view topic);

private:
    struct Place {
        std::uint16_t alias = 0;
        std::uint8_t credit = 0;
    };
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    using Topics = std::unordered_map<std::string, Place, TextHash, std::equal_to<>>;

    std::uint16_t maximum_;
    Topics topics_;                              // looked up, never walked
    std::vector<Topics::value_type*> by_alias_;  // from 1
    std::size_t hand_ = 0;                       // index of the place that gives up credit next
};

/// Gives the packet an alias where that is worth it, and takes the name off it where the client knows it. The packet
/// then views `scratch`.
void shorten(mqtt::Publish& packet, OutboundAliases& aliases, std::vector<std::byte>& scratch);

}  // namespace trunkline::broker
