#include "broker/core/outgoing.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

namespace trunkline::broker {

namespace {

void add_expiry(Instant expires_at, Instant now, std::vector<std::byte>& octets) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(std::max(expires_at - now, Duration::zero())).count();
    const auto seconds =
        static_cast<std::uint32_t>(std::min<std::int64_t>(left, std::numeric_limits<std::uint32_t>::max()));
    octets.push_back(static_cast<std::byte>(mqtt::PropertyId::message_expiry_interval));
    for (const unsigned shift : {24U, 16U, 8U, 0U}) octets.push_back(static_cast<std::byte>(seconds >> shift));
}

/// What belongs to this hop in front, then what is forwarded as it came.
mqtt::Properties properties_for(mqtt::ProtocolVersion version, ByteView forwarded, ByteView subscription_ids,
                                std::optional<Instant> expires_at, Instant now, std::vector<std::byte>& scratch) {
    if (version != mqtt::ProtocolVersion::v5) return {};
    if (!expires_at && subscription_ids.empty()) return mqtt::Properties::trusted(forwarded);
    scratch.clear();
    if (expires_at) add_expiry(*expires_at, now, scratch);
    scratch.insert(scratch.end(), subscription_ids.begin(), subscription_ids.end());
    scratch.insert(scratch.end(), forwarded.begin(), forwarded.end());
    return mqtt::Properties::trusted(scratch);
}

/// Octets of a Variable Byte Integer (§1.5.5).
std::size_t variable_size(std::size_t value) {
    return value < 128 ? 1 : value < 16'384 ? 2 : value < 2'097'152 ? 3 : 4;
}

}  // namespace

mqtt::Publish outgoing(const QueueEntry& entry, bool dup, mqtt::ProtocolVersion version, Instant now,
                       std::vector<std::byte>& scratch) {
    const Message& message = *entry.message;
    mqtt::Publish packet;
    packet.dup = dup;
    packet.qos = entry.qos;
    packet.retain = entry.retain;
    packet.topic = message.topic();
    packet.packet_id = entry.packet_id();
    packet.properties = properties_for(version, message.properties().octets(), entry.subscription_ids.view(),
                                       message.expires_at(), now, scratch);
    packet.payload = message.payload();
    return packet;
}

mqtt::Publish outgoing(const Arrived& arrived, const DeliveryOptions& delivery, mqtt::ProtocolVersion version,
                       Instant now, std::vector<std::byte>& scratch) {
    mqtt::Publish packet;
    packet.retain = delivery.retain;
    packet.topic = arrived.topic;
    packet.properties =
        properties_for(version, arrived.properties, delivery.subscription_ids.view(), arrived.expires_at, now, scratch);
    packet.payload = arrived.payload;
    return packet;
}

bool exceeds(std::uint32_t maximum_packet_size, const mqtt::Publish& packet, mqtt::ProtocolVersion version,
             std::size_t more_properties) {
    if (maximum_packet_size == 0) return false;
    std::size_t remaining = 2 + packet.topic.size() + packet.payload.size();
    if (packet.qos != mqtt::QoS::at_most_once) remaining += 2;
    if (version == mqtt::ProtocolVersion::v5) {
        const std::size_t properties = packet.properties.octets().size() + more_properties;
        remaining += variable_size(properties) + properties;
    }
    return 1 + variable_size(remaining) + remaining > maximum_packet_size;
}

}  // namespace trunkline::broker
