#include "broker/core/topic_aliases.hpp"

#include <utility>

namespace trunkline::broker {

namespace {

constexpr std::uint8_t most_credit = 15;

}  // namespace

OutboundAliases::Use OutboundAliases::use(std::string_view topic) {
    if (topic.size() < shortest_topic || topic.size() > longest_topic) return {};
    const auto known = topics_.find(topic);
    if (known != topics_.end()) {
        Place& place = known->second;
        if (place.credit < most_credit) ++place.credit;
        return {place.alias, true};
    }
    if (by_alias_.size() < maximum_) {
        const auto alias = static_cast<std::uint16_t>(by_alias_.size() + 1);
        by_alias_.push_back(&*topics_.emplace(topic, Place{alias, 1}).first);
        return {alias, false};
    }
    Topics::value_type*& place = by_alias_[hand_];
    hand_ = (hand_ + 1) % by_alias_.size();
    if (place->second.credit > 0) {
        --place->second.credit;
        return {};
    }
    const std::uint16_t alias = place->second.alias;
    topics_.erase(topics_.find(place->first));
    place = &*topics_.emplace(topic, Place{alias, 1}).first;
    return {alias, false};
}

void shorten(mqtt::Publish& packet, OutboundAliases& aliases, std::vector<std::byte>& scratch) {
    const OutboundAliases::Use use = aliases.use(packet.topic);
    if (use.alias == 0) return;
    if (use.is_known) packet.topic = {};
    const ByteView others = packet.properties.octets();
    scratch.assign({static_cast<std::byte>(mqtt::PropertyId::topic_alias), static_cast<std::byte>(use.alias >> 8U),
                    static_cast<std::byte>(use.alias & 0xffU)});
    scratch.insert(scratch.end(), others.begin(), others.end());
    packet.properties = mqtt::Properties::trusted(scratch);
}

}  // namespace trunkline::broker
