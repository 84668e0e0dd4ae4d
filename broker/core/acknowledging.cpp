// PUBACK, PUBREC and PUBCOMP for what was sent to a client; PUBREL for what came from it.

#include <algorithm>

#include "broker/core/broker.hpp"

namespace trunkline::broker {

using mqtt::ProtocolVersion;
using mqtt::QoS;
using mqtt::ReasonCode;

void Broker::handle(Connection& connection, const mqtt::PubAck& packet, Instant now) {
    const QueueEntry* entry = sessions_[connection.connected()->session].queue.find_in_flight(packet.packet_id);
    if (entry == nullptr) return;  // acknowledged twice; no rule makes that an error
    if (entry->qos != QoS::at_least_once)
        return protocol_error(connection, {ReasonCode::protocol_error, "§4.3.3"}, now);
    // A failure acknowledges as well: the message is not sent again. [MQTT-4.4.0-2]
    delivered(connection, packet.packet_id, now);
}

void Broker::handle(Connection& connection, const mqtt::PubRec& packet, Instant now) {
    const Connected& on = *connection.connected();
    Session& session = sessions_[on.session];
    QueueEntry* entry = session.queue.find_in_flight(packet.packet_id);
    mqtt::PubRel pubrel;
    pubrel.packet_id = packet.packet_id;  // [MQTT-4.3.3-4]
    if (entry == nullptr) {
        // §3.5.4: it is not ours, or complete already. PUBREL lets the receiver forget it.
        if (on.version == ProtocolVersion::v5) pubrel.reason = ReasonCode::packet_identifier_not_found;
        return send_gated(connection, pubrel, no_ticket, now);
    }
    if (entry->qos != QoS::exactly_once) return protocol_error(connection, {ReasonCode::protocol_error, "§4.3.2"}, now);
    if (is_failure(packet.reason)) return delivered(connection, packet.packet_id, now);  // [MQTT-4.4.0-2]
    const std::uint64_t mark = batch_.mark();
    if (!entry->is_released) {
        entry->is_released = true;
        if (session.in_store) batch_.add(ReleaseEntry{entry->arrival});
    }
    // Only once that is stored: the receiver forgets the identifier at PUBREL, and a PUBLISH after a crash would be new
    // to it.
    send_gated(connection, pubrel, batch_.ticket_since(mark), now);
}

void Broker::handle(Connection& connection, const mqtt::PubComp& packet, Instant now) {
    const QueueEntry* entry = sessions_[connection.connected()->session].queue.find_in_flight(packet.packet_id);
    if (entry == nullptr) return;  // completed twice
    if (!entry->is_released) return protocol_error(connection, {ReasonCode::protocol_error, "§4.3.3"}, now);
    delivered(connection, packet.packet_id, now);
}

void Broker::handle(Connection& connection, const mqtt::PubRel& packet, Instant now) {
    Connected& on = *connection.connected();
    Session& session = sessions_[on.session];
    const std::uint64_t mark = batch_.mark();
    mqtt::PubComp pubcomp;
    pubcomp.packet_id = packet.packet_id;  // [MQTT-4.3.3-11]
    if (!session.inbox.release(packet.packet_id)) {
        if (on.version == ProtocolVersion::v5) pubcomp.reason = ReasonCode::packet_identifier_not_found;
    } else if (session.in_store) {
        batch_.add(DropInbound{{session.id, packet.packet_id}});
    }
    on.left_over = static_cast<std::uint16_t>(std::min<std::size_t>(on.left_over, session.inbox.size()));
    // Only once that is stored: after a crash the same identifier would look like a repetition. [MQTT-4.3.3-12]
    send_gated(connection, pubcomp, batch_.ticket_since(mark), now);
}

/// The receiver has the message: the entry goes, and makes room for the next.
void Broker::delivered(Connection& connection, mqtt::PacketId packet_id, Instant now) {
    const std::optional<QueueEntry> entry = sessions_[connection.connected()->session].queue.acknowledged(packet_id);
    forget_stored(*entry);
    send_queued(connection, now);
}

}  // namespace trunkline::broker
