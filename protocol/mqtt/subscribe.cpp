// SUBSCRIBE and SUBACK, UNSUBSCRIBE and UNSUBACK (5.0 §3.8 to §3.11): decode and encode.

#include "protocol/mqtt/packet_codecs.hpp"
#include "protocol/mqtt/reason_codes.hpp"
#include "protocol/mqtt/writer.hpp"

namespace trunkline::mqtt {

namespace {

using Kind = SubscriptionRequests::Kind;

SubscriptionOptions options_of(unsigned octet) {
    return {.qos = static_cast<QoS>(octet & 0x03U),
            .no_local = (octet & 0x04U) != 0,
            .retain_as_published = (octet & 0x08U) != 0,
            .retain_handling = static_cast<RetainHandling>(octet >> 4U & 0x03U)};
}

void check_options(Reader& in, unsigned octet, std::string_view filter) {
    if (!in.is_v5()) {
        if (octet > 2) in.fail(ReasonCode::malformed_packet, {"", "3.1.1 MQTT-3.8.3-4"});
        return;
    }
    if ((octet & 0xc0U) != 0) in.fail(ReasonCode::malformed_packet, {"MQTT-3.8.3-5", ""});
    if ((octet & 0x03U) == 3) in.fail(ReasonCode::protocol_error, {"§3.8.3.1", ""});
    if ((octet & 0x30U) == 0x30) in.fail(ReasonCode::protocol_error, {"§3.8.3.1", ""});
    const bool no_local = (octet & 0x04U) != 0;
    if (no_local && filter.starts_with("$share/")) in.fail(ReasonCode::protocol_error, {"MQTT-3.8.3-4", ""});
}

SubscriptionRequests read_requests(Reader& in, Kind kind) {
    constexpr Clause no_subscription{"MQTT-3.8.3-2", "3.1.1 MQTT-3.8.3-3"};
    constexpr Clause no_filter{"MQTT-3.10.3-2", "3.1.1 MQTT-3.10.3-2"};
    const bool subscribes = kind == Kind::subscribe;
    if (in.at_end()) in.fail(ReasonCode::protocol_error, subscribes ? no_subscription : no_filter);
    const ByteView octets = in.rest();
    Reader request(octets, in.version());
    while (!request.at_end()) {
        const std::string_view filter = request.text();  // [MQTT-3.8.3-1] [MQTT-3.10.3-1]
        if (!subscribes) continue;
        const unsigned options = request.byte(no_subscription);
        if (!request.failed()) check_options(request, options, filter);
    }
    if (request.failed()) in.fail(request.failure());
    return {octets, kind};
}

/// One octet a filter, each a code of the packet's table.
ByteView read_reasons(Reader& in, PacketType packet, Clause not_listed, Clause missing) {
    if (in.at_end()) in.fail(ReasonCode::protocol_error, missing);
    const ByteView reasons = in.rest();
    for (const std::byte octet : reasons) {
        const auto reason = static_cast<ReasonCode>(octet);
        const bool in_v3 = reason <= ReasonCode::granted_qos_2 || reason == ReasonCode::unspecified_error;
        if (in.is_v5() ? !may_stand_in(reason, packet) : !in_v3) in.fail(ReasonCode::protocol_error, not_listed);
    }
    return reasons;
}

template <typename Request>
std::size_t put_request(PacketType type, const Request& packet, ProtocolVersion version, OutputBytes* out) {
    assert(!packet.requests.octets().empty());                           // [MQTT-3.8.3-2] [MQTT-3.10.3-2]
    return put_packet(first_octet(type, 0x02), out, [&](auto& fields) {  // [MQTT-3.8.1-1] [MQTT-3.10.1-1]
        fields.packet_id(packet.packet_id);
        if (version == ProtocolVersion::v5) fields.properties(packet.properties);
        fields.octets(packet.requests.octets());
    });
}

}  // namespace

std::optional<SubscriptionRequest> SubscriptionRequests::next() {
    if (octets_.empty()) return std::nullopt;
    // Checked before, so that nothing can fail here, and the octets need no second look.
    Reader in(octets_, ProtocolVersion::v5);
    SubscriptionRequest request{.filter = as_text(in.binary()), .options = {}};
    if (kind_ == Kind::subscribe) request.options = options_of(in.byte());
    assert(!in.failed());
    octets_ = in.rest();
    return request;
}

SubscriptionRequestBuilder& SubscriptionRequestBuilder::add(std::string_view filter,
                                                            const SubscriptionOptions& options) {
    append_filter(filter);
    const unsigned octet = static_cast<unsigned>(options.qos) | (options.no_local ? 0x04U : 0) |
                           (options.retain_as_published ? 0x08U : 0) |
                           static_cast<unsigned>(options.retain_handling) << 4U;
    octets_.push_back(static_cast<std::byte>(octet));
    return *this;
}

SubscriptionRequestBuilder& SubscriptionRequestBuilder::add(std::string_view filter) {
    append_filter(filter);
    return *this;
}

void SubscriptionRequestBuilder::append_filter(std::string_view filter) {
    assert(filter.size() <= 65'535);
    const std::size_t before = octets_.size();
    octets_.resize(before + 2 + filter.size());
    FieldWriter(std::span<std::byte>(octets_).subspan(before)).text(filter);
}

Decoded<Subscribe> decode_subscribe(ByteView body, ProtocolVersion version) {
    Reader in(body, version);
    Subscribe packet{.packet_id = in.packet_id(clauses::request_packet_id)};
    packet.properties = read_properties(in, PropertyPlace::subscribe);
    packet.requests = read_requests(in, Kind::subscribe);
    return in.finish(packet);
}

Decoded<Unsubscribe> decode_unsubscribe(ByteView body, ProtocolVersion version) {
    Reader in(body, version);
    Unsubscribe packet{.packet_id = in.packet_id(clauses::request_packet_id)};
    packet.properties = read_properties(in, PropertyPlace::unsubscribe);
    packet.requests = read_requests(in, Kind::unsubscribe);
    return in.finish(packet);
}

Decoded<SubAck> decode_suback(ByteView body, ProtocolVersion version) {
    Reader in(body, version);
    SubAck packet{.packet_id = in.packet_id(clauses::request_ack_packet_id)};
    packet.properties = read_properties(in, PropertyPlace::suback);
    packet.reasons =
        read_reasons(in, PacketType::suback, {"MQTT-3.9.3-2", "3.1.1 MQTT-3.9.3-2"}, {"§3.9.3", "3.1.1 §3.9.3"});
    return in.finish(packet);
}

Decoded<UnsubAck> decode_unsuback(ByteView body, ProtocolVersion version) {
    Reader in(body, version);
    UnsubAck packet{.packet_id = in.packet_id(clauses::request_ack_packet_id)};
    packet.properties = read_properties(in, PropertyPlace::unsuback);
    if (in.is_v5()) packet.reasons = read_reasons(in, PacketType::unsuback, {"MQTT-3.11.3-2", ""}, {"§3.11.3", ""});
    return in.finish(packet);
}

std::size_t put(const Subscribe& packet, ProtocolVersion version, OutputBytes* out) {
    return put_request(PacketType::subscribe, packet, version, out);
}

std::size_t put(const Unsubscribe& packet, ProtocolVersion version, OutputBytes* out) {
    return put_request(PacketType::unsubscribe, packet, version, out);
}

std::size_t put(const SubAck& packet, ProtocolVersion version, OutputBytes* out) {
    assert(!packet.reasons.empty());
    return put_packet(first_octet(PacketType::suback), out, [&](auto& fields) {
        fields.packet_id(packet.packet_id);
        if (version == ProtocolVersion::v5) fields.properties(packet.properties);
        fields.octets(packet.reasons);
    });
}

std::size_t put(const UnsubAck& packet, ProtocolVersion version, OutputBytes* out) {
    const bool v5 = version == ProtocolVersion::v5;
    assert(!v5 || !packet.reasons.empty());
    return put_packet(first_octet(PacketType::unsuback), out, [&](auto& fields) {
        fields.packet_id(packet.packet_id);
        if (v5) fields.properties(packet.properties);
        if (v5) fields.octets(packet.reasons);
    });
}

}  // namespace trunkline::mqtt
