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
    InboundWindow& inbound = packet.qos == QoS::at_least_once ? inbound_once_ : inbound_twice_;
    const bool is_full = inbound_once_.open() + inbound_twice_.open() >= settings_.receive_maximum;
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
    inbound_once_.answer(packet_id, reason);
    inbound_twice_.answer(packet_id, reason);
    if (is_connected()) send_answers();
}

/// Those that may leave. The ping timer runs on: acknowledge() is not told the time, and a ping too many does no harm.
void Client::send_answers() {
    while (const auto answer = inbound_once_.take_answer()) {
        encode(PubAck{.packet_id = answer->packet_id, .reason = answer->reason}, settings_.version, output_);
        inbound_once_.forget(answer->packet_id);  // [MQTT-4.3.2-5]
    }
    while (const auto answer = inbound_twice_.take_answer()) {
        encode(PubRec{.packet_id = answer->packet_id, .reason = answer->reason}, settings_.version, output_);
        // 3.1 and 3.1.1 cannot tell the server of a failure, so that the exchange goes on there. [MQTT-4.3.3-9]
        if (is_v5() && is_failure(answer->reason)) inbound_twice_.forget(answer->packet_id);
    }
}

void Client::handle(const PubRel& packet, Instant now) {
    if (std::find(owed_pubcomps_.begin(), owed_pubcomps_.end(), packet.packet_id) != owed_pubcomps_.end()) return;
    owed_pubcomps_.push_back(packet.packet_id);
    if (settings_.completes_itself) complete(packet.packet_id, now);
    else events_.push_back(ClientReleased{packet.packet_id});
}

void Client::complete(PacketId packet_id, Instant now) {
    if (std::erase(owed_pubcomps_, packet_id) == 0) return;  // of a lost connection: PUBREL comes again
    const bool was_here = inbound_twice_.forget(packet_id);
    const ReasonCode reason = was_here ? ReasonCode::success : ReasonCode::packet_identifier_not_found;
    send(PubComp{.packet_id = packet_id, .reason = reason}, now);  // [MQTT-4.3.3-11]
}

}  // namespace trunkline::mqtt
