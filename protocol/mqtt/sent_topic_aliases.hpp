#pragma once
// Topic aliases towards a server (5.0 §3.3.2.3.4).

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/mqtt/packets.hpp"
#include "protocol/mqtt/properties.hpp"

namespace trunkline::mqtt {

/// Of one network connection: no alias outlives it [MQTT-3.3.2-7]. The first topics get one each, as many as the server
/// takes, and keep it.
class SentTopicAliases {
public:
    /// What an alias adds to a packet that still names its topic: the property, and perhaps one more octet of each of
    /// the two lengths.
    static constexpr std::size_t largest_addition = 5;

    /// `limit`: the server's Topic Alias Maximum, or less; not 0. [MQTT-3.2.2-17]
    explicit SentTopicAliases(std::uint16_t limit) : limit_(limit) {}

    /// The packet as it is to leave: with an alias in place of its topic, or beside it for the first time. `may_grow`:
    /// the server takes `largest_addition` octets more. Valid until the next call, and as long as `packet`'s octets.
    Publish shortened(const Publish& packet, bool may_grow) {
        if (packet.topic.size() < shortest_topic) return packet;
        const auto known = aliases_.find(packet.topic);
        if (known != aliases_.end()) return with_alias(packet, known->second, {});
        if (!may_grow || aliases_.size() >= limit_) return packet;
        const auto alias = static_cast<std::uint16_t>(aliases_.size() + 1);  // never zero [MQTT-3.3.2-8]
        aliases_.emplace(packet.topic, alias);
        return with_alias(packet, alias, packet.topic);
    }

private:
    static constexpr std::size_t shortest_topic = 4;  // an alias is no shorter than the others

    Publish with_alias(const Publish& packet, std::uint16_t alias, std::string_view topic) {
        const std::array<std::byte, 3> property{static_cast<std::byte>(PropertyId::topic_alias),
                                                static_cast<std::byte>(alias >> 8U),
                                                static_cast<std::byte>(alias & 0xffU)};
        const ByteView others = packet.properties.octets();
        properties_.assign(property.begin(), property.end());
        properties_.insert(properties_.end(), others.begin(), others.end());
        Publish aliased = packet;
        aliased.topic = topic;
        aliased.properties = Properties::trusted(properties_);
        return aliased;
    }

    std::uint16_t limit_;
    std::map<std::string, std::uint16_t, std::less<>> aliases_;
    std::vector<std::byte> properties_;  // of the last packet; kept for its capacity
};

}  // namespace trunkline::mqtt
