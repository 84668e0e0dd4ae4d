#include "protocol/mqtt/codec.hpp"

#include "protocol/mqtt/packet_codecs.hpp"
#include "protocol/mqtt/writer.hpp"

namespace trunkline::mqtt {

namespace {

Clause flags_clause(PacketType type) {
    switch (type) {
        case PacketType::pubrel:
            return {"MQTT-3.6.1-1", "3.1.1 MQTT-3.6.1-1"};
        case PacketType::subscribe:
            return {"MQTT-3.8.1-1", "3.1.1 MQTT-3.8.1-1"};
        case PacketType::unsubscribe:
            return {"MQTT-3.10.1-1", "3.1.1 MQTT-3.10.1-1"};
        case PacketType::disconnect:
            return {"MQTT-3.14.1-1", "3.1.1 MQTT-3.14.1-1"};
        case PacketType::auth:
            return {"MQTT-3.15.1-1", ""};
        default:
            return clauses::flags;
    }
}

/// The four low bits of the first octet, where they are fixed. CONNECT's wait for its version; PUBLISH uses all.
bool flags_are_valid(const Frame& frame, ProtocolVersion version) {
    const PacketType type = frame.type();
    if (type == PacketType::connect || type == PacketType::publish) return true;
    const bool acknowledged =
        type == PacketType::pubrel || type == PacketType::subscribe || type == PacketType::unsubscribe;
    // 3.1 gives these three QoS 1 and lets DUP tell a repetition; in all others it does not use the bits (3.1 §2.1).
    if (version == ProtocolVersion::v3_1) return !acknowledged || (frame.flags() & 0x06U) == 0x02;
    return frame.flags() == (acknowledged ? 0x02 : 0x00);
}

/// What can be said of a packet before its fields are read.
std::optional<ProtocolError> check_fixed_header(const Frame& frame, ProtocolVersion version) {
    const auto malformed = [version](Clause clause) {
        return ProtocolError{ReasonCode::malformed_packet, clause.in(version)};
    };
    const unsigned type = static_cast<unsigned>(frame.type());
    const bool reserved = type == 0 || (frame.type() == PacketType::auth && version != ProtocolVersion::v5);
    if (reserved) return malformed({"§2.1.2", "3.1.1 §2.2.1"});
    if (!flags_are_valid(frame, version)) return malformed(flags_clause(frame.type()));
    const bool padded =
        frame.type() != PacketType::connect && version == ProtocolVersion::v5 && has_padded_length(frame);
    if (padded) return malformed(clauses::shortest_integer);
    return std::nullopt;
}

template <typename T>
Decoded<Packet> as_packet(const Decoded<T>& decoded) {
    if (!decoded) return Failure{decoded.error()};
    return Packet(*decoded);
}

template <typename Ping>
Decoded<Packet> decode_ping(ByteView body, ProtocolVersion version) {
    Reader in(body, version);
    return as_packet(in.finish(Ping{}));
}

std::size_t put(const PingReq&, ProtocolVersion, OutputBytes* out) {
    return put_packet(first_octet(PacketType::pingreq), out, [](auto&) {});
}
std::size_t put(const PingResp&, ProtocolVersion, OutputBytes* out) {
    return put_packet(first_octet(PacketType::pingresp), out, [](auto&) {});
}

}  // namespace

Decoded<Packet> decode(const Frame& frame, ProtocolVersion version) {
    if (const std::optional<ProtocolError> error = check_fixed_header(frame, version)) return Failure{*error};
    switch (frame.type()) {
        case PacketType::connect:
            return as_packet(decode_connect(frame));
        case PacketType::connack:
            return as_packet(decode_connack(frame.body, version));
        case PacketType::publish:
            return as_packet(decode_publish(frame, version));
        case PacketType::puback:
            return as_packet(decode_puback(frame.body, version));
        case PacketType::pubrec:
            return as_packet(decode_pubrec(frame.body, version));
        case PacketType::pubrel:
            return as_packet(decode_pubrel(frame.body, version));
        case PacketType::pubcomp:
            return as_packet(decode_pubcomp(frame.body, version));
        case PacketType::subscribe:
            return as_packet(decode_subscribe(frame.body, version));
        case PacketType::suback:
            return as_packet(decode_suback(frame.body, version));
        case PacketType::unsubscribe:
            return as_packet(decode_unsubscribe(frame.body, version));
        case PacketType::unsuback:
            return as_packet(decode_unsuback(frame.body, version));
        case PacketType::pingreq:
            return decode_ping<PingReq>(frame.body, version);
        case PacketType::pingresp:
            return decode_ping<PingResp>(frame.body, version);
        case PacketType::disconnect:
            return as_packet(decode_disconnect(frame.body, version));
        case PacketType::auth:
            return as_packet(decode_auth(frame.body));
    }
    return Failure{ProtocolError{ReasonCode::malformed_packet, "§2.1.2"}};
}

Decoded<Publish> decode_publish_frame(const Frame& frame, ProtocolVersion version) {
    assert(frame.type() == PacketType::publish);
    if (const std::optional<ProtocolError> error = check_fixed_header(frame, version)) return Failure{*error};
    return decode_publish(frame, version);
}

Decoded<PubAck> decode_puback_frame(const Frame& frame, ProtocolVersion version) {
    assert(frame.type() == PacketType::puback);
    if (const std::optional<ProtocolError> error = check_fixed_header(frame, version)) return Failure{*error};
    return decode_puback(frame.body, version);
}

std::size_t encode(const Packet& packet, ProtocolVersion version, OutputBytes& out) {
    return std::visit([&](const auto& fields) { return put(fields, version, &out); }, packet);
}

std::size_t encode(const Publish& packet, ProtocolVersion version, OutputBytes& out) {
    return put(packet, version, &out);
}
std::size_t encode(const PubAck& packet, ProtocolVersion version, OutputBytes& out) {
    return put(packet, version, &out);
}

std::size_t encoded_size(const Packet& packet, ProtocolVersion version) {
    return std::visit([&](const auto& fields) { return put(fields, version, nullptr); }, packet);
}

std::size_t encoded_size(const Publish& packet, ProtocolVersion version) { return put(packet, version, nullptr); }

}  // namespace trunkline::mqtt
