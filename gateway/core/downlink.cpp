#include "gateway/core/downlink.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace trunkline::gateway {

Downlink::Addition Downlink::add(const mqtt::ClientMessage& arrived, const Limits& limits) {
    if (is_first_busy() && running().is_of_lost_connection && arrived.dup && running().packet_id == arrived.packet_id) {
        // On its way to the sensor already when the connection to the broker was lost. From now on its acknowledgement
        // has somebody to go to again.
        running().is_of_lost_connection = false;
        return {Added::repeated};
    }
    const bool is_qos_0 = arrived.qos == mqtt::QoS::at_most_once;
    // What came after the one that was left stays as well: they come again in their order.
    if (has_left_some_ && !is_qos_0) return {Added::left_with_broker};
    const std::size_t octets = arrived.topic.size() + arrived.payload.size();
    Addition addition{Added::queued};
    if (const auto instead = make_room(octets, is_qos_0, limits, addition.displaced)) {
        addition.added = *instead;
        has_left_some_ = addition.added == Added::left_with_broker;
        return addition;
    }
    queue_.push_back({.topic = arrived.topic,
                      .payload = arrived.payload,
                      .qos = arrived.qos,
                      .retain = arrived.retain,
                      .packet_id = arrived.packet_id});
    octets_ += octets;
    if (arrived.qos == mqtt::QoS::exactly_once) take_up(queue_.back(), arrived.dup);
    return addition;
}

Downlink::Addition Downlink::add_own(Message message, bool was_here, const Limits& limits) {
    Addition addition{Added::queued};
    const std::size_t octets = octets_of(message);
    const bool is_qos_0 = message.qos == mqtt::QoS::at_most_once;
    if (const auto instead = was_here ? std::nullopt : make_room(octets, is_qos_0, limits, addition.displaced)) {
        addition.added = *instead;
        return addition;
    }
    message.is_own = true;
    queue_.push_back(std::move(message));
    octets_ += octets;
    if (queue_.back().packet_id != mqtt::PacketId{}) take_up(queue_.back(), was_here);
    return addition;
}

std::optional<Downlink::Added> Downlink::make_room(std::size_t octets, bool is_qos_0, const Limits& limits,
                                                   std::size_t& displaced) {
    const bool makes_room = limits.policy == DownlinkPolicy::drop_oldest && octets <= limits.octets;
    while (!has_room_for(octets, is_qos_0 ? limits.messages : limits.broker_window, limits)) {
        if (makes_room && drop_oldest_qos_0()) {
            ++displaced;
            continue;
        }
        if (limits.policy == DownlinkPolicy::refuse) return Added::refused;
        return is_qos_0 || !limits.broker_keeps_rest ? Added::dropped : Added::left_with_broker;
    }
    return std::nullopt;
}

mqtt::PacketId Downlink::new_packet_id() {
    const auto is_taken = [this](mqtt::PacketId id) {
        const auto has_it = [id](const auto& each) { return each.packet_id == id; };
        return std::any_of(held_.begin(), held_.end(), has_it) || std::any_of(queue_.begin(), queue_.end(), has_it);
    };
    do last_packet_id_ = last_packet_id_ == 0xffff ? std::uint16_t{1} : static_cast<std::uint16_t>(last_packet_id_ + 1);
    while (is_taken(mqtt::PacketId{last_packet_id_}));
    return mqtt::PacketId{last_packet_id_};
}

void Downlink::keep_for_later() {
    exchange_.reset();
    paused_until_.reset();
    std::erase_if(queue_, [this](const Message& message) {
        if (message.qos != mqtt::QoS::at_most_once) return false;
        octets_ -= octets_of(message);
        return true;
    });
}

std::vector<Downlink::Message> Downlink::take_expired(Instant now) {
    std::vector<Message> expired;
    const auto first = queue_.begin() + (is_first_busy() ? 1 : 0);
    const auto kept =
        std::stable_partition(first, queue_.end(), [now](const Message& m) { return now < m.expires_at; });
    for (auto one = kept; one != queue_.end(); ++one) {
        octets_ -= octets_of(*one);
        expired.push_back(std::move(*one));
    }
    queue_.erase(kept, queue_.end());
    return expired;
}

/// Without DUP it is another message: the identifier is used again.
void Downlink::take_up(Message& message, bool dup) {
    const auto held =
        std::find_if(held_.begin(), held_.end(), [&](const Held& each) { return each.packet_id == message.packet_id; });
    if (held == held_.end()) return;
    if (dup) {
        message.msg_id = held->msg_id;
        message.is_received = held->is_received;
        message.was_sent = true;
    }
    held_.erase(held);
}

void Downlink::hold(const Message& message) {
    if (message.msg_id == mqttsn::MsgId{} || message.packet_id == mqtt::PacketId{}) return;
    forget(message.packet_id);
    hold(Held{message.packet_id, message.msg_id, message.is_received});
}

bool Downlink::drop_oldest_qos_0() {
    const auto first = queue_.begin() + (is_first_busy() ? 1 : 0);
    const auto oldest = std::find_if(first, queue_.end(),
                                     [](const Message& message) { return message.qos == mqtt::QoS::at_most_once; });
    if (oldest == queue_.end()) return false;
    octets_ -= octets_of(*oldest);
    queue_.erase(oldest);
    return true;
}

void Downlink::upstream_lost() {
    has_left_some_ = false;
    for (Message& message : queue_) message.is_of_lost_connection = true;
}

void Downlink::session_resumed() {
    std::vector<Message> kept;
    for (std::size_t at = 0; at < queue_.size(); ++at) {
        Message& message = queue_[at];
        const bool comes_again = message.is_of_lost_connection && message.qos != mqtt::QoS::at_most_once;
        if (!comes_again || (at == 0 && is_first_busy())) {
            kept.push_back(std::move(message));
        } else {
            octets_ -= octets_of(message);
            hold(message);
        }
    }
    queue_ = std::move(kept);
}

std::vector<mqtt::PacketId> Downlink::session_lost() {
    for (Message& message : queue_) {
        hold(message);
        message.packet_id = {};
    }
    std::vector<mqtt::PacketId> ended;
    for (const Held& held : std::exchange(held_, {})) ended.push_back(held.packet_id);
    return ended;
}

void Downlink::sensor_lost() {
    exchange_.reset();
    paused_until_.reset();
    octets_ = 0;
    for (const Message& message : std::exchange(queue_, {})) hold(message);
}

mqttsn::MsgId Downlink::new_msg_id() {
    const auto is_taken = [this](std::uint16_t id) {
        const auto has_it = [id](const auto& each) { return each.msg_id == mqttsn::MsgId{id}; };
        return std::any_of(held_.begin(), held_.end(), has_it) || std::any_of(queue_.begin(), queue_.end(), has_it);
    };
    do last_msg_id_ = last_msg_id_ == 0xffff ? std::uint16_t{1} : static_cast<std::uint16_t>(last_msg_id_ + 1);
    while (is_taken(last_msg_id_));
    return mqttsn::MsgId{last_msg_id_};
}

bool Downlink::claim_msg_id() {
    assert(next() != nullptr);
    if (running().msg_id != mqttsn::MsgId{}) return false;
    running().msg_id = new_msg_id();
    return true;
}

Downlink::Message* Downlink::next() {
    if (exchange_ || paused_until_ || queue_.empty()) return nullptr;
    return &queue_.front();
}

mqttsn::MsgId Downlink::begin(Step step, WireTopic topic, const mqttsn::RetrySettings& retry, Instant now) {
    assert(next() != nullptr);
    const bool is_claimed = step != Step::registering && running().msg_id != mqttsn::MsgId{};
    exchange_ = Exchange{step, is_claimed ? running().msg_id : new_msg_id(), topic, {}, now};
    exchange_->was_repeated = step == Step::publishing && is_claimed && running().was_sent;
    exchange_->retry.start(retry, now);
    return exchange_->msg_id;
}

Downlink::Message Downlink::take_first() {
    assert(!queue_.empty());
    exchange_.reset();
    Message first = std::move(queue_.front());
    octets_ -= octets_of(first);
    queue_.erase(queue_.begin());
    if (queue_.empty()) std::vector<Message>().swap(queue_);
    return first;
}

mqttsn::Retry::Due Downlink::advance(Instant now) {
    if (paused_until_ && now >= *paused_until_) paused_until_.reset();
    return exchange_ ? exchange_->retry.advance(now) : mqttsn::Retry::Due::nothing;
}

}  // namespace trunkline::gateway
