// The client's messages both ways, and its subscriptions.

#include <algorithm>
#include <cassert>

#include "protocol/base/utf8.hpp"
#include "protocol/mqtt/client.hpp"
#include "protocol/mqtt/reason_codes.hpp"
#include "protocol/mqtt/topic_filter.hpp"
#include "protocol/mqtt/topic_name.hpp"

namespace trunkline::mqtt {

std::optional<PacketId> Client::publish(std::string_view topic, ByteView payload, QoS qos, bool retain, Instant now) {
    if (!is_topic_name(topic) || !is_mqtt_utf8(as_byte_view(topic))) return std::nullopt;
    if (qos == QoS::exactly_once) return std::nullopt;
    if (qos == QoS::at_most_once)
        return publish_at_most_once({.retain = retain, .topic = topic, .payload = payload}, now);
    if (!has_connected_) return std::nullopt;
    std::size_t limit = settings_.in_flight_limit;
    if (is_connected()) limit = std::min<std::size_t>(limit, limits_.receive_maximum);  // [MQTT-3.3.4-7] [MQTT-4.9.0-2]
    if (in_flight_.size() >= limit) return std::nullopt;
    const std::optional<PacketId> packet_id = free_packet_id();
    if (!packet_id) return std::nullopt;
    in_flight_.push_back({.packet_id = *packet_id,
                          .retain = retain,
                          .topic = std::string(topic),
                          .payload = {payload.begin(), payload.end()}});
    send_waiting(now);
    return packet_id;
}

std::optional<PacketId> Client::publish_at_most_once(const Publish& packet, Instant now) {
    if (!is_connected() || server_refusal(packet)) return std::nullopt;
    encode(packet, settings_.version, output_);
    restart_ping_timer(now);
    return PacketId{};
}

/// What the server said in CONNACK that it does not take, in the code that it would use.
std::optional<ReasonCode> Client::server_refusal(const Publish& packet) const {
    if (packet.retain && !limits_.takes_retain) return ReasonCode::retain_not_supported;  // [MQTT-3.2.2-14]
    if (packet.qos != QoS::at_most_once && !limits_.takes_qos_1)
        return ReasonCode::qos_not_supported;  // [MQTT-3.2.2-11]
    const std::size_t size = encoded_size(packet, settings_.version);
    if (size > limits_.maximum_packet_size) return ReasonCode::packet_too_large;  // [MQTT-3.2.2-15]
    return std::nullopt;
}

/// Sends what this connection has not sent yet, in order, as far as the server's Receive Maximum goes. [MQTT-3.3.4-7]
void Client::send_waiting(Instant now) {
    while (is_connected() && sent_here_ < in_flight_.size() && sent_here_ < limits_.receive_maximum) {
        InFlight& message = in_flight_[sent_here_];
        const Publish packet{.dup = message.sent,  // [MQTT-3.3.1-1] [MQTT-4.3.2-2]
                             .qos = QoS::at_least_once,
                             .retain = message.retain,
                             .topic = message.topic,
                             .packet_id = message.packet_id,
                             .payload = message.payload};
        if (const std::optional<ReasonCode> refusal = server_refusal(packet)) {
            events_.push_back(ClientPublished{message.packet_id, *refusal});
            in_flight_.erase(in_flight_.begin() + static_cast<std::ptrdiff_t>(sent_here_));
            continue;
        }
        encode(packet, settings_.version, output_);
        restart_ping_timer(now);
        message.sent = true;
        ++sent_here_;
    }
}

void Client::handle(const PubAck& packet, Instant now) {
    const auto sent_end = in_flight_.begin() + static_cast<std::ptrdiff_t>(sent_here_);
    const auto found =
        std::find_if(in_flight_.begin(), sent_end, [&](const InFlight& m) { return m.packet_id == packet.packet_id; });
    // For nothing that we have sent here: it changes nothing, so the connection need not pay for it.
    if (found == sent_end) return;
    in_flight_.erase(found);  // acknowledged, be it with a failure [MQTT-4.4.0-2]
    --sent_here_;
    events_.push_back(ClientPublished{packet.packet_id, packet.reason});
    send_waiting(now);
}

void Client::handle(const Publish& packet, Instant now) {
    // 0x9B (QoS not supported) is for servers alone (§3.14.2.1); 0x83 says that we cannot though it is valid.
    if (packet.qos == QoS::exactly_once)
        return refuse({"§4.3.3", "3.1.1 §4.3.3"}, ReasonCode::implementation_specific_error);
    // Our Topic Alias Maximum is absent. [MQTT-3.1.2-27]
    if (packet.properties.number(PropertyId::topic_alias))
        return refuse({"MQTT-3.1.2-27", ""}, ReasonCode::topic_alias_invalid);

    const bool wants_ack = packet.qos == QoS::at_least_once;
    if (wants_ack && !settings_.acknowledges_itself) {
        const auto is_same = [&](const Unacknowledged& m) { return m.packet_id == packet.packet_id; };
        const bool known = std::any_of(unacknowledged_.begin(), unacknowledged_.end(), is_same);
        if (!known && is_v5() && unacknowledged_.size() >= settings_.receive_maximum) {
            return refuse({"MQTT-3.3.4-9", ""}, ReasonCode::receive_maximum_exceeded);
        }
        if (!known) unacknowledged_.push_back({packet.packet_id, std::nullopt});
    }
    events_.push_back(ClientMessage{.topic = std::string(packet.topic),
                                    .payload = {packet.payload.begin(), packet.payload.end()},
                                    .qos = packet.qos,
                                    .dup = packet.dup,
                                    .retain = packet.retain,
                                    .packet_id = packet.packet_id});
    if (wants_ack && settings_.acknowledges_itself) send(PubAck{.packet_id = packet.packet_id}, now);  // [MQTT-4.3.2-4]
}

void Client::acknowledge(PacketId packet_id, ReasonCode reason) {
    assert(may_stand_in(reason, PacketType::puback));
    const auto is_it = [&](const Unacknowledged& m) { return m.packet_id == packet_id; };
    const auto found = std::find_if(unacknowledged_.begin(), unacknowledged_.end(), is_it);
    if (!is_connected() || found == unacknowledged_.end()) return;
    found->answer = reason;
    // [MQTT-4.6.0-2]. The ping timer runs on: acknowledge() is not told the time, and a ping too many does no harm.
    auto next = unacknowledged_.begin();
    for (; next != unacknowledged_.end() && next->answer; ++next) {
        encode(PubAck{.packet_id = next->packet_id, .reason = *next->answer}, settings_.version, output_);
    }
    unacknowledged_.erase(unacknowledged_.begin(), next);
}

std::optional<PacketId> Client::subscribe(std::string_view filter, QoS qos, Instant now) {
    if (!is_connected() || qos == QoS::exactly_once || !TopicFilter::parse(filter)) return std::nullopt;
    const std::optional<PacketId> packet_id = free_packet_id();
    if (!packet_id) return std::nullopt;
    SubscriptionRequestBuilder requests;
    requests.add(filter, {.qos = qos});
    const Subscribe packet{.packet_id = *packet_id, .requests = requests.view(SubscriptionRequests::Kind::subscribe)};
    if (encoded_size(packet, settings_.version) > limits_.maximum_packet_size) return std::nullopt;  // [MQTT-3.2.2-15]
    send(packet, now);
    subscribing_.push_back({*packet_id, now + settings_.answer_timeout});
    deadlines_.set(Timer::suback, subscribing_.front().answer_by);
    return packet_id;
}

void Client::handle(const SubAck& packet, Instant) {
    const auto is_it = [&](const Subscribing& request) { return request.packet_id == packet.packet_id; };
    const auto found = std::find_if(subscribing_.begin(), subscribing_.end(), is_it);
    if (found == subscribing_.end()) return refuse({"MQTT-3.8.4-2", "3.1.1 MQTT-3.8.4-2"});
    if (packet.reasons.size() != 1) return refuse({"MQTT-3.8.4-6", "3.1.1 MQTT-3.8.4-5"});  // one filter was asked for
    subscribing_.erase(found);
    deadlines_.clear(Timer::suback);
    if (!subscribing_.empty()) deadlines_.set(Timer::suback, subscribing_.front().answer_by);
    events_.push_back(ClientSubscribed{packet.packet_id, {static_cast<ReasonCode>(packet.reasons[0])}});
}

/// One that is not in use. [MQTT-2.2.1-3] 3.1.1 [MQTT-2.3.1-2]
std::optional<PacketId> Client::free_packet_id() {
    for (unsigned attempt = 0; attempt < 65'535; ++attempt) {
        const PacketId packet_id{next_packet_id_};
        next_packet_id_ =
            next_packet_id_ == 65'535 ? std::uint16_t{1} : static_cast<std::uint16_t>(next_packet_id_ + 1);
        const auto is_it = [packet_id](const auto& holder) { return holder.packet_id == packet_id; };
        const bool in_use = std::any_of(in_flight_.begin(), in_flight_.end(), is_it) ||
                            std::any_of(subscribing_.begin(), subscribing_.end(), is_it);
        if (!in_use) return packet_id;
    }
    return std::nullopt;
}

}  // namespace trunkline::mqtt
