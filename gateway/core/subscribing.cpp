// SUBSCRIBE of a sensor, and its answer (MQTT-SN 1.2 §6.9).

#include "gateway/core/client.hpp"
#include "gateway/core/harmless_name.hpp"
#include "gateway/core/qos.hpp"
#include "gateway/core/return_codes.hpp"
#include "gateway/core/short_topic.hpp"
#include "protocol/mqtt/topic_filter.hpp"

namespace trunkline::gateway {

namespace {

/// The topic filter that SUBSCRIBE or UNSUBSCRIBE is about; `short_topic` holds a short one. Nothing: a predefined id
/// that is not defined for this client.
template <typename Packet>
std::optional<std::string_view> filter_in(const Packet& packet, const ShortTopic& short_topic, const Shard& shard,
                                          std::string_view client_id) {
    switch (packet.topic_id_type) {
        case mqttsn::TopicIdType::predefined:
            return shard.predefined.topic_of(packet.topic_id, client_id);
        case mqttsn::TopicIdType::short_name:
            return short_topic.name();
        case mqttsn::TopicIdType::normal:
            break;
    }
    return packet.topic_name;
}

}  // namespace

void Client::handle(const mqttsn::Subscribe& packet, Connection& connection, Shard& shard, Instant now) {
    const auto refuse_it = [&](mqttsn::ReturnCode code) {
        if (code == mqttsn::ReturnCode::congestion) ++shard.counters.congestion_answers;
        gate_.send(shard, connection.request.from, mqttsn::SubAck{.msg_id = packet.msg_id, .return_code = code});
    };
    const ShortTopic short_topic(packet.topic_id);
    const auto text = filter_in(packet, short_topic, shard, client_id_);
    if (!text) return refuse_it(mqttsn::ReturnCode::invalid_topic_id);
    const auto filter = mqtt::TopicFilter::parse(*text);
    if (!filter || !is_harmless(*text)) return refuse_it(mqttsn::ReturnCode::not_supported);
    if (!shard.rules->may_subscribe(client_id_, filter->pattern())) {
        ++shard.counters.subscribe_denied;
        return refuse_it(mqttsn::ReturnCode::not_supported);
    }
    if (subscriptions_.is_asked(packet.msg_id, filter->text())) return;
    if (upstream_->is_back_soon(shard.settings, now)) return;  // it asks again after Tretry, and may be served then
    const Settings& settings = shard.settings;
    const bool is_new = !subscriptions_.contains(filter->text());
    if (shard.is_behind() || subscriptions_.asked() >= settings.uplink_window ||
        (is_new && subscriptions_.made().size() >= settings.maximum_subscriptions_per_sensor))
        return refuse_it(mqttsn::ReturnCode::congestion);
    // With wildcards the ids come by REGISTER, name by name; a short name needs none.
    std::optional<mqttsn::TopicId> topic_id = mqttsn::TopicId{};
    if (packet.topic_id_type == mqttsn::TopicIdType::predefined) topic_id = packet.topic_id;
    else if (packet.topic_id_type == mqttsn::TopicIdType::normal && !filter->has_wildcard() && !filter->is_shared())
        topic_id = assign_topic(filter->text(), shard);
    if (!topic_id) return refuse_it(mqttsn::ReturnCode::congestion);
    const mqtt::QoS qos = qos_of(packet.qos);
    const auto packet_id = upstream_->subscribe(filter->text(), qos, shard, now);
    // Now that the broker is there, it is one that can never be asked: it is larger than the broker takes.
    if (!packet_id)
        return refuse_it(upstream_->is_connected() ? mqttsn::ReturnCode::not_supported
                                                   : mqttsn::ReturnCode::congestion);
    subscriptions_.ask({*packet_id, packet.msg_id, {packet.topic_id_type, *topic_id}, {filter->text(), qos}});
}

void Client::handle(const mqttsn::Unsubscribe& packet, Connection& connection, Shard& shard, Instant now) {
    const ShortTopic short_topic(packet.topic_id);
    auto filter = filter_in(packet, short_topic, shard, client_id_);
    if (filter && !is_harmless(*filter)) filter.reset();  // nobody can have subscribed to it
    if (filter && subscriptions_.is_ending(packet.msg_id, *filter)) return;
    std::optional<mqtt::PacketId> packet_id;
    if (filter) {
        drop_subscription(*filter, shard);
        // What the broker sends until it has heard of it ends here.
        subscriptions_.end(*filter, shard.settings.maximum_subscriptions_per_sensor);
        if (subscriptions_.ending() < shard.settings.uplink_window)
            packet_id = upstream_->unsubscribe(*filter, shard, now);
        if (packet_id) return subscriptions_.ask({*packet_id, packet.msg_id, std::string(*filter)});
    }
    // The broker is away and hears of it when it is back; or the filter is none.
    gate_.send(shard, connection.request.from, mqttsn::UnsubAck{packet.msg_id});
}

auto Client::handle(const mqtt::ClientUnsubscribed& event, Shard& shard, Instant) -> std::optional<UpstreamEnd> {
    const auto ending = subscriptions_.take_ending(event.packet_id, !mqtt::is_failure(event.reason));
    const Connection* present = connection();
    if (ending && ending->msg_id && present != nullptr)
        gate_.send(shard, present->request.from, mqttsn::UnsubAck{*ending->msg_id});
    return std::nullopt;
}

void Client::unsubscribe_again(Shard& shard, Instant now) {
    for (const std::string& filter : subscriptions_.ended()) {
        const auto packet_id = upstream_->unsubscribe(filter, shard, now);
        if (packet_id) subscriptions_.ask({*packet_id, std::nullopt, filter});
    }
}

auto Client::handle(const mqtt::ClientSubscribed& event, Shard& shard, Instant) -> std::optional<UpstreamEnd> {
    const auto request = subscriptions_.take(event.packet_id);
    if (!request) return std::nullopt;
    const mqtt::ReasonCode reason = event.reasons.front();
    if (mqtt::is_failure(reason)) drop_subscription(request->wanted.filter, shard);
    else put_subscription(request->wanted, shard);
    const Connection* present = connection();
    if (present == nullptr || !request->msg_id) return std::nullopt;
    const mqttsn::ReturnCode code = acknowledgement_return_code(reason);
    if (code == mqttsn::ReturnCode::congestion) ++shard.counters.congestion_answers;
    mqttsn::SubAck answer{.msg_id = *request->msg_id, .return_code = code};
    if (code == mqttsn::ReturnCode::accepted) {
        answer.qos = qos_of(static_cast<mqtt::QoS>(reason));  // "granted QoS n" is n
        answer.topic_id = request->topic.id;
        if (request->topic.type == mqttsn::TopicIdType::normal) topics_.set_known(request->topic.id);
    }
    gate_.send(shard, present->request.from, answer);
    return std::nullopt;
}

void Client::subscribe_again(Shard& shard, Instant now) {
    for (const Subscriptions::Subscription& made : subscriptions_.made()) {
        const auto packet_id = upstream_->subscribe(made.filter, made.qos, shard, now);
        if (packet_id) subscriptions_.ask({*packet_id, std::nullopt, {}, made});
        else ++shard.counters.subscriptions_lost;
    }
}

}  // namespace trunkline::gateway
