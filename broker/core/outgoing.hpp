#pragma once
// PUBLISH as a client gets it.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "broker/core/arrived.hpp"
#include "broker/core/delivery_options.hpp"
#include "broker/core/message_queue.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/mqtt/packets.hpp"

namespace trunkline::broker {

/// A PUBLISH that views message and `scratch`: properties with what is left of the Message Expiry Interval in 5.0
/// [MQTT-3.3.2-6] and the identifiers of subscriptions [MQTT-3.3.4-3], none in 3.1.1.
mqtt::Publish outgoing(const QueueEntry& entry, bool dup, mqtt::ProtocolVersion version, Instant now,
                       std::vector<std::byte>& scratch);
/// The same at QoS 0, from what has just arrived.
mqtt::Publish outgoing(const Arrived& arrived, const DeliveryOptions& delivery, mqtt::ProtocolVersion version,
                       Instant now, std::vector<std::byte>& scratch);

/// Whether the packet, with so many more octets of properties, is larger than its receiver takes.
/// `maximum_packet_size` 0: it takes any.
bool exceeds(std::uint32_t maximum_packet_size, const mqtt::Publish& packet, mqtt::ProtocolVersion version,
             std::size_t more_properties = 0);

}  // namespace trunkline::broker
