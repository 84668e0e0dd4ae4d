#include "benchmarks/gateway/core/driver.hpp"

#include <stdexcept>

namespace trunkline::gateway::bench {

namespace {

constexpr mqtt::ProtocolVersion version = mqtt::ProtocolVersion::v5;

template <typename Wanted>
const Wanted& as(const auto& decoded) {
    if (!decoded || !std::holds_alternative<Wanted>(*decoded))
        throw std::runtime_error("the gateway says another thing");
    return std::get<Wanted>(*decoded);
}

}  // namespace

std::vector<std::byte> octets_of(const mqtt::Packet& packet) {
    OutputBytes bytes;
    mqtt::encode(packet, version, bytes);
    return {bytes.view().begin(), bytes.view().end()};
}

Address address_of(std::uint32_t sensor) {
    return Address::v4(10, static_cast<std::uint8_t>(sensor >> 16U), static_cast<std::uint8_t>(sensor >> 8U),
                       static_cast<std::uint8_t>(sensor), 5000);
}

UpstreamId Driver::connect(const Address& from, std::string_view client_id) {
    receive(from, mqttsn::Connect{.clean_session = true, .duration_seconds = 60, .client_id = client_id});
    const std::vector<UpstreamId> asked = gateway.take_upstream_opens();
    if (asked.empty() && shared_) {
        gateway.facts_taken();
        as<mqttsn::ConnAck>(mqttsn::decode(last_datagram()));
        return *shared_;
    }
    if (asked.size() != 1) throw std::runtime_error("the gateway opens no connection");
    gateway.upstream_opened(asked[0], now);
    receive_upstream(asked[0], octets_of(mqtt::ConnAck()));
    OutputBytes out;
    gateway.take_output(asked[0], out);
    gateway.facts_taken();
    as<mqttsn::ConnAck>(mqttsn::decode(last_datagram()));
    if (gateway.find(client_id)->shared_connection()) shared_ = asked[0];
    return asked[0];
}

void Driver::subscribe(const Address& from, UpstreamId id, std::string_view filter) {
    receive(from,
            mqttsn::Subscribe{.qos = mqttsn::QoS::at_least_once, .msg_id = mqttsn::MsgId{1}, .topic_name = filter});
    OutputBytes out;
    while (gateway.take_output(id, out) != 0) {
        const auto frame = mqtt::next_frame(out.view(), 1U << 20U);
        const auto packet = mqtt::decode(frame->value(), version);
        if (const auto* request = std::get_if<mqtt::Subscribe>(&*packet)) {
            const std::byte granted[] = {std::byte{1}};
            receive_upstream(id, octets_of(mqtt::SubAck{request->packet_id, {}, granted}));
        } else {
            receive_upstream(id, octets_of(mqtt::PingResp{}));
        }
        out = OutputBytes();
    }
    as<mqttsn::SubAck>(mqttsn::decode(last_datagram()));
}

mqttsn::TopicId Driver::register_topic(const Address& from, std::string_view topic) {
    receive(from, mqttsn::Register{.msg_id = mqttsn::MsgId{1}, .topic_name = topic});
    const auto answer = mqttsn::decode(last_datagram());
    return as<mqttsn::RegAck>(answer).topic_id;
}

void Driver::receive(const Address& from, const mqttsn::Message& message) {
    datagram_.resize(mqttsn::encoded_size(message));
    mqttsn::encode_into(message, datagram_);
    gateway.received(from, datagram_, now);
}

mqtt::PacketId Driver::published(UpstreamId id) {
    OutputBytes out;
    gateway.take_output(id, out);
    const auto frame = mqtt::next_frame(out.view(), 1U << 20U);
    if (!frame || !*frame) throw std::runtime_error("the gateway publishes nothing");
    return as<mqtt::Publish>(mqtt::decode(**frame, version)).packet_id;
}

ByteView Driver::last_datagram() {
    datagrams_.clear();
    gateway.take_datagrams(datagrams_);
    return datagrams_.empty() ? ByteView() : datagrams_.datagram(datagrams_.size() - 1);
}

}  // namespace trunkline::gateway::bench
