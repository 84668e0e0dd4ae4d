// PUBACK from a client.

#include "broker/core/broker.hpp"

namespace trunkline::broker {

void Broker::handle(Connection& connection, const mqtt::PubAck& packet, Instant now) {
    Session& session = sessions_[connection.connected()->session];
    // A failure acknowledges as well: the message is not sent again. [MQTT-4.4.0-2]
    const std::optional<QueueEntry> entry = session.queue.acknowledged(packet.packet_id);
    if (!entry) return;  // acknowledged twice; no rule makes that an error
    forget_stored(*entry);
    send_queued(connection, now);
}

}  // namespace trunkline::broker
