// CONNECT (5.0 §3.1): decode and encode.

#include <algorithm>

#include "protocol/mqtt/packet_codecs.hpp"
#include "protocol/mqtt/topic_name.hpp"
#include "protocol/mqtt/writer.hpp"

namespace trunkline::mqtt {

namespace {

constexpr std::string_view protocol_name(ProtocolVersion version) {
    return version == ProtocolVersion::v3_1 ? "MQIsdp" : "MQTT";
}

struct Flags {  // of §3.1.2.3
    bool reserved, clean_start, will, will_retain, password, user_name;
    unsigned will_qos;

    explicit Flags(unsigned octet)
        : reserved((octet & 0x01U) != 0),
          clean_start((octet & 0x02U) != 0),
          will((octet & 0x04U) != 0),
          will_retain((octet & 0x20U) != 0),
          password((octet & 0x40U) != 0),
          user_name((octet & 0x80U) != 0),
          will_qos(octet >> 3U & 0x03U) {}
};

void check_flags(Reader& in, const Flags& flags) {
    const auto malformed = [&in](Clause clause) { in.fail(ReasonCode::malformed_packet, clause); };
    if (flags.will && flags.will_qos == 3) malformed({"MQTT-3.1.2-12", "3.1.1 MQTT-3.1.2-14"});
    if (!in.is_v5() && flags.password && !flags.user_name) malformed({"", "3.1.1 MQTT-3.1.2-22"});
    // 3.1 disregards the reserved bit, and the will's bits without a will (3.1 §3.1).
    if (in.version() == ProtocolVersion::v3_1) return;
    if (flags.reserved) malformed({"MQTT-3.1.2-3", "3.1.1 MQTT-3.1.2-3"});
    if (!flags.will && flags.will_qos != 0) malformed({"MQTT-3.1.2-11", "3.1.1 MQTT-3.1.2-13"});
    if (!flags.will && flags.will_retain) malformed({"MQTT-3.1.2-13", "3.1.1 MQTT-3.1.2-15"});
}

Will read_will(Reader& in, const Flags& flags) {
    constexpr Clause missing{"MQTT-3.1.2-9", "3.1.1 MQTT-3.1.2-9"};
    Will will{.qos = static_cast<QoS>(flags.will_qos), .retain = flags.will_retain};
    will.properties = read_properties(in, PropertyPlace::will);
    will.topic = in.text(missing);
    will.payload = in.binary(missing);
    if (in.failed()) return will;
    if (will.topic.empty()) in.fail(ReasonCode::topic_name_invalid, clauses::topic_not_empty);
    if (!is_topic_name(will.topic)) in.fail(ReasonCode::topic_name_invalid, clauses::topic_without_wildcards);
    return will;
}

/// 3.1 §3.1: for the sake of older clients, a flagged user name or password may be missing at the end.
bool stands_here(const Reader& in, bool flagged) {
    return flagged && !(in.version() == ProtocolVersion::v3_1 && in.at_end());
}

/// Of well-formed UTF-8: every octet but those that continue a character.
std::size_t characters_in(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char octet) { return (octet & 0xc0) != 0x80; }));
}

/// 3.1 wants 1 to 23 characters. Later, a client without a name of its own gets one, in 3.1.1 only for a session that
/// ends with the connection.
void check_client_id(Reader& in, const Connect& packet) {
    if (in.failed()) return;
    if (in.version() == ProtocolVersion::v3_1) {
        const std::size_t characters = characters_in(packet.client_id);
        if (characters < 1 || characters > 23) in.fail(ReasonCode::client_identifier_not_valid, {"", "3.1 §3.1"});
    } else if (in.version() == ProtocolVersion::v3_1_1 && packet.client_id.empty() && !packet.clean_start) {
        in.fail(ReasonCode::client_identifier_not_valid, {"", "3.1.1 MQTT-3.1.3-8"});  // and 3.1.1 [MQTT-3.1.3-7]
    }
}

/// What stands in front, whatever the version, and decides about it.
struct Preamble {
    std::string_view name;
    unsigned level = 0;

    explicit Preamble(Reader& in) : name(as_text(in.binary())), level(in.byte()) {}

    std::optional<ProtocolVersion> version() const {
        for (const ProtocolVersion known : {ProtocolVersion::v3_1, ProtocolVersion::v3_1_1, ProtocolVersion::v5}) {
            if (level == static_cast<unsigned>(known) && name == protocol_name(known)) return known;
        }
        return std::nullopt;
    }
};

}  // namespace

std::optional<ProtocolVersion> connect_version(const Frame& frame) {
    Reader in(frame.body, ProtocolVersion::v5);
    return Preamble(in).version();
}

std::optional<ProtocolVersion> connect_version(ByteView beginning) {
    if (beginning.empty() || first_octet(PacketType::connect) != std::to_integer<unsigned>(beginning[0]))
        return std::nullopt;
    std::size_t at = 1;
    while (at < beginning.size() && std::to_integer<unsigned>(beginning[at]) >= 0x80) ++at;  // Remaining Length
    Reader in(beginning.subspan(std::min(at + 1, beginning.size())), ProtocolVersion::v5);
    return Preamble(in).version();
}

Decoded<Connect> decode_connect(const Frame& frame) {
    Reader start(frame.body, ProtocolVersion::v5);
    const Preamble preamble(start);
    if (start.failed()) return Failure{start.failure()};
    const std::optional<ProtocolVersion> version = preamble.version();
    if (!version) {
        const bool known_name = preamble.name == "MQTT" || preamble.name == "MQIsdp";
        const std::string_view clause = known_name ? "MQTT-3.1.2-2" : "MQTT-3.1.2-1";
        return Failure{ProtocolError{ReasonCode::unsupported_protocol_version, clause}};
    }

    Reader in(start.rest(), *version);
    if (*version != ProtocolVersion::v3_1 && frame.flags() != 0) in.fail(ReasonCode::malformed_packet, clauses::flags);
    if (in.is_v5() && has_padded_length(frame)) in.fail(ReasonCode::malformed_packet, clauses::shortest_integer);
    const Flags flags(in.byte());
    check_flags(in, flags);

    Connect packet{.version = *version, .clean_start = flags.clean_start};
    packet.keep_alive_seconds = in.two_bytes();
    packet.properties = read_properties(in, PropertyPlace::connect);
    if (packet.properties.text(PropertyId::authentication_data) &&
        !packet.properties.text(PropertyId::authentication_method))
        in.fail(ReasonCode::protocol_error, {"§3.1.2.11.10", ""});
    // In this order. [MQTT-3.1.3-1]
    packet.client_id = in.text({"MQTT-3.1.3-3", "3.1.1 MQTT-3.1.3-3"});
    if (flags.will) packet.will = read_will(in, flags);
    if (stands_here(in, flags.user_name)) packet.user_name = in.text({"MQTT-3.1.2-17", "3.1.1 MQTT-3.1.2-19"});
    if (stands_here(in, flags.password)) packet.password = in.binary({"MQTT-3.1.2-19", "3.1.1 MQTT-3.1.2-21"});
    check_client_id(in, packet);
    return in.finish(packet);
}

std::size_t put(const Connect& packet, ProtocolVersion version, OutputBytes* out) {
    assert(packet.version == version);
    assert(version == ProtocolVersion::v5 || !packet.password || packet.user_name);  // 3.1.1 [MQTT-3.1.2-22]
    unsigned flags = packet.clean_start ? 0x02U : 0;
    if (packet.will) {
        assert(is_topic_name(packet.will->topic));
        flags |= 0x04U | static_cast<unsigned>(packet.will->qos) << 3U | (packet.will->retain ? 0x20U : 0);
    }
    if (packet.password) flags |= 0x40U;
    if (packet.user_name) flags |= 0x80U;
    const bool v5 = version == ProtocolVersion::v5;
    return put_packet(first_octet(PacketType::connect), out, [&](auto& fields) {
        fields.text(protocol_name(version));
        fields.byte(static_cast<std::uint8_t>(version));
        fields.byte(static_cast<std::uint8_t>(flags));
        fields.two_bytes(packet.keep_alive_seconds);
        if (v5) fields.properties(packet.properties);
        fields.text(packet.client_id);
        if (packet.will) {
            if (v5) fields.properties(packet.will->properties);
            fields.text(packet.will->topic);
            fields.binary(packet.will->payload);
        }
        if (packet.user_name) fields.text(*packet.user_name);
        if (packet.password) fields.binary(*packet.password);
    });
}

}  // namespace trunkline::mqtt
