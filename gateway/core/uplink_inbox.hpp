#pragma once
// A sensor's QoS 2 messages, from their first PUBLISH to some time after PUBREL.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "gateway/core/store_batch.hpp"
#include "gateway/core/uplink_window.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/mqtt/types.hpp"
#include "protocol/mqttsn/messages.hpp"

namespace trunkline::gateway {

/// Which MsgIds are QoS 2 messages that the gateway has, so that no copy is forwarded twice (MQTT-SN 1.2 §6.6). Part of
/// the session: a sensor that connects again goes on with the exchange that it was in. A completed MsgId is remembered
/// for a quarantine, because the network may deliver a copy of PUBLISH after PUBCOMP.
class UplinkInbox {
public:
    struct Exchange {
        mqttsn::MsgId msg_id{};
        mqttsn::TopicId topic_id{};
        mqtt::PacketId packet_id{};
        UplinkNumber number{};      // of the message in the store; zero: it is not there
        std::uint64_t content = 0;  // hash
        bool is_completed = false;  // the broker has it
        bool is_promised = false;   // PUBREC was sent before the broker's
        /// PUBREL came; from then on the same is a new message.
        std::optional<Instant> forget_at{};

        bool is_answered() const { return is_completed || is_promised; }
    };
    /// That many MsgIds are remembered beyond those on their way.
    static constexpr std::size_t completed_limit = 16;

    /// The exchange that this message repeats. Another content under a MsgId is a new message: of a sensor that gave
    /// up, or that counts from one again after its batteries were changed.
    Exchange* find(const mqttsn::Publish& packet, Instant now) {
        Exchange* const found = find(packet.msg_id);
        const bool is_same = found != nullptr && found->content == UplinkWindow::content_of(packet);
        return is_same && (!found->forget_at || now < *found->forget_at) ? found : nullptr;
    }
    Exchange* find(mqttsn::MsgId msg_id) {
        return find_if([&](const Exchange& exchange) { return exchange.msg_id == msg_id; });
    }
    /// Forgets what is over, and beyond the limit the oldest ones: a sensor has one exchange at a time, and thinks of
    /// those least. What was forgotten.
    std::vector<mqttsn::MsgId> forget_old(Instant now) {
        std::vector<mqttsn::MsgId> forgotten;
        std::size_t completed = exchanges_.size() - under_way();
        std::erase_if(exchanges_, [&](const Exchange& exchange) {
            const bool is_over = exchange.forget_at && *exchange.forget_at <= now;
            if (!exchange.is_completed || (!is_over && completed <= completed_limit)) return false;
            --completed;
            forgotten.push_back(exchange.msg_id);
            return true;
        });
        return forgotten;
    }
    /// A new message is on its way. What its MsgId stood for before is forgotten.
    Exchange& add(const mqttsn::Publish& packet, mqtt::PacketId packet_id, UplinkNumber number = {}) {
        return add({.msg_id = packet.msg_id,
                    .topic_id = packet.topic_id,
                    .packet_id = packet_id,
                    .number = number,
                    .content = UplinkWindow::content_of(packet)});
    }
    Exchange& add(const Exchange& exchange) {
        std::erase_if(exchanges_, [&](const Exchange& other) { return other.msg_id == exchange.msg_id; });
        return exchanges_.emplace_back(exchange);
    }
    /// After a restart: this message is still to be brought to the broker.
    void reopen(UplinkNumber number, mqtt::PacketId packet_id) {
        Exchange* const found = find_if([&](const Exchange& exchange) { return exchange.number == number; });
        if (found == nullptr) return;
        found->is_completed = false;
        found->is_promised = true;  // nobody knows any more
        found->packet_id = packet_id;
    }
    /// The broker is done with this one: it has the message, or, with `is_refused`, it is to be forgotten. Nothing: it
    /// is none of these. `number`: of a stored message.
    std::optional<Exchange> complete(mqtt::PacketId packet_id, UplinkNumber number, bool is_refused) {
        Exchange* const found = find_if([&](const Exchange& exchange) {
            return !exchange.is_completed && exchange.packet_id == packet_id && exchange.number == number;
        });
        if (found == nullptr) return std::nullopt;
        const Exchange exchange = *found;
        if (is_refused) exchanges_.erase(exchanges_.begin() + (found - exchanges_.data()));
        else found->is_completed = true;
        return exchange;
    }
    /// How many the broker has not completed.
    std::size_t under_way() const {
        return static_cast<std::size_t>(std::count_if(exchanges_.begin(), exchanges_.end(),
                                                      [](const Exchange& exchange) { return !exchange.is_completed; }));
    }
    std::size_t size() const { return exchanges_.size(); }

private:
    template <typename Predicate>
    Exchange* find_if(Predicate predicate) {
        const auto found = std::find_if(exchanges_.begin(), exchanges_.end(), predicate);
        return found == exchanges_.end() ? nullptr : &*found;
    }

    std::vector<Exchange> exchanges_;  // in the order of arrival; nothing on the heap while unused
};

}  // namespace trunkline::gateway
