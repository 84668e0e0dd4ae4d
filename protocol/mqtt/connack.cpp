// CONNACK (5.0 §3.2): decode and encode.

#include "protocol/mqtt/packet_codecs.hpp"
#include "protocol/mqtt/reason_codes.hpp"
#include "protocol/mqtt/writer.hpp"

namespace trunkline::mqtt {

namespace {

ReasonCode read_reason(Reader& in) {
    const std::uint8_t octet = in.byte();
    if (in.failed()) return ReasonCode::success;
    if (in.is_v5()) {
        const auto reason = static_cast<ReasonCode>(octet);
        if (!may_stand_in(reason, PacketType::connack)) in.fail(ReasonCode::protocol_error, {"MQTT-3.2.2-8", ""});
        return reason;
    }
    const std::optional<ReasonCode> reason = connack_reason(octet);
    if (!reason) in.fail(ReasonCode::protocol_error, {"", "3.1.1 §3.2.2.3"});
    return reason.value_or(ReasonCode::success);
}

}  // namespace

Decoded<ConnAck> decode_connack(ByteView body, ProtocolVersion version) {
    Reader in(body, version);
    unsigned flags = in.byte();
    if (version == ProtocolVersion::v3_1) flags = 0;  // the octet is not used there (3.1 §3.2)
    if ((flags & 0xfeU) != 0) in.fail(ReasonCode::malformed_packet, {"MQTT-3.2.2-1", "3.1.1 §3.2.2.1"});
    ConnAck packet{.session_present = flags != 0};
    packet.reason = read_reason(in);
    if (packet.session_present && packet.reason != ReasonCode::success) {
        in.fail(ReasonCode::protocol_error, {"MQTT-3.2.2-6", "3.1.1 MQTT-3.2.2-4"});
    }
    packet.properties = read_properties(in, PropertyPlace::connack);
    return in.finish(packet);
}

std::size_t put(const ConnAck& packet, ProtocolVersion version, OutputBytes* out) {
    assert(!packet.session_present || packet.reason == ReasonCode::success);  // [MQTT-3.2.2-6]
    const bool v5 = version == ProtocolVersion::v5;
    assert(!v5 || may_stand_in(packet.reason, PacketType::connack));  // [MQTT-3.2.2-8]
    assert(v5 || connack_return_code(packet.reason));                 // 3.1.1 [MQTT-3.2.2-6]
    const bool session_present = packet.session_present && version != ProtocolVersion::v3_1;
    return put_packet(first_octet(PacketType::connack), out, [&](auto& fields) {
        fields.byte(session_present ? 1 : 0);
        fields.byte(v5 ? static_cast<std::uint8_t>(packet.reason) : connack_return_code(packet.reason).value_or(3));
        if (v5) fields.properties(packet.properties);
    });
}

}  // namespace trunkline::mqtt
