#include "benchmarks/sensors/sleepers.hpp"

#include <charconv>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "protocol/mqttsn/codec.hpp"

namespace trunkline::load {

namespace {

constexpr std::chrono::milliseconds wake_up{100};
constexpr std::chrono::seconds late{1};
constexpr std::chrono::seconds patience{10};
constexpr std::uint64_t window = 500;  // of messages that the target has not acknowledged
constexpr auto version = mqtt::ProtocolVersion::v5;
constexpr std::string_view topic_front = "line/ps-";
constexpr std::string_view topic_back = "/cp/set";

std::string client_id_of(SensorIndex sensor) { return "sensor-" + std::to_string(sensor); }

std::string topic_of(SensorIndex sensor) {
    std::string topic(topic_front);
    return topic.append(std::to_string(sensor)).append(topic_back);
}

SensorIndex sensor_of(std::string_view topic, std::size_t sensors) {
    SensorIndex sensor = 0;
    const std::string_view number = topic.substr(std::min(topic.size(), topic_front.size()));
    std::from_chars(number.data(), number.data() + number.size(), sensor);
    if (sensor >= sensors || topic != topic_of(sensor))
        throw std::runtime_error("the target has subscribed to what no sensor wants");
    return sensor;
}

void append(std::vector<std::byte>& out, const mqtt::Packet& packet) {
    OutputBytes octets;
    mqtt::encode(packet, version, octets);
    const ByteView view = octets.view();
    out.insert(out.end(), view.begin(), view.end());
}

}  // namespace

Sleepers::Sleepers(const HerdPlan& plan)
    : plan_(plan),
      wire_(plan.upstream, *this),
      datagrams_(plan.gateway),
      upstream_(wire_, *this),
      sensors_(plan.sensors) {
    wire_.listen();
    wire_.watch(datagrams_.handle());
}

void Sleepers::put_to_bed() { lead_all(Step::connect); }
void Sleepers::wake() { lead_all(Step::wake); }

void Sleepers::lead_all(Step first) {
    done_ = 0;
    std::size_t led = 0;
    heard_ = clock_.now();
    Instant repeated = heard_;
    while (done_ < sensors_.size()) {
        while (led < sensors_.size() && led - done_ < plan_.at_once) ask(static_cast<SensorIndex>(led++), first);
        datagrams_.flush();
        wire_.round(wake_up);
        const Instant now = clock_.now();
        if (now - heard_ > patience) throw std::runtime_error("the target does not answer its sensors");
        if (now - std::max(heard_, repeated) <= late) continue;
        repeat();
        repeated = now;
    }
}

void Sleepers::ask(SensorIndex index, Step step) {
    const std::string client_id = client_id_of(index);
    const std::string topic = topic_of(index);
    sensors_[index].step = step;
    sensors_[index].asked = clock_.now();
    constexpr std::uint16_t an_hour = 3'600;
    switch (step) {
        case Step::connect:
            return put(index, mqttsn::Connect{.duration_seconds = an_hour, .client_id = client_id});
        case Step::subscribe:
            return put(index, mqttsn::Subscribe{
                                  .qos = mqttsn::QoS::at_least_once, .msg_id = mqttsn::MsgId{1}, .topic_name = topic});
        case Step::sleep:
            return put(index, mqttsn::Disconnect{an_hour});
        case Step::wake:
            return put(index, mqttsn::PingReq{client_id});
        case Step::none:
            return;
    }
}

/// A datagram was lost, where sensors would repeat it each by itself.
void Sleepers::repeat() {
    for (SensorIndex index = 0; index < sensors_.size(); ++index) ask(index, sensors_[index].step);
}

void Sleepers::put(SensorIndex index, const mqttsn::Message& message) {
    std::vector<std::byte> octets(mqttsn::encoded_size(message));
    mqttsn::encode_into(message, octets);
    datagrams_.put(index, octets);
}

void Sleepers::done(Sensor& sensor) {
    sensor.step = Step::none;
    ++done_;
}

void Sleepers::datagram(SensorIndex index, ByteView octets, Instant arrived) {
    arrived_ = arrived;
    heard_ = clock_.now();
    const auto message = mqttsn::decode(octets);
    if (index >= sensors_.size() || !message) throw std::runtime_error("the target has sent what is for no sensor");
    std::visit([&](const auto& packet) { heed(index, packet); }, *message);
}

void Sleepers::heed(SensorIndex index, const mqttsn::ConnAck& packet) {
    if (packet.return_code != mqttsn::ReturnCode::accepted) throw std::runtime_error("the target refuses a sensor");
    if (sensors_[index].step == Step::connect) ask(index, Step::subscribe);
}

void Sleepers::heed(SensorIndex index, const mqttsn::SubAck& packet) {
    if (packet.return_code != mqttsn::ReturnCode::accepted) throw std::runtime_error("the target refuses SUBSCRIBE");
    if (sensors_[index].step == Step::subscribe) ask(index, Step::sleep);
}

void Sleepers::heed(SensorIndex index, const mqttsn::Disconnect&) {
    if (sensors_[index].step == Step::sleep) return done(sensors_[index]);
    if (sensors_[index].step != Step::none) throw std::runtime_error("the target has sent a sensor away");
}

void Sleepers::heed(SensorIndex index, const mqttsn::Publish& packet) {
    put(index, mqttsn::PubAck{.topic_id = packet.topic_id, .msg_id = packet.msg_id});
    const std::uint32_t bit = 1U << (packet.data.empty() ? 31U : std::to_integer<unsigned>(packet.data.front()) % 32U);
    if ((sensors_[index].taken & bit) == 0) ++taken_;
    sensors_[index].taken |= bit;
}

void Sleepers::heed(SensorIndex index, const mqttsn::PingResp&) {
    if (sensors_[index].step != Step::wake) return;
    wake_times_.add(arrived_ - sensors_[index].asked);
    done(sensors_[index]);
}

void Sleepers::received(ClientIndex client, const mqtt::Frame& frame) {
    if (frame.type() == mqtt::PacketType::subscribe) return subscribed(client, frame);
    if (frame.type() != mqtt::PacketType::puback) return upstream_.received(client, frame);
    constexpr std::size_t reason_at = 2;
    if (frame.body.size() > reason_at && frame.body[reason_at] >= std::byte{0x80})
        throw std::runtime_error("the target refuses a message");
    ++acknowledged_;
    heard_ = clock_.now();
}

void Sleepers::closed(ClientIndex) { throw std::runtime_error("the target has left its broker"); }

void Sleepers::subscribed(ClientIndex client, const mqtt::Frame& frame) {
    const auto packet = mqtt::decode(frame, version);
    const auto* subscribe = packet ? std::get_if<mqtt::Subscribe>(&*packet) : nullptr;
    if (subscribe == nullptr) throw std::runtime_error("the target has sent a SUBSCRIBE that is none");
    mqtt::SubscriptionRequests requests = subscribe->requests;
    std::vector<std::byte> reasons;
    while (const auto request = requests.next()) {
        Sensor& sensor = sensors_[sensor_of(request->filter, sensors_.size())];
        sensor.connection = client;
        sensor.subscription_id = subscribe->properties.number(mqtt::PropertyId::subscription_identifier).value_or(0);
        reasons.push_back(std::byte{1});
    }
    append(wire_.output(client), mqtt::SubAck{.packet_id = subscribe->packet_id, .reasons = reasons});
}

void Sleepers::fill() {
    const std::uint64_t messages = plan_.messages * sensors_.size();
    std::uint64_t sent = 0;
    heard_ = clock_.now();
    while (acknowledged_ < messages) {
        while (sent < messages && sent - acknowledged_ < window) publish(sent++);
        wire_.flush();
        wire_.round(wake_up);
        if (clock_.now() - heard_ > patience) throw std::runtime_error("the target does not acknowledge its messages");
    }
}

/// First one of each sensor, then the next of each.
void Sleepers::publish(std::uint64_t number) {
    const auto index = static_cast<SensorIndex>(number % sensors_.size());
    const Sensor& sensor = sensors_[index];
    const std::string topic = topic_of(index);
    std::vector<std::byte> payload(std::max<std::size_t>(plan_.payload, 1));
    payload.front() = static_cast<std::byte>(number / sensors_.size());
    mqtt::PropertyBuilder properties;
    if (sensor.subscription_id != 0)
        properties.number(mqtt::PropertyId::subscription_identifier, sensor.subscription_id);
    append(wire_.output(sensor.connection),
           mqtt::Publish{.qos = mqtt::QoS::at_least_once,
                         .topic = topic,
                         .packet_id = mqtt::PacketId{static_cast<std::uint16_t>(1 + number % 65'535)},
                         .properties = properties.view(),
                         .payload = payload});
}

}  // namespace trunkline::load
