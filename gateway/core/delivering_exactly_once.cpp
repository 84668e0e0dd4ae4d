// QoS 2 from broker to sensor: the broker's PUBLISH is answered by PUBREC when the sensor's exchange is over
// (MQTT-SN 1.2 §6.6, §6.10).
//
// With a store each step is durable before the side that it is for can forget: the MsgId before the sensor's PUBLISH,
// the sensor's PUBREC before PUBREL, and the broker's PUBREL before PUBCOMP, after which its packet identifier may mean
// another message. The message itself is not stored: until PUBREC the broker sends it again.

#include "gateway/core/client.hpp"

namespace trunkline::gateway {

using Step = Downlink::Step;

bool Client::begin_exactly_once(Downlink::Message& message, Shard& shard) {
    if (downlink_.claim_msg_id()) put_exchange(message, shard);
    return !gate_.is_waiting();
}

void Client::put_exchange(const Downlink::Message& message, Shard& shard) {
    // Without a PacketId, of a session that the broker has lost: it will not come again.
    if (!is_stored(shard) || message.packet_id == mqtt::PacketId{}) return;
    gate_.wait_for(
        shard.durability.put(PutDownlinkExchange{{number_, message.packet_id, message.msg_id, message.is_received}}));
}

void Client::drop_exchange(mqtt::PacketId packet_id, Shard& shard) {
    if (is_stored(shard)) gate_.wait_for(shard.durability.put(DropDownlinkExchange{number_, packet_id}));
}

void Client::handle(const mqttsn::PubRec& packet, Connection& connection, Shard& shard, Instant now) {
    if (downlink_.awaits(Step::releasing, packet.msg_id)) return repeat_running(connection, shard);  // PUBREL was lost
    if (!answers(Step::publishing, packet.msg_id, shard, now)) return;
    if (downlink_.running().qos != mqtt::QoS::exactly_once) {
        ++shard.counters.unexpected;
        return;
    }
    downlink_.running().is_received = true;
    put_exchange(downlink_.running(), shard);
    downlink_.step_back();  // and on with PUBREL
}

void Client::handle(const mqttsn::PubComp& packet, Connection&, Shard& shard, Instant now) {
    if (!answers(Step::releasing, packet.msg_id, shard, now)) return;
    finish_delivery(mqtt::ReasonCode::success, shard, now);
}

auto Client::handle(const mqtt::ClientReleased& event, Shard& shard, Instant) -> std::optional<UpstreamEnd> {
    downlink_.forget(event.packet_id);
    drop_exchange(event.packet_id, shard);
    released_.push_back(event.packet_id);
    return std::nullopt;
}

void Client::complete_released(Shard& shard, Instant now) {
    if (gate_.is_waiting() || released_.empty()) return;
    room_was_made();
    for (const mqtt::PacketId packet_id : std::exchange(released_, {})) upstream_->complete(packet_id, shard, now);
}

void Client::restore(const DownlinkExchangeRecord& record, Shard&) {
    downlink_.hold({record.packet_id, record.msg_id, record.is_received});
}

}  // namespace trunkline::gateway
