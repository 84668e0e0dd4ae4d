// Messages from the broker to the sensor: REGISTER where it does not know the name, PUBLISH, and the acknowledgement
// upstream once it has the message (MQTT-SN 1.2 §6.5, §6.10).

#include <algorithm>

#include "gateway/core/client.hpp"
#include "gateway/core/qos.hpp"
#include "gateway/core/short_topic.hpp"

namespace trunkline::gateway {

using Step = Downlink::Step;

namespace {

/// So many times its Receive Maximum is taken from a broker that does not keep to it.
constexpr std::size_t broker_excess = 16;

}  // namespace

auto Client::handle(const mqtt::ClientMessage& event, Shard& shard, Instant now) -> std::optional<UpstreamEnd> {
    // Unacknowledged, so that the broker keeps it. With a sensor that has left its messages to the gateway, the
    // connection may become the next one's: then this is for that.
    const auto* lost = std::get_if<Lost>(&state_);
    if (std::holds_alternative<Disconnected>(state_) || (lost != nullptr && lost->has_will)) return std::nullopt;
    ++shard.counters.downlink_received;
    if (subscriptions_.is_unwanted(event.topic)) {
        ++shard.counters.downlink_unwanted;
        return pass_over(event, DropCause::unsubscribed, shard, now);
    }
    if (!shard.rules->may_receive(client_id_, event.topic)) {
        ++shard.counters.downlink_dropped;
        return pass_over(event, DropCause::denied, shard, now);
    }
    // No datagram holds it, whatever its topic id: done for the broker, and no room is taken (§6.10-3).
    if (event.payload.size() > shard.settings.maximum_datagram) {
        ++shard.counters.downlink_dropped;
        return pass_over(event, DropCause::too_large, shard, now);
    }
    queue_up(event, shard, now);
    return std::nullopt;
}

void Client::queue_up(const mqtt::ClientMessage& event, Shard& shard, Instant now) {
    const Settings& settings = shard.settings;
    const auto [added, displaced] =
        downlink_.add(event, {settings.maximum_downlink_messages, settings.maximum_downlink_messages * broker_excess,
                              settings.maximum_downlink_octets, settings.downlink_policy});
    for (std::size_t dropped = 0; dropped < displaced; ++dropped) shard.counters.drop_downlink(DropCause::queue_full);
    switch (added) {
        case Downlink::Added::queued:
        case Downlink::Added::repeated:
            return;
        case Downlink::Added::dropped:
            return shard.counters.drop_downlink(DropCause::queue_full);
        case Downlink::Added::left_with_broker:
            ++shard.counters.downlink_left;
            return;
        case Downlink::Added::refused:
            shard.counters.drop_downlink(DropCause::queue_full);
            if (event.qos != mqtt::QoS::at_most_once)
                upstream_->acknowledge(event.packet_id, mqtt::ReasonCode::quota_exceeded, shard, now);
    }
}

bool Client::fetch_what_was_left(Shard& shard, Instant now) {
    const Connection* present = connection();
    if (!downlink_.has_left_some() || !downlink_.empty() || present == nullptr) return false;
    if (!upstream_->is_connected() || present->uplink.size() != 0 || subscriptions_.asked() != 0) return false;
    upstream_->end(false, shard, now);
    downlink_.upstream_lost();
    subscriptions_.upstream_lost();
    upstream_->open(shard, now);
    return true;
}

auto Client::pass_over(const mqtt::ClientMessage& event, DropCause cause, Shard& shard, Instant now)
    -> std::optional<UpstreamEnd> {
    shard.counters.dropped(cause);
    const bool cannot_take = cause == DropCause::too_large;
    if (event.qos != mqtt::QoS::at_most_once)
        upstream_->acknowledge(
            event.packet_id, cannot_take ? mqtt::ReasonCode::implementation_specific_error : mqtt::ReasonCode::success,
            shard, now);
    return std::nullopt;
}

void Client::deliver(Connection& connection, Shard& shard, Instant now) {
    // The broker may send retained messages before SUBACK; the sensor learns of its subscription first (§6.9).
    if (subscriptions_.asked() != 0) return;
    drop_expired(shard, now);
    // No exchange begins, and no retransmission runs, for what does not leave yet.
    while (!gate_.is_waiting()) {
        Downlink::Message* message = downlink_.next();
        if (message == nullptr) return;
        // A message that does not fit through is done for the broker (§6.10).
        const std::optional<DropCause> obstacle = begin_delivery(*message, connection, shard, now);
        if (!obstacle) continue;
        shard.counters.drop_downlink(*obstacle);
        finish_delivery(obstacle == DropCause::no_topic_id ? mqtt::ReasonCode::quota_exceeded
                                                           : mqtt::ReasonCode::implementation_specific_error,
                        shard, now);
    }
}

std::optional<WireTopic> Client::wire_topic(const std::string& topic, Shard& shard) {
    using mqttsn::TopicIdType;
    if (const auto id = topics_.find(topic); id && topics_.is_known(*id)) return WireTopic{TopicIdType::normal, *id};
    if (const auto id = shard.predefined.id_of(topic, client_id_)) return WireTopic{TopicIdType::predefined, *id};
    if (const auto id = short_topic_id(topic)) return WireTopic{TopicIdType::short_name, *id};
    const auto id = assign_topic(topic, shard);
    if (!id) return std::nullopt;
    return WireTopic{TopicIdType::normal, *id};
}

auto Client::begin_delivery(Downlink::Message& message, Connection& connection, Shard& shard, Instant now)
    -> std::optional<DropCause> {
    const Settings& settings = shard.settings;
    if (message.is_received) {  // the sensor has it; PUBREL is left
        downlink_.begin(Step::releasing, {}, settings.retry, now);
        send_running(connection, shard);
        return std::nullopt;
    }
    const auto topic = wire_topic(message.topic, shard);
    if (!topic) return DropCause::no_topic_id;
    if (gate_.is_waiting()) return std::nullopt;  // a new id: once it is durable
    const bool is_normal = topic->type == mqttsn::TopicIdType::normal;
    if (is_normal && topics_.is_refused(topic->id)) return DropCause::refused_by_sensor;
    const bool registers = is_normal && !topics_.is_known(topic->id);
    std::size_t largest = mqttsn::encoded_size(publish_of(message, *topic, mqttsn::MsgId{1}));
    if (registers) largest = std::max(largest, mqttsn::encoded_size(mqttsn::Register{topic->id, {}, message.topic}));
    if (largest + shard.overhead(connection.request.from) > settings.maximum_datagram) return DropCause::too_large;
    if (registers) {
        downlink_.begin(Step::registering, *topic, settings.retry, now);
        send_running(connection, shard);
        return std::nullopt;
    }
    if (message.qos == mqtt::QoS::exactly_once && !begin_exactly_once(message, shard)) return std::nullopt;
    ++shard.counters.downlink_sent;
    if (message.qos == mqtt::QoS::at_most_once) {
        gate_.send(shard, connection.request.from, publish_of(message, *topic, {}));
        finish_delivery(mqtt::ReasonCode::success, shard, now);
    } else {
        downlink_.begin(Step::publishing, *topic, settings.retry, now);
        send_running(connection, shard);
    }
    return std::nullopt;
}

void Client::repeat_running(Connection& connection, Shard& shard) {
    ++shard.counters.retransmissions;
    downlink_.repeated();
    send_running(connection, shard);
}

bool Client::answers(Step step, mqttsn::MsgId msg_id, Shard& shard, Instant now) {
    if (!downlink_.awaits(step, msg_id)) {
        ++shard.counters.unexpected;
        return false;
    }
    if (const std::optional<Duration> took = downlink_.round_trip(now)) {
        link_.answered_after(*took);
        shard.sensor_round_trips.add(*took);
    }
    return true;
}

void Client::send_running(Connection& connection, Shard& shard) {
    link_.asked(downlink_.is_repeated());
    Downlink::Message& message = downlink_.running();
    if (downlink_.step() == Step::registering) {
        gate_.send(shard, connection.request.from,
                   mqttsn::Register{downlink_.topic().id, downlink_.msg_id(), message.topic});
        return;
    }
    if (downlink_.step() == Step::releasing)
        return gate_.send(shard, connection.request.from, mqttsn::PubRel{downlink_.msg_id()});
    gate_.send(shard, connection.request.from, publish_of(message, downlink_.topic(), downlink_.msg_id()));
    message.was_sent = true;
}

mqttsn::Publish Client::publish_of(const Downlink::Message& message, WireTopic topic, mqttsn::MsgId msg_id) {
    const bool is_qos_0 = message.qos == mqtt::QoS::at_most_once;
    return {.dup = message.was_sent,
            .qos = qos_of(message.qos),
            .retain = message.retain,
            .topic_id_type = topic.type,
            .topic_id = topic.id,
            .msg_id = is_qos_0 ? mqttsn::MsgId{} : msg_id,
            .data = message.payload};
}

void Client::finish_delivery(mqtt::ReasonCode reason, Shard& shard, Instant now) {
    const Downlink::Message message = downlink_.take_first();
    if (message.is_own) return forget_queued(message, shard);
    if (message.packet_id == mqtt::PacketId{}) return;  // QoS 0, or of a session that the broker has lost
    const bool is_twice = message.qos == mqtt::QoS::exactly_once;
    if (is_twice && mqtt::is_failure(reason)) drop_exchange(message.packet_id, shard);  // no PUBREL follows
    // The repetition of a QoS 2 message, on whatever connection, is answered by what is said now.
    if (is_twice || !message.is_of_lost_connection) upstream_->acknowledge(message.packet_id, reason, shard, now);
    room_was_made();
}

void Client::handle(const mqttsn::RegAck& packet, Connection&, Shard& shard, Instant now) {
    if (!answers(Step::registering, packet.msg_id, shard, now)) return;
    switch (packet.return_code) {
        case mqttsn::ReturnCode::accepted:
            topics_.set_known(downlink_.topic().id);
            return downlink_.step_back();
        case mqttsn::ReturnCode::congestion:
            return downlink_.pause(now + shard.settings.congestion_pause);
        default:
            // Counts as unsubscribing from this name: its id is never sent (§6.5).
            topics_.set_refused(downlink_.topic().id);
            return downlink_.step_back();
    }
}

void Client::handle(const mqttsn::PubAck& packet, Connection&, Shard& shard, Instant now) {
    if (packet.return_code == mqttsn::ReturnCode::invalid_topic_id && packet.msg_id == mqttsn::MsgId{}) {
        topics_.set_unknown(packet.topic_id);  // of a QoS 0 message, which is gone; the next one registers first
        return;
    }
    if (!answers(Step::publishing, packet.msg_id, shard, now)) return;
    switch (packet.return_code) {
        case mqttsn::ReturnCode::accepted:
            if (downlink_.running().qos != mqtt::QoS::exactly_once)
                return finish_delivery(mqtt::ReasonCode::success, shard, now);
            ++shard.counters.unexpected;  // PUBREC would be the answer
            return;
        case mqttsn::ReturnCode::congestion:
            return downlink_.pause(now + shard.settings.congestion_pause);
        case mqttsn::ReturnCode::invalid_topic_id:
            // Only normal ids can be told again; and a sensor that takes the REGISTER and forgets it would be told for
            // ever.
            if (downlink_.topic().type == mqttsn::TopicIdType::normal &&
                ++downlink_.running().refused_ids <= shard.settings.retry.limit) {
                topics_.set_unknown(downlink_.topic().id);
                return downlink_.step_back();
            }
            [[fallthrough]];
        case mqttsn::ReturnCode::not_supported:
            shard.counters.drop_downlink(DropCause::refused_by_sensor);
            return finish_delivery(mqtt::ReasonCode::implementation_specific_error, shard, now);
    }
}

}  // namespace trunkline::gateway
