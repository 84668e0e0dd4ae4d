// Messages that the gateway acknowledges in the broker's place while that is away, and brings to it afterwards.

#include "gateway/core/client.hpp"

namespace trunkline::gateway {

bool Client::takes_over(const Shard& shard) const {
    return is_stored(shard) && (!upstream_->is_connected() || !backlog_.empty());
}

bool Client::can_store(std::size_t bytes, const Shard& shard) const {
    const Settings& settings = shard.settings;
    return !shard.is_behind() && backlog_.size() + exactly_once_.size() < settings.maximum_stored_messages_per_sensor &&
           backlog_.octets() + exactly_once_.octets() + bytes <= settings.maximum_stored_bytes_per_sensor &&
           shard.stored_messages < settings.maximum_stored_messages &&
           shard.stored_message_bytes + bytes <= settings.maximum_stored_message_bytes;
}

void Client::take_over(const mqttsn::Publish& packet, std::string_view topic, Connection& connection, Shard& shard,
                       Instant now) {
    if (backlog_.contains(packet, topic)) {
        ++shard.counters.publish_repeated;
        return acknowledge(packet, mqttsn::ReturnCode::accepted, connection, shard);
    }
    const std::size_t bytes = topic.size() + packet.data.size();
    if (!can_store(bytes, shard)) {
        const bool forgets = shard.breaks(GatewayPromise::accepted_is_stored);
        if (forgets) shard.settings.defect->note(client_id_, topic, packet.data, now);
        const auto answer = forgets ? mqttsn::ReturnCode::accepted : mqttsn::ReturnCode::congestion;
        return acknowledge(packet, answer, connection, shard);
    }
    // Sent on the connection that was lost, and to be sent again on the next one: only the sensor waits no longer.
    const auto exchange = connection.uplink.take(packet);
    UplinkRecord record{shard.durability.next_uplink(),
                        client_id_,
                        std::string(topic),
                        std::vector<std::byte>(packet.data.begin(), packet.data.end()),
                        mqtt::QoS::at_least_once,
                        packet.retain};
    gate_.wait_for(shard.durability.put(PutUplink{record}));
    shard.stored_message_bytes += bytes;
    ++shard.stored_messages;
    backlog_.add({std::move(record), packet.msg_id,
                  exchange ? std::optional(exchange->packet_id) : std::optional<mqtt::PacketId>()});
    ++shard.counters.publish_stored;
    acknowledge(packet, mqttsn::ReturnCode::accepted, connection, shard);
}

void Client::forward_backlog(Shard& shard, Instant now) {
    if (!upstream_->is_connected()) return;
    std::size_t under_way = backlog_.under_way();
    for (Backlog::Entry* entry = backlog_.next(); entry != nullptr; entry = backlog_.next()) {
        if (under_way >= shard.settings.uplink_window) return;
        const UplinkRecord& record = entry->record;
        entry->under_way = upstream_->publish(record.topic, record.payload, record.qos, record.retain, shard, now);
        if (!entry->under_way) return;  // no room: when the broker has acknowledged one
        ++under_way;
        ++shard.counters.publish_forwarded;
    }
}

bool Client::finish_forwarding(const mqtt::ClientPublished& event, Shard& shard) {
    const std::optional<UplinkRecord> record = backlog_.take(event.packet_id);
    if (!record) return false;
    // Accepted long ago: a refusal can reach nobody any more.
    if (mqtt::is_failure(event.reason)) ++shard.counters.publish_refused;
    forget_uplink(*record, shard);
    return true;
}

void Client::forget_uplink(const UplinkRecord& record, Shard& shard) {
    shard.stored_message_bytes -= record.topic.size() + record.payload.size();
    --shard.stored_messages;
    shard.durability.put(DropUplink{record.number});  // nobody waits: at worst it is sent once more
}

void Client::leave(Shard& shard, Instant now) {
    if (!owes_broker()) {
        give_up_upstream(shard, now);
        state_ = Disconnected{now};
    } else {
        // Its messages were promised to arrive: the connection to the broker stays, or comes back, until they have.
        // What waits for the sensor stays, too: the broker would not send it again on the same connection.
        downlink_.step_back();
        upstream_->change_will(std::nullopt);  // it said goodbye, or never had one
        renew_upstream(shard, now);
        state_.emplace<Lost>(Lost{now, std::nullopt, false, false});
        if (upstream_->is_down()) upstream_->open_later(shard, now);
    }
    record(shard, now);
}

void Client::give_up_backlog(Shard& shard) {
    for (Backlog* const backlog : {&backlog_, &exactly_once_}) {
        for (const Backlog::Entry& entry : backlog->take_all()) {
            ++shard.counters.publish_refused;
            forget_uplink(entry.record, shard);
        }
    }
}

void Client::restore(const UplinkRecord& record, Shard& shard, Instant now) {
    shard.stored_message_bytes += record.topic.size() + record.payload.size();
    ++shard.stored_messages;
    if (record.qos == mqtt::QoS::exactly_once) {
        exactly_once_.add({.record = record, .msg_id = {}, .under_way = {}, .was_sent = true, .is_promised = true});
        uplink_inbox_.reopen(record.number, UpstreamSession::packet_id_of(record.number));
    } else {
        backlog_.add({record, {}, std::nullopt});
    }
    if (upstream_ && !std::holds_alternative<Disconnected>(state_)) return;
    if (!upstream_) {  // its session had ended, and was forgotten
        clean_session_ = true;
        session_expiry_ = shard.settings.upstream_session_expiry;
        make_upstream(false, mode_of(std::nullopt, shard), shard, now);
    }
    leave(shard, now);
}

}  // namespace trunkline::gateway
