// QoS 2 from sensor to broker: two exchanges that meet here. The sensor's is answered when the broker's is complete
// (MQTT-SN 1.2 §6.6), or, while the broker is away, when the message is stored.
//
// With a store each step is durable before the side that it is for can forget: the message before the broker's PUBLISH,
// whose packet identifier follows from the message's number; PUBREC before PUBREL; the sensor's MsgId before PUBREC.
// So a restart goes on where it was.

#include <algorithm>

#include "gateway/core/client.hpp"
#include "gateway/core/return_codes.hpp"

namespace trunkline::gateway {

void Client::publish_exactly_once(const mqttsn::Publish& packet, std::string_view topic, Connection& connection,
                                  Shard& shard, Instant now) {
    for (const mqttsn::MsgId forgotten : uplink_inbox_.forget_old(now)) drop_exchange(forgotten, shard);
    UplinkInbox::Exchange* const repeated = uplink_inbox_.find(packet, now);
    const bool is_mistaken =
        repeated != nullptr && !repeated->is_answered() && shard.breaks(GatewayPromise::repeats_are_known);
    if (is_mistaken) shard.settings.defect->note(client_id_, topic, packet.data, now);
    if (repeated != nullptr && !is_mistaken) {
        ++shard.counters.publish_repeated;
        return repeat_pubrec(*repeated, connection, shard);
    }
    if (is_stored(shard)) return store_exactly_once(packet, topic, connection, shard);
    // The sensor repeats it after Tretry. It is not kept meanwhile: who has it must not tell the sensor to come again.
    if (upstream_->is_back_soon(shard.settings, now)) return;
    const bool has_room = connection.uplink.size() + uplink_inbox_.under_way() < shard.settings.uplink_window;
    const auto packet_id =
        has_room ? upstream_->publish(topic, packet.data, mqtt::QoS::exactly_once, packet.retain, shard, now)
                 : std::nullopt;
    if (!packet_id) return acknowledge(packet, mqttsn::ReturnCode::congestion, connection, shard);
    uplink_inbox_.add(packet, *packet_id);
    ++shard.counters.publish_forwarded;
}

void Client::store_exactly_once(const mqttsn::Publish& packet, std::string_view topic, Connection& connection,
                                Shard& shard) {
    const std::size_t bytes = topic.size() + packet.data.size();
    if (!can_store(bytes, shard)) return acknowledge(packet, mqttsn::ReturnCode::congestion, connection, shard);
    UplinkRecord record{.number = shard.durability.next_uplink(),
                        .client_id = client_id_,
                        .topic = std::string(topic),
                        .payload = {packet.data.begin(), packet.data.end()},
                        .qos = mqtt::QoS::exactly_once,
                        .retain = packet.retain};
    UplinkInbox::Exchange& exchange =
        uplink_inbox_.add(packet, UpstreamSession::packet_id_of(record.number), record.number);
    shard.durability.put(PutUplink{record});
    put_exchange(exchange, shard);
    shard.stored_message_bytes += bytes;
    ++shard.stored_messages;
    exactly_once_.add({.record = std::move(record), .msg_id = packet.msg_id, .under_way = {}});
    if (!upstream_->is_connected()) repeat_pubrec(exchange, connection, shard);
}

void Client::repeat_pubrec(UplinkInbox::Exchange& exchange, const Connection& connection, Shard& shard) {
    if (!exchange.is_answered()) {
        // While the broker is here its answer is on the way; while it is away, only the store can stand in.
        Backlog::Entry* const stored = exactly_once_.find(exchange.number);
        if (stored == nullptr || upstream_->is_connected()) return;
        exchange.is_promised = stored->is_promised = true;
        ++shard.counters.publish_stored;
    }
    gate_.send(shard, connection.request.from, mqttsn::PubRec{exchange.msg_id});
}

void Client::put_exchange(const UplinkInbox::Exchange& exchange, Shard& shard) {
    if (!is_stored(shard)) return;
    UplinkExchangeRecord record{number_, exchange.msg_id, exchange.topic_id, exchange.content, exchange.number, {}};
    if (exchange.forget_at)
        record.released_at = shard.durability.clock().wall(*exchange.forget_at - shard.settings.quarantine());
    gate_.wait_for(shard.durability.put(PutUplinkExchange{record}));
}

void Client::drop_exchange(mqttsn::MsgId msg_id, Shard& shard) {
    if (is_stored(shard)) shard.durability.put(DropUplinkExchange{number_, msg_id});
}

void Client::forward_exactly_once(Shard& shard, Instant now) {
    // Nothing of this sensor's waits for the disk: what stands here is durable as it is.
    if (gate_.is_waiting() || exactly_once_.empty() || !upstream_->is_connected()) return;
    for (Backlog::Entry& entry : exactly_once_.entries()) {
        const UplinkRecord& record = entry.record;
        const mqtt::PacketId packet_id = UpstreamSession::packet_id_of(record.number);
        if (record.is_received) {
            upstream_->release(packet_id, shard, now);
        } else if (!entry.under_way) {
            const bool is_taken = upstream_->publish_as(packet_id, record.topic, record.payload, record.retain,
                                                        entry.was_sent, shard, now);
            if (!is_taken) return;  // no room: when the broker has completed one
            ++shard.counters.publish_forwarded;
        }
        entry.under_way = packet_id;
    }
}

auto Client::handle(const mqtt::ClientReceived& event, Shard& shard, Instant now) -> std::optional<UpstreamEnd> {
    const auto entries = exactly_once_.entries();
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [&](const Backlog::Entry& entry) { return entry.under_way == event.packet_id; });
    if (found == entries.end()) {  // not stored, and so nothing to wait for
        upstream_->release(event.packet_id, shard, now);
        return std::nullopt;
    }
    found->record.is_received = true;
    gate_.wait_for(shard.durability.put(PutUplink{found->record}));
    return std::nullopt;
}

void Client::exactly_once_anew(Shard& shard) {
    std::vector<mqtt::PacketId> taken;
    for (Backlog::Entry& entry : exactly_once_.entries()) {
        entry.was_sent = false;
        if (!entry.record.is_received || entry.under_way) continue;  // those under way the connection tells itself
        entry.under_way = UpstreamSession::packet_id_of(entry.record.number);
        taken.push_back(*entry.under_way);
    }
    for (const mqtt::PacketId packet_id : taken) finish_exactly_once({packet_id, mqtt::ReasonCode::success}, shard);
}

bool Client::finish_exactly_once(const mqtt::ClientPublished& event, Shard& shard) {
    const mqttsn::ReturnCode code = acknowledgement_return_code(event.reason);
    const bool is_refused = code != mqttsn::ReturnCode::accepted;
    const std::optional<UplinkRecord> record = exactly_once_.take(event.packet_id);
    if (record) forget_uplink(*record, shard);
    const auto exchange = uplink_inbox_.complete(event.packet_id, record ? record->number : UplinkNumber{}, is_refused);
    if (!exchange) return record.has_value();
    if (is_refused) drop_exchange(exchange->msg_id, shard);
    if (exchange->is_promised) {  // a refusal can reach nobody any more
        if (is_refused) ++shard.counters.publish_refused;
        return true;
    }
    const Connection* present = connection();
    if (present == nullptr) return true;  // a sensor that comes back asks again
    if (code == mqttsn::ReturnCode::congestion) ++shard.counters.congestion_answers;
    // A failure has PUBACK in the place of PUBREC (§6.6).
    if (is_refused)
        gate_.send(shard, present->request.from, mqttsn::PubAck{exchange->topic_id, exchange->msg_id, code});
    else gate_.send(shard, present->request.from, mqttsn::PubRec{exchange->msg_id});
    return true;
}

void Client::handle(const mqttsn::PubRel& packet, Connection& connection, Shard& shard, Instant now) {
    UplinkInbox::Exchange* const exchange = uplink_inbox_.find(packet.msg_id);
    if (exchange != nullptr && !exchange->is_answered()) {
        ++shard.counters.unexpected;  // nobody has sent PUBREC
        return;
    }
    if (exchange != nullptr && !exchange->forget_at) {
        exchange->forget_at = now + shard.settings.quarantine();
        put_exchange(*exchange, shard);
    }
    // Also for one that is not known, or not any more: the sensor would repeat PUBREL and give up on us.
    gate_.send(shard, connection.request.from, mqttsn::PubComp{packet.msg_id});
}

bool Client::has_exactly_once_promises() {
    const auto entries = exactly_once_.entries();
    return std::any_of(entries.begin(), entries.end(), [](const Backlog::Entry& entry) { return entry.is_promised; });
}

void Client::restore(const UplinkExchangeRecord& record, Shard& shard) {
    UplinkInbox::Exchange exchange{.msg_id = record.msg_id,
                                   .topic_id = record.topic_id,
                                   .number = record.uplink,
                                   .content = record.content,
                                   .is_completed = true};  // unless its message follows
    if (record.released_at)
        exchange.forget_at = shard.durability.clock().instant(*record.released_at) + shard.settings.quarantine();
    uplink_inbox_.add(exchange);
}

}  // namespace trunkline::gateway
