#include "simulator/oracle/uplink_facts.hpp"

#include <variant>

#include "protocol/mqttsn/codec.hpp"
#include "simulator/devices/reading.hpp"

namespace trunkline::sim {

namespace {

/// MQTT-SN 1.2 §5.4.4, §5.4.21: CONNECT indicates the keep-alive, DISCONNECT how long the sensor sleeps.
std::optional<Duration> indicated_interval(const mqttsn::Message& message) {
    if (const auto* connect = std::get_if<mqttsn::Connect>(&message))
        return std::chrono::seconds(connect->duration_seconds);
    if (const auto* disconnect = std::get_if<mqttsn::Disconnect>(&message); disconnect && disconnect->duration_seconds)
        return std::chrono::seconds(*disconnect->duration_seconds);
    return std::nullopt;
}

}  // namespace

void tell_uplink_datagram(Oracle& oracle, const Scenario& scenario, std::size_t sensor, ByteView datagram,
                          Instant now) {
    const SensorPlan& plan = scenario.sensors[sensor];
    const bool hears_while_asleep = plan.sleep && plan.commands;
    if (plan.qos > 0 && !plan.will && !hears_while_asleep) return;
    const auto message = mqttsn::decode(datagram);
    if (!message) return;  // damaged on its way: nobody has heard anything
    if (plan.will) oracle.heard(sensor, indicated_interval(*message), now);
    // One without a ClientId only shows that an active sensor is there.
    if (const auto* ping = std::get_if<mqttsn::PingReq>(&*message); ping != nullptr && !ping->client_id.empty())
        oracle.messages_asked(sensor, now);
    const auto* publish = std::get_if<mqttsn::Publish>(&*message);
    if (publish == nullptr || mqttsn::is_acknowledged(publish->qos)) return;
    if (const auto reading = parse_reading(as_text(publish->data))) oracle.arrived({sensor, reading->sequence}, now);
}

void tell_uplink_bytes(Oracle& oracle, std::size_t sensor, mqtt::FrameStream& frames, ByteView bytes, Instant now) {
    frames.feed(bytes);
    bool has_packet = false;
    // What is no packet ends the connection: nothing after it is heard.
    for (auto frame = frames.next(); frame && *frame; frame = frames.next()) has_packet = true;
    if (has_packet) oracle.heard(sensor, std::nullopt, now);
}

namespace {

std::optional<ReadingKey> reading_in(std::size_t sensor, LinkWay way, ByteView datagram) {
    const auto message = mqttsn::decode(datagram);
    const auto* publish = message && way == LinkWay::up ? std::get_if<mqttsn::Publish>(&*message) : nullptr;
    const auto reading = publish != nullptr ? parse_reading(as_text(publish->data)) : std::nullopt;
    if (!reading) return std::nullopt;
    return ReadingKey{sensor, reading->sequence};
}

}  // namespace

void tell_link_queue_full(Oracle& oracle, std::size_t sensor, LinkWay way, ByteView datagram) {
    oracle.link_queue_was_full(reading_in(sensor, way, datagram));
}

void tell_link_mtu_exceeded(Oracle& oracle, std::size_t sensor, LinkWay way, ByteView datagram) {
    if (const auto key = reading_in(sensor, way, datagram)) oracle.link_mtu_was_exceeded(*key);
}

void tell_address_changed(Oracle& oracle, std::size_t sensor, LinkWay way, ByteView datagram) {
    if (const auto key = reading_in(sensor, way, datagram)) oracle.address_changed(*key);
}

}  // namespace trunkline::sim
