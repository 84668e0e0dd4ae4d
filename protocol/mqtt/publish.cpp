// PUBLISH (5.0 §3.3): decode and encode.

#include "protocol/mqtt/packet_codecs.hpp"
#include "protocol/mqtt/topic_name.hpp"
#include "protocol/mqtt/writer.hpp"

namespace trunkline::mqtt {

namespace {

/// In 5.0 an alias may stand in for the name (§3.3.2.1, §3.3.2.3.4).
void check_topic(Reader& in, const Publish& packet) {
    if (in.failed()) return;
    if (packet.topic.empty()) {
        if (packet.properties.number(PropertyId::topic_alias)) return;
        const Clause clause{"§3.3.2.1", "3.1.1 MQTT-4.7.3-1"};
        return in.fail(in.is_v5() ? ReasonCode::protocol_error : ReasonCode::topic_name_invalid, clause);
    }
    if (!is_topic_name(packet.topic)) in.fail(ReasonCode::topic_name_invalid, {"MQTT-3.3.2-2", "3.1.1 MQTT-3.3.2-2"});
}

}  // namespace

Decoded<Publish> decode_publish(const Frame& frame, ProtocolVersion version) {
    Reader in(frame.body, version);
    const unsigned flags = frame.flags();
    const unsigned qos = flags >> 1U & 0x03U;
    Publish packet{.dup = (flags & 0x08U) != 0, .qos = static_cast<QoS>(qos), .retain = (flags & 0x01U) != 0};
    if (qos == 3) in.fail(ReasonCode::malformed_packet, {"MQTT-3.3.1-4", "3.1.1 MQTT-3.3.1-4"});
    if (qos == 0 && packet.dup) in.fail(ReasonCode::malformed_packet, {"MQTT-3.3.1-2", "3.1.1 MQTT-3.3.1-2"});
    packet.topic = in.text({"MQTT-3.3.2-1", "3.1.1 MQTT-3.3.2-1"});
    if (qos != 0) packet.packet_id = in.packet_id(clauses::request_packet_id);  // [MQTT-2.2.1-2]: not at QoS 0
    packet.properties = read_properties(in, PropertyPlace::publish);
    check_topic(in, packet);
    packet.payload = in.rest();
    return in.finish(packet);
}

std::size_t put(const Publish& packet, ProtocolVersion version, OutputBytes* out) {
    const bool has_packet_id = packet.qos != QoS::at_most_once;
    assert(has_packet_id == (packet.packet_id != PacketId{}));  // [MQTT-2.2.1-2] [MQTT-2.2.1-4]
    assert(has_packet_id || !packet.dup);                       // [MQTT-3.3.1-2]
    assert(is_topic_name(packet.topic) || (packet.topic.empty() && version == ProtocolVersion::v5));
    const unsigned flags =
        (packet.dup ? 0x08U : 0) | static_cast<unsigned>(packet.qos) << 1U | (packet.retain ? 1U : 0);
    return put_packet(first_octet(PacketType::publish, flags), out, [&](auto& fields) {
        fields.text(packet.topic);
        if (has_packet_id) fields.packet_id(packet.packet_id);
        if (version == ProtocolVersion::v5) fields.properties(packet.properties);
        fields.octets(packet.payload);
    });
}

}  // namespace trunkline::mqtt
