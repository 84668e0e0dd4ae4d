// The client as a receiver: messages from the server, and their acknowledgements (5.0 §4.3).

#include <algorithm>
#include <cassert>

#include "protocol/mqtt/client.hpp"
#include "protocol/mqtt/reason_codes.hpp"

namespace trunkline::mqtt {

void Client::handle(const Publish& packet, Instant now) {
    // Our Topic Alias Maximum is absent. [MQTT-3.1.2-27]
    if (packet.properties.number(PropertyId::topic_alias))
        return refuse({"MQTT-3.1.2-27", ""}, ReasonCode::topic_alias_invalid);
    if (packet.qos == QoS::at_most_once) return tell(packet);
    Inbound& both = inbound_.get();
    InboundWindow& inbound = packet.qos == QoS::at_least_once ? both.once : both.twice;
    const bool is_full = both.once.open() + both.twice.open() >= settings_.receive_maximum;
    if (is_v5() && settings_.keeps_server_to_receive_maximum && is_full && !inbound.is_open(packet.packet_id))
        return refuse({"MQTT-3.3.4-9", ""}, ReasonCode::receive_maximum_exceeded);
    if (packet.qos == QoS::at_least_once && settings_.acknowledges_itself) {  // over as soon as it is told
        tell(packet);
        encode(PubAck{.packet_id = packet.packet_id}, settings_.version, output_);  // [MQTT-4.3.2-4]
        return restart_ping_timer(now);
    }
    if (inbound.arrived(packet.packet_id)) tell(packet);
    if (settings_.acknowledges_itself) inbound.answer(packet.packet_id, ReasonCode::success);  // told is delivered
    send_answers();
}

void Client::tell(const Publish& packet) {
    const ByteView properties = packet.properties.octets();
    events_.push_back(ClientMessage{.topic = std::string(packet.topic),
                                    .payload = {packet.payload.begin(), packet.payload.end()},
                                    .qos = packet.qos,
                                    .dup = packet.dup,
                                    .retain = packet.retain,
                                    .packet_id = packet.packet_id,
                                    .properties = {properties.begin(), properties.end()}});
}

void Client::acknowledge(PacketId packet_id, ReasonCode reason) {
    assert(may_stand_in(reason, PacketType::puback));
    assert(may_stand_in(reason, PacketType::pubrec));
    if (!inbound_) return;
    inbound_->once.answer(packet_id, reason);
    inbound_->twice.answer(packet_id, reason);
    if (is_connected()) send_answers();
}

/// Those that may leave, of messages that have come. The ping timer runs on: acknowledge() is not told the time, and a
/// ping too many does no harm.
void Client::send_answers() {
    InboundWindow& once = inbound_->once;
    while (const auto answer = once.take_answer()) {
        encode(PubAck{.packet_id = answer->packet_id, .reason = answer->reason}, settings_.version, output_);
        once.forget(answer->packet_id);  // [MQTT-4.3.2-5]
    }
    InboundWindow& twice = inbound_->twice;
    while (const auto answer = twice.take_answer()) {
        encode(PubRec{.packet_id = answer->packet_id, .reason = answer->reason}, settings_.version, output_);
        // 3.1 and 3.1.1 cannot tell the server of a failure, so that the exchange goes on there. [MQTT-4.3.3-9]
        if (is_v5() && is_failure(answer->reason)) twice.forget(answer->packet_id);
    }
}

void Client::handle(const PubRel& packet, Instant now) {
    std::vector<PacketId>& owed = inbound_.get().owed_pubcomps;
    if (std::find(owed.begin(), owed.end(), packet.packet_id) != owed.end()) return;
    owed.push_back(packet.packet_id);
    if (settings_.completes_itself) complete(packet.packet_id, now);
    else events_.push_back(ClientReleased{packet.packet_id});
}

void Client::complete(PacketId packet_id, Instant now) {
    if (!inbound_ || std::erase(inbound_->owed_pubcomps, packet_id) == 0)
        return;  // of a lost connection: PUBREL comes again
    const bool was_here = inbound_->twice.forget(packet_id);
    const ReasonCode reason = was_here ? ReasonCode::success : ReasonCode::packet_identifier_not_found;
    send(PubComp{.packet_id = packet_id, .reason = reason}, now);  // [MQTT-4.3.3-11]
}

}  // namespace trunkline::mqtt
