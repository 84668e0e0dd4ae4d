// PUBACK, PUBREC, PUBREL and PUBCOMP (5.0 §3.4 to §3.7): one form, four names.

#include "protocol/mqtt/packet_codecs.hpp"
#include "protocol/mqtt/reason_codes.hpp"
#include "protocol/mqtt/writer.hpp"

namespace trunkline::mqtt {

namespace {

struct AckKind {
    PacketType type;
    PropertyPlace place;
    std::string_view reason_clause;
    unsigned flags = 0;
};
constexpr AckKind puback{PacketType::puback, PropertyPlace::puback, "MQTT-3.4.2-1"};
constexpr AckKind pubrec{PacketType::pubrec, PropertyPlace::pubrec, "MQTT-3.5.2-1"};
constexpr AckKind pubrel{PacketType::pubrel, PropertyPlace::pubrel, "MQTT-3.6.2-1", 0x02};  // [MQTT-3.6.1-1]
constexpr AckKind pubcomp{PacketType::pubcomp, PropertyPlace::pubcomp, "MQTT-3.7.2-1"};

template <typename Ack>
Decoded<Ack> decode_ack(ByteView body, ProtocolVersion version, const AckKind& kind) {
    Reader in(body, version);
    Ack packet{.packet_id = in.packet_id(clauses::message_ack_packet_id)};
    if (!in.is_v5() || in.at_end()) return in.finish(packet);  // absent: success (§3.4.2.1)
    packet.reason = static_cast<ReasonCode>(in.byte());
    if (!may_stand_in(packet.reason, kind.type)) in.fail(ReasonCode::protocol_error, {kind.reason_clause, ""});
    if (!in.at_end()) packet.properties = read_properties(in, kind.place);  // absent: none (§3.4.2.2.1)
    return in.finish(packet);
}

/// In the shortest form that says it all.
template <typename Ack>
std::size_t put_ack(const Ack& packet, ProtocolVersion version, OutputBytes* out, const AckKind& kind) {
    const bool v5 = version == ProtocolVersion::v5;
    assert(!v5 || may_stand_in(packet.reason, kind.type));
    const bool has_properties = v5 && !packet.properties.empty();
    const bool has_reason = v5 && (has_properties || packet.reason != ReasonCode::success);
    return put_packet(first_octet(kind.type, kind.flags), out, [&](auto& fields) {
        fields.packet_id(packet.packet_id);
        if (has_reason) fields.byte(static_cast<std::uint8_t>(packet.reason));
        if (has_properties) fields.properties(packet.properties);
    });
}

}  // namespace

Decoded<PubAck> decode_puback(ByteView body, ProtocolVersion version) {
    return decode_ack<PubAck>(body, version, puback);
}
Decoded<PubRec> decode_pubrec(ByteView body, ProtocolVersion version) {
    return decode_ack<PubRec>(body, version, pubrec);
}
Decoded<PubRel> decode_pubrel(ByteView body, ProtocolVersion version) {
    return decode_ack<PubRel>(body, version, pubrel);
}
Decoded<PubComp> decode_pubcomp(ByteView body, ProtocolVersion version) {
    return decode_ack<PubComp>(body, version, pubcomp);
}

std::size_t put(const PubAck& packet, ProtocolVersion version, OutputBytes* out) {
    return put_ack(packet, version, out, puback);
}
std::size_t put(const PubRec& packet, ProtocolVersion version, OutputBytes* out) {
    return put_ack(packet, version, out, pubrec);
}
std::size_t put(const PubRel& packet, ProtocolVersion version, OutputBytes* out) {
    return put_ack(packet, version, out, pubrel);
}
std::size_t put(const PubComp& packet, ProtocolVersion version, OutputBytes* out) {
    return put_ack(packet, version, out, pubcomp);
}

}  // namespace trunkline::mqtt
