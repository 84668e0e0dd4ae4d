#include "benchmarks/load/packets.hpp"

#include <cstring>
#include <stdexcept>

namespace trunkline::load {

namespace {

constexpr auto version = mqtt::ProtocolVersion::v3_1_1;

void append(const mqtt::Packet& packet, Octets& out) {
    OutputBytes bytes;
    mqtt::encode(packet, version, bytes);
    out.insert(out.end(), bytes.view().begin(), bytes.view().end());
}

/// In the machine's own order: it comes back to the same machine.
template <typename T>
void patch(std::byte* at, T value) {
    std::memcpy(at, &value, sizeof value);
}
template <typename T>
T peek(const std::byte* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

std::uint16_t two_bytes(const std::byte* at) {
    return static_cast<std::uint16_t>(std::to_integer<unsigned>(at[0]) << 8U | std::to_integer<unsigned>(at[1]));
}
void put_two_bytes(std::byte* at, std::uint16_t value) {
    at[0] = static_cast<std::byte>(value >> 8U);
    at[1] = static_cast<std::byte>(value & 0xffU);
}

}  // namespace

void put_connect(std::string_view client_id, bool clean, Octets& out) {
    mqtt::Connect connect;
    connect.version = version;
    connect.clean_start = clean;
    connect.client_id = client_id;
    append(connect, out);
}

void put_subscribe(std::string_view filter, mqtt::QoS qos, Octets& out) {
    mqtt::SubscriptionRequestBuilder requests;
    mqtt::SubscriptionOptions options;
    options.qos = qos;
    requests.add(filter, options);
    mqtt::Subscribe subscribe;
    subscribe.packet_id = mqtt::PacketId{1};
    subscribe.requests = requests.view(mqtt::SubscriptionRequests::Kind::subscribe);
    append(subscribe, out);
}

void put_disconnect(Octets& out) { append(mqtt::Disconnect{}, out); }

void put_answer(mqtt::PacketType type, std::uint16_t packet_id, Octets& out) {
    const unsigned flags = type == mqtt::PacketType::pubrel ? 2 : 0;  // 3.1.1 [MQTT-3.6.1-1]
    const std::size_t at = out.size();
    out.resize(at + 4);
    out[at] = static_cast<std::byte>(static_cast<unsigned>(type) << 4U | flags);
    out[at + 1] = std::byte{2};
    put_two_bytes(&out[at + 2], packet_id);
}

PublishForm::PublishForm(std::uint32_t publisher, std::string_view topic, mqtt::QoS qos, std::size_t payload_size)
    : has_packet_id_(qos != mqtt::QoS::at_most_once) {
    if (payload_size < least_payload) throw std::invalid_argument("a payload that is too small for its stamp");
    const Octets payload(payload_size);
    mqtt::Publish publish;
    publish.qos = qos;
    publish.topic = topic;
    publish.payload = payload;
    if (has_packet_id_) publish.packet_id = mqtt::PacketId{1};
    append(publish, form_);
    stamp_at_ = form_.size() - payload_size;
    patch(&form_[stamp_at_], publisher);
}

void PublishForm::put(std::uint64_t number, Instant due, Octets& out) const {
    const std::size_t at = out.size();
    out.insert(out.end(), form_.begin(), form_.end());
    std::byte* stamp = &out[at + stamp_at_];
    if (has_packet_id_) put_two_bytes(stamp - 2, packet_id_of(number));
    patch(stamp + 4, number);
    patch(stamp + 12, static_cast<std::int64_t>(due.time_since_epoch().count()));
}

std::optional<Delivery> read_delivery(const mqtt::Frame& frame) {
    Delivery delivery;
    delivery.qos = static_cast<mqtt::QoS>(frame.flags() >> 1U & 3U);
    if (frame.body.size() < 2) return std::nullopt;
    std::size_t at = 2U + two_bytes(frame.body.data());
    const std::size_t packet_id_size = delivery.qos == mqtt::QoS::at_most_once ? 0 : 2;
    if (frame.body.size() < at + packet_id_size + least_payload) return std::nullopt;
    if (packet_id_size != 0) delivery.packet_id = two_bytes(frame.body.data() + at);
    at += packet_id_size;
    const std::byte* stamp = frame.body.data() + at;
    delivery.stamp.publisher = peek<std::uint32_t>(stamp);
    delivery.stamp.number = peek<std::uint64_t>(stamp + 4);
    delivery.stamp.due = Instant(Duration(peek<std::int64_t>(stamp + 12)));
    return delivery;
}

std::uint16_t read_packet_id(const mqtt::Frame& frame) {
    if (frame.body.size() < 2) throw std::runtime_error("the target has sent an answer without a packet identifier");
    return two_bytes(frame.body.data());
}

}  // namespace trunkline::load
