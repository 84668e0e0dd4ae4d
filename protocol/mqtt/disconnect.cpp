// DISCONNECT and AUTH (5.0 §3.14, §3.15): decode and encode.

#include "protocol/mqtt/packet_codecs.hpp"
#include "protocol/mqtt/reason_codes.hpp"
#include "protocol/mqtt/writer.hpp"

namespace trunkline::mqtt {

Decoded<Disconnect> decode_disconnect(ByteView body, ProtocolVersion version) {
    Reader in(body, version);
    Disconnect packet;
    if (!in.is_v5() || in.at_end()) return in.finish(packet);  // absent: normal disconnection (§3.14.2.1)
    packet.reason = static_cast<ReasonCode>(in.byte());
    if (!may_stand_in(packet.reason, PacketType::disconnect))
        in.fail(ReasonCode::protocol_error, {"MQTT-3.14.2-1", ""});
    if (!in.at_end()) packet.properties = read_properties(in, PropertyPlace::disconnect);  // absent: none (§3.14.2.2.1)
    return in.finish(packet);
}

Decoded<Auth> decode_auth(ByteView body) {
    Reader in(body, ProtocolVersion::v5);
    Auth packet;
    // §3.15.2.1 lets a success without properties be empty, though §3.15.2.2.2 wants the method in every AUTH. Whether
    // the empty form is welcome is for the exchange to say.
    if (in.at_end()) return in.finish(packet);
    packet.reason = static_cast<ReasonCode>(in.byte());
    if (!may_stand_in(packet.reason, PacketType::auth)) in.fail(ReasonCode::protocol_error, {"MQTT-3.15.2-1", ""});
    packet.properties = read_properties(in, PropertyPlace::auth);
    return in.finish(packet);
}

std::size_t put(const Disconnect& packet, ProtocolVersion version, OutputBytes* out) {
    const bool v5 = version == ProtocolVersion::v5;
    assert(!v5 || may_stand_in(packet.reason, PacketType::disconnect));  // [MQTT-3.14.2-1]
    const bool has_properties = v5 && !packet.properties.empty();
    const bool has_reason = v5 && (has_properties || packet.reason != ReasonCode::success);
    return put_packet(first_octet(PacketType::disconnect), out, [&](auto& fields) {
        if (has_reason) fields.byte(static_cast<std::uint8_t>(packet.reason));
        if (has_properties) fields.properties(packet.properties);
    });
}

std::size_t put(const Auth& packet, [[maybe_unused]] ProtocolVersion version, OutputBytes* out) {
    assert(version == ProtocolVersion::v5);
    assert(may_stand_in(packet.reason, PacketType::auth));  // [MQTT-3.15.2-1]
    const bool empty = packet.properties.empty();
    assert(!empty || packet.reason == ReasonCode::success);
    return put_packet(first_octet(PacketType::auth), out, [&](auto& fields) {
        if (empty) return;
        fields.byte(static_cast<std::uint8_t>(packet.reason));
        fields.properties(packet.properties);
    });
}

}  // namespace trunkline::mqtt
