#pragma once
// Why something was refused, in words for whoever looks at the client's log.

#include <string_view>

#include "broker/core/connection.hpp"
#include "protocol/mqtt/codec.hpp"

namespace trunkline::broker {

/// Whether the client takes a packet of that size. [MQTT-3.1.2-24]
inline bool fits(const Connected& on, const mqtt::Packet& packet) {
    return on.maximum_packet_size == 0 || mqtt::encoded_size(packet, on.version) <= on.maximum_packet_size;
}

/// Whether the reason is to be told with a Server Reference. (§4.11)
constexpr bool names_other_server(mqtt::ReasonCode reason) {
    return reason == mqtt::ReasonCode::use_another_server || reason == mqtt::ReasonCode::server_moved;
}

/// Gives an answer its Reason String, where the version has one and the packet is not too large with it
/// ([MQTT-3.2.2-19] [MQTT-3.4.2-2] [MQTT-3.14.2-3] and their like). `properties` must live until the packet is encoded.
template <typename Answer>
void explain(Answer& answer, std::string_view text, const Connected& on, mqtt::PropertyBuilder& properties) {
    if (text.empty() || on.version != mqtt::ProtocolVersion::v5) return;
    answer.properties = properties.text(mqtt::PropertyId::reason_string, text).view();
    if (!fits(on, answer)) answer.properties = {};
}

}  // namespace trunkline::broker
