// MQTT's packets as fields of a trace.

#include "protocol/trace/trace_line.hpp"
#include "protocol/mqtt/reason_codes.hpp"
#include "protocol/mqtt/version_name.hpp"

namespace trunkline {

namespace {

constexpr std::string_view packet_names[] = {"CONNECT",  "CONNACK", "PUBLISH",   "PUBACK",     "PUBREC",
                                             "PUBREL",   "PUBCOMP", "SUBSCRIBE", "SUBACK",     "UNSUBSCRIBE",
                                             "UNSUBACK", "PINGREQ", "PINGRESP",  "DISCONNECT", "AUTH"};
static_assert(std::size(packet_names) == std::variant_size_v<mqtt::Packet>);

struct PacketFields {
    TraceLine& line;

    void packet_id(mqtt::PacketId id) const {
        if (id != mqtt::PacketId{}) line.add("packet_id", static_cast<std::uint64_t>(id));
    }
    void reason(mqtt::ReasonCode code) const { line.add("reason", std::string(mqtt::name_of(code))); }
    void reasons(ByteView octets) const {
        for (const std::byte octet : octets) reason(static_cast<mqtt::ReasonCode>(octet));
    }
    void answer(const auto& p) const {
        packet_id(p.packet_id);
        reason(p.reason);
    }

    void operator()(const mqtt::Connect& p) const {
        line.add("version", std::string(mqtt::name_of(p.version))).add("keep_alive_s", p.keep_alive_seconds);
        line.add_if("clean_start", p.clean_start);
        if (p.will) line.add("will_topic", std::string(p.will->topic));
        if (p.user_name) line.add("user", std::string(*p.user_name));
    }
    void operator()(const mqtt::ConnAck& p) const {
        line.add_if("session_present", p.session_present);
        reason(p.reason);
    }
    void operator()(const mqtt::Publish& p) const {
        line.add("topic", std::string(p.topic)).add("qos", static_cast<std::uint64_t>(p.qos));
        packet_id(p.packet_id);
        line.add_if("dup", p.dup).add_if("retain", p.retain).add("bytes", p.payload.size());
    }
    void operator()(const mqtt::PubAck& p) const { answer(p); }
    void operator()(const mqtt::PubRec& p) const { answer(p); }
    void operator()(const mqtt::PubRel& p) const { answer(p); }
    void operator()(const mqtt::PubComp& p) const { answer(p); }
    void operator()(const mqtt::Subscribe& p) const {
        packet_id(p.packet_id);
        mqtt::SubscriptionRequests requests = p.requests;
        while (const auto request = requests.next()) {
            line.add("topic", std::string(request->filter));
            line.add("qos", static_cast<std::uint64_t>(request->options.qos));
        }
    }
    void operator()(const mqtt::Unsubscribe& p) const {
        packet_id(p.packet_id);
        mqtt::SubscriptionRequests requests = p.requests;
        while (const auto request = requests.next()) line.add("topic", std::string(request->filter));
    }
    void operator()(const mqtt::SubAck& p) const {
        packet_id(p.packet_id);
        reasons(p.reasons);
    }
    void operator()(const mqtt::UnsubAck& p) const {
        packet_id(p.packet_id);
        reasons(p.reasons);
    }
    void operator()(const mqtt::Disconnect& p) const { reason(p.reason); }
    void operator()(const mqtt::Auth& p) const { reason(p.reason); }
    void operator()(const mqtt::PingReq&) const {}
    void operator()(const mqtt::PingResp&) const {}
};

}  // namespace

void add_fields(TraceLine& line, const mqtt::Packet& packet) {
    line.add("packet", std::string(packet_names[packet.index()]));
    std::visit(PacketFields{line}, packet);
}

void add_fields(TraceLine& line, const mqtt::Decoded<mqtt::Frame>& frame, mqtt::ProtocolVersion& version) {
    if (!frame) {
        line.add("packet", std::string("unreadable"));
        return;
    }
    const auto packet = mqtt::decode(*frame, version);
    if (!packet) {
        line.add("packet", std::string("malformed"));
        return;
    }
    if (const auto* connect = std::get_if<mqtt::Connect>(&*packet)) version = connect->version;
    add_fields(line, *packet);
}

}  // namespace trunkline
