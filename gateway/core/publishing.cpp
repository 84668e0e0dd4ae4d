// PUBLISH from a sensor to the broker, and its acknowledgement back (MQTT-SN 1.2 §6.6).

#include "gateway/core/client.hpp"
#include "gateway/core/harmless_name.hpp"
#include "gateway/core/return_codes.hpp"
#include "gateway/core/short_topic.hpp"
#include "protocol/mqtt/topic_name.hpp"

namespace trunkline::gateway {

void Client::handle(const mqttsn::Publish& packet, Connection& connection, Shard& shard, Instant now) {
    ++shard.counters.publish_received;
    const ShortTopic short_topic(packet.topic_id);
    std::optional<std::string_view> topic;
    switch (packet.topic_id_type) {
        case mqttsn::TopicIdType::normal:
            topic = topics_.name_of(packet.topic_id);
            if (topic && shard.breaks(GatewayPromise::registration_is_kept)) {
                shard.settings.defect->note(client_id_, *topic, packet.data, now);
                topic.reset();
            }
            break;
        case mqttsn::TopicIdType::predefined:
            topic = shard.predefined.topic_of(packet.topic_id, client_id_);
            break;
        case mqttsn::TopicIdType::short_name:
            if (mqtt::is_topic_name(short_topic.name()) && is_harmless(short_topic.name())) topic = short_topic.name();
            break;
    }
    // Whatever the QoS: without an answer a sensor would go on publishing to nowhere.
    if (!topic) return acknowledge(packet, mqttsn::ReturnCode::invalid_topic_id, connection, shard);
    if (mqttsn::is_acknowledged(packet.qos)) link_.published(packet.dup);
    if (packet.dup) ++shard.counters.publish_dup_received;
    if (!shard.rules->may_publish(client_id_, *topic)) {
        ++shard.counters.publish_denied;
        return acknowledge(packet, mqttsn::ReturnCode::not_supported, connection, shard);
    }
    if (packet.qos == mqttsn::QoS::at_least_once) return publish_once(packet, *topic, connection, shard, now);
    if (packet.qos == mqttsn::QoS::exactly_once) return publish_exactly_once(packet, *topic, connection, shard, now);
    // QoS -1 of a sensor that is connected goes over its own connection.
    if (upstream_->is_slow(shard)) shard.counters.drop_uplink(DropCause::upstream_slow);
    else if (!upstream_->publish(*topic, packet.data, mqtt::QoS::at_most_once, packet.retain, shard, now))
        shard.counters.drop_uplink(DropCause::upstream_away);
    else ++shard.counters.publish_forwarded;
}

void Client::publish_once(const mqttsn::Publish& packet, std::string_view topic, Connection& connection, Shard& shard,
                          Instant now) {
    if (takes_over(shard)) return take_over(packet, topic, connection, shard, now);
    if (connection.uplink.contains(packet)) {
        ++shard.counters.publish_repeated;
        // Its acknowledgement is on the way, or will be when the broker is back.
        if (upstream_->is_connected() || upstream_->is_back_soon(shard.settings, now)) return;
        // The broker may still get it: who hears congestion may have to send again what has arrived.
        connection.uplink.take(packet);
        return acknowledge(packet, mqttsn::ReturnCode::congestion, connection, shard);
    }
    const bool has_room = connection.uplink.size() + uplink_inbox_.under_way() < shard.settings.uplink_window;
    const auto packet_id =
        has_room ? upstream_->publish(topic, packet.data, mqtt::QoS::at_least_once, packet.retain, shard, now)
                 : std::nullopt;
    if (!packet_id) return acknowledge(packet, mqttsn::ReturnCode::congestion, connection, shard);
    connection.uplink.add(packet, *packet_id, now);
    ++shard.counters.publish_forwarded;
}

void Client::acknowledge(const mqttsn::Publish& packet, mqttsn::ReturnCode code, const Connection& connection,
                         Shard& shard) {
    if (code == mqttsn::ReturnCode::congestion) ++shard.counters.congestion_answers;
    if (code == mqttsn::ReturnCode::invalid_topic_id) ++shard.counters.invalid_topic_ids;
    gate_.send(shard, connection.request.from, mqttsn::PubAck{packet.topic_id, packet.msg_id, code});
}

auto Client::handle(const mqtt::ClientGaveUp& event, Shard& shard, Instant now) -> std::optional<UpstreamEnd> {
    shard.tell(MessageGivenUp{client_id_, event.topic});
    return handle(mqtt::ClientPublished{event.packet_id, mqtt::ReasonCode::implementation_specific_error}, shard, now);
}

auto Client::handle(const mqtt::ClientPublished& event, Shard& shard, Instant now) -> std::optional<UpstreamEnd> {
    if (auto* lost = std::get_if<Lost>(&state_); lost != nullptr && lost->under_way == event.packet_id) {
        will_answered(*lost, event.reason, shard, now);
        return std::nullopt;
    }
    if (finish_forwarding(event, shard) || finish_exactly_once(event, shard)) return std::nullopt;
    Connection* present = connection();
    if (present == nullptr) return std::nullopt;
    const auto exchange = present->uplink.take(event.packet_id);
    if (!exchange) return std::nullopt;  // of an earlier connection: its sensor waits no more
    shard.broker_round_trips.add(now - exchange->sent_at);
    const mqttsn::ReturnCode code = acknowledgement_return_code(event.reason);
    if (code == mqttsn::ReturnCode::congestion) ++shard.counters.congestion_answers;
    gate_.send(shard, present->request.from, mqttsn::PubAck{exchange->topic_id, exchange->msg_id, code});
    return std::nullopt;
}

}  // namespace trunkline::gateway
