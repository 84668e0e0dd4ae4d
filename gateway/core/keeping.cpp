// What an aggregating gateway keeps for its sensors: to the broker their messages are over when they stand here.

#include <algorithm>

#include "gateway/core/client.hpp"
#include "gateway/core/shared_upstream.hpp"
#include "protocol/mqtt/properties.hpp"

namespace trunkline::gateway {

namespace {

std::optional<std::chrono::seconds> expiry_of(const mqtt::ClientMessage& message) {
    const auto seconds =
        mqtt::Properties::trusted(message.properties).number(mqtt::PropertyId::message_expiry_interval);
    return seconds ? std::optional(std::chrono::seconds(*seconds)) : std::nullopt;
}

std::size_t octets_of(const Downlink::Message& message) { return message.topic.size() + message.payload.size(); }

}  // namespace

void Client::upstream_told(const mqtt::ClientEvent& event) {
    if (is_shared()) upstream_->told(event);  // else it is of the session before
}

void Client::serve_shared(Shard& shard, Instant now) {
    if (is_shared()) react(shard, now);
}

Downlink::Limits Client::queue_limits(const Shard& shard) const {
    const Settings& settings = shard.settings;
    return {settings.maximum_downlink_messages, settings.maximum_queued_messages, settings.maximum_queued_octets,
            settings.downlink_policy, false};
}

std::optional<DropCause> Client::obstacle_to_take(const mqtt::ClientMessage& message, const Shard& shard) const {
    if (!shard.rules->may_receive(client_id_, message.topic)) return DropCause::denied;
    if (message.payload.size() > shard.settings.maximum_datagram)
        return DropCause::too_large;  // no datagram holds it (§6.10-3)
    const std::size_t octets = message.topic.size() + message.payload.size();
    const bool has_room = shard.queued_octets + octets <= shard.settings.maximum_queued_octets_of_all;
    return has_room ? std::nullopt : std::optional(DropCause::queue_full);
}

Ticket Client::take(const mqtt::ClientMessage& message, mqtt::QoS qos, Shard& shard, Instant now) {
    qos = std::min(qos, message.qos);
    const bool is_away = connection() == nullptr && !std::holds_alternative<Connecting>(state_);
    // Nobody comes back to a clean session, and QoS 0 waits for nobody who is away.
    if (!is_shared() || (is_away && (clean_session_ || qos == mqtt::QoS::at_most_once))) return no_ticket;
    if (const auto obstacle = obstacle_to_take(message, shard)) {
        shard.counters.drop_downlink(*obstacle);
        return no_ticket;
    }
    Downlink::Message own{.topic = message.topic, .payload = message.payload, .qos = qos, .retain = message.retain};
    if (const auto expiry = expiry_of(message)) own.expires_at = now + *expiry;
    const bool is_kept = is_stored(shard) && qos != mqtt::QoS::at_most_once;
    std::optional<QueuedRecord> record;
    if (is_kept) {
        own.number = shard.durability.next_queued();
        if (qos == mqtt::QoS::exactly_once) own.packet_id = downlink_.new_packet_id();
        record = queued_record(own, shard);
    }
    const std::size_t before = downlink_.octets();
    const auto [added, displaced] = downlink_.add_own(std::move(own), false, queue_limits(shard));
    shard.queued_octets += downlink_.octets() - before;
    for (std::size_t dropped = 0; dropped < displaced; ++dropped) shard.counters.drop_downlink(DropCause::queue_full);
    if (added != Downlink::Added::queued) {
        shard.counters.drop_downlink(DropCause::queue_full);
        return no_ticket;
    }
    return record ? shard.durability.put(PutQueued{std::move(*record)}) : no_ticket;
}

QueuedRecord Client::queued_record(const Downlink::Message& message, const Shard& shard) const {
    QueuedRecord record;
    record.number = message.number;
    record.sensor = number_;
    record.packet_id = message.packet_id;
    record.topic = message.topic;
    record.payload = message.payload;
    record.qos = message.qos;
    record.retain = message.retain;
    if (message.expires_at != Instant::max()) record.expires_at = shard.durability.clock().wall(message.expires_at);
    return record;
}

void Client::forget_queued(const Downlink::Message& message, Shard& shard) {
    shard.queued_octets -= octets_of(message);
    if (message.number == QueueNumber{}) return;
    // Nobody waits: at worst it is sent once more, and a QoS 2 message is known by its exchange until both are gone.
    shard.durability.put(DropQueued{message.number});
    if (message.qos == mqtt::QoS::exactly_once) shard.durability.put(DropDownlinkExchange{number_, message.packet_id});
}

void Client::drop_expired(Shard& shard, Instant now) {
    if (!is_shared()) return;
    for (const Downlink::Message& message : downlink_.take_expired(now)) {
        shard.counters.drop_downlink(DropCause::expired);
        forget_queued(message, shard);
    }
}

void Client::keep_queue(Shard& shard) {
    const std::size_t before = downlink_.octets();
    downlink_.keep_for_later();
    shard.queued_octets -= before - downlink_.octets();
}

void Client::clear_queue(Shard& shard) {
    // What is stored goes with the sensor's record.
    if (is_shared()) shard.queued_octets -= downlink_.octets();
    downlink_.clear();
}

void Client::restore(const QueuedRecord& record, Shard& shard) {
    Downlink::Message message{.topic = record.topic,
                              .payload = record.payload,
                              .qos = record.qos,
                              .retain = record.retain,
                              .packet_id = record.packet_id,
                              .number = record.number};
    if (record.expires_at) message.expires_at = shard.durability.clock().instant(*record.expires_at);
    shard.queued_octets += octets_of(message);
    downlink_.add_own(std::move(message), true, queue_limits(shard));
}

void Client::forgotten(Shard& shard) {
    clear_queue(shard);
    if (is_shared()) static_cast<SharedUpstream&>(*upstream_).forget(shard);
}

std::optional<std::string_view> Client::shared_connection() const {
    if (!is_shared()) return std::nullopt;
    return static_cast<const SharedUpstream&>(*upstream_).connection().client_id();
}

std::optional<SensorId> Client::shared_owner() const {
    if (!is_shared()) return std::nullopt;
    return static_cast<const SharedUpstream&>(*upstream_).connection().owner();
}

}  // namespace trunkline::gateway
