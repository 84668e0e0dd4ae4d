// The client's subscriptions: SUBSCRIBE and UNSUBSCRIBE with one filter each, and their answers.

#include <algorithm>

#include "protocol/mqtt/client.hpp"
#include "protocol/mqtt/topic_filter.hpp"

namespace trunkline::mqtt {

using Kind = SubscriptionRequests::Kind;

std::optional<PacketId> Client::subscribe(std::string_view filter, const SubscriptionOptions& options,
                                          std::uint32_t subscription_id, Instant now) {
    if (!is_connected() || !TopicFilter::parse(filter)) return std::nullopt;
    SubscriptionRequestBuilder requests;
    requests.add(filter, is_v5() ? options : SubscriptionOptions{.qos = options.qos});
    PropertyBuilder properties;
    if (is_v5() && subscription_id != 0 && limits_.takes_subscription_ids)
        properties.number(PropertyId::subscription_identifier, subscription_id);
    return request(Subscribe{.properties = properties.view(), .requests = requests.view(Kind::subscribe)}, now);
}

std::optional<PacketId> Client::unsubscribe(std::string_view filter, Instant now) {
    if (!is_connected() || !TopicFilter::parse(filter)) return std::nullopt;
    SubscriptionRequestBuilder requests;
    requests.add(filter);
    return request(Unsubscribe{.requests = requests.view(Kind::unsubscribe)}, now);
}

template <typename Packet>
std::optional<PacketId> Client::request(Packet packet, Instant now) {
    const std::optional<PacketId> packet_id = free_packet_id();
    if (!packet_id) return std::nullopt;
    packet.packet_id = *packet_id;
    if (encoded_size(packet, settings_.version) > limits_.maximum_packet_size) return std::nullopt;  // [MQTT-3.2.2-15]
    send(packet, now);
    constexpr Kind kind = std::is_same_v<Packet, Subscribe> ? Kind::subscribe : Kind::unsubscribe;
    requests_.push_back({kind, *packet_id, now + settings_.answer_timeout});
    deadlines_.set(Timer::request, requests_.front().answer_by);
    return packet_id;
}

/// False: none of this kind waits for an answer with this identifier.
bool Client::take_request(Kind kind, PacketId packet_id) {
    const auto is_it = [&](const Request& asked) { return asked.kind == kind && asked.packet_id == packet_id; };
    const auto found = std::find_if(requests_.begin(), requests_.end(), is_it);
    if (found == requests_.end()) return false;
    requests_.erase(found);
    deadlines_.clear(Timer::request);
    if (!requests_.empty()) deadlines_.set(Timer::request, requests_.front().answer_by);
    return true;
}

void Client::handle(const SubAck& packet, Instant) {
    if (!take_request(Kind::subscribe, packet.packet_id)) return refuse({"MQTT-3.8.4-2", "3.1.1 MQTT-3.8.4-2"});
    if (packet.reasons.size() != 1) return refuse({"MQTT-3.8.4-6", "3.1.1 MQTT-3.8.4-5"});  // one filter was asked for
    events_.push_back(ClientSubscribed{packet.packet_id, {static_cast<ReasonCode>(packet.reasons[0])}});
}

void Client::handle(const UnsubAck& packet, Instant) {
    if (!take_request(Kind::unsubscribe, packet.packet_id)) return refuse({"MQTT-3.10.4-5", "3.1.1 MQTT-3.10.4-4"});
    if (!is_v5()) return events_.push_back(ClientUnsubscribed{packet.packet_id, ReasonCode::success});
    if (packet.reasons.size() != 1) return refuse({"MQTT-3.11.3-1", ""});  // one filter was asked for
    events_.push_back(ClientUnsubscribed{packet.packet_id, static_cast<ReasonCode>(packet.reasons[0])});
}

}  // namespace trunkline::mqtt
