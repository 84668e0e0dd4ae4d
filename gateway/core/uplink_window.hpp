#pragma once
// A sensor's QoS 1 messages on their way to the broker.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/base/bring_near.hpp"
#include "protocol/base/flat_table.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/base/random.hpp"
#include "protocol/mqtt/types.hpp"
#include "protocol/mqttsn/messages.hpp"

namespace trunkline::gateway {

/// Which of a sensor's exchanges are under way: MsgIds on one side, packet identifiers on the other, two unrelated
/// spaces. Lasts as long as the sensor's connection; a message that outlives it still reaches the broker.
class UplinkWindow {
public:
    struct Exchange {
        mqttsn::MsgId msg_id{};
        mqttsn::TopicId topic_id{};
        mqtt::PacketId packet_id{};
        std::uint64_t content = 0;  // content_here()
        Instant sent_at{};          // to the broker
    };

    /// A message is about to come (bring_near.hpp).
    void expect() const { bring_beginning_near(exchanges_.data()); }

    /// The same message as one that is under way. DUP does not decide: a network may deliver the first copy twice, and
    /// a sensor that gave up may use its MsgId for something new.
    bool contains(const mqttsn::Publish& packet) const {
        return std::any_of(exchanges_.begin(), exchanges_.end(), [&](const Exchange& exchange) {
            return exchange.msg_id == packet.msg_id && exchange.content == content_here(packet);
        });
    }
    std::size_t size() const { return exchanges_.size(); }

    /// An older exchange of the same MsgId is forgotten: the sensor waits for the answer to this one.
    void add(const mqttsn::Publish& packet, mqtt::PacketId packet_id, Instant now) {
        std::erase_if(exchanges_, [&](const Exchange& exchange) { return exchange.msg_id == packet.msg_id; });
        exchanges_.push_back({packet.msg_id, packet.topic_id, packet_id, content_here(packet), now});
    }
    /// The exchange that this message repeats, which somebody else takes over.
    std::optional<Exchange> take(const mqttsn::Publish& packet) {
        const std::uint64_t content = content_here(packet);
        const auto found = std::find_if(exchanges_.begin(), exchanges_.end(), [&](const Exchange& exchange) {
            return exchange.msg_id == packet.msg_id && exchange.content == content;
        });
        if (found == exchanges_.end()) return std::nullopt;
        const Exchange exchange = *found;
        exchanges_.erase(found);
        return exchange;
    }
    /// The exchange that the broker's acknowledgement ends; nothing for one that nobody waits for.
    std::optional<Exchange> take(mqtt::PacketId packet_id) {
        const auto found = std::find_if(exchanges_.begin(), exchanges_.end(),
                                        [&](const Exchange& exchange) { return exchange.packet_id == packet_id; });
        if (found == exchanges_.end()) return std::nullopt;
        const Exchange exchange = *found;
        exchanges_.erase(found);
        return exchange;
    }

    /// What makes two messages the same, but for their MsgId: a hash that may be stored.
    static std::uint64_t content_of(const mqttsn::Publish& packet) {
        const char head[] = {static_cast<char>(packet.topic_id_type), packet.retain ? '\1' : '\0',
                             static_cast<char>(static_cast<std::uint16_t>(packet.topic_id) >> 8U),
                             static_cast<char>(static_cast<std::uint16_t>(packet.topic_id) & 0xffU)};
        return stable_hash(as_text(packet.data), stable_hash({head, sizeof head}));
    }

private:
    /// The same for this process only, and in a quarter of the time.
    static std::uint64_t content_here(const mqttsn::Publish& packet) {
        const std::uint64_t head = static_cast<std::uint64_t>(packet.topic_id_type) << 17U |
                                   (packet.retain ? 1U << 16U : 0U) | static_cast<std::uint16_t>(packet.topic_id);
        return std::hash<std::string_view>()(as_text(packet.data)) ^ NumberHash()(head);
    }

    std::vector<Exchange> exchanges_;
};

}  // namespace trunkline::gateway
