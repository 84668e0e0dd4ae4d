// SUBSCRIBE and UNSUBSCRIBE.

#include <vector>

#include "broker/core/broker.hpp"
#include "protocol/mqtt/reason_codes.hpp"

namespace trunkline::broker {

using mqtt::ReasonCode;

void Broker::handle(Connection& connection, const mqtt::Subscribe& packet, Instant now) {
    const Connected& on = *connection.connected();
    if (packet.properties.number(mqtt::PropertyId::subscription_identifier)) {
        // CONNACK has announced that there are none. (§3.2.2.3.12)
        return protocol_error(connection, {ReasonCode::subscription_identifiers_not_supported, "§3.2.2.3.12"}, now);
    }
    const std::uint64_t mark = batch_.mark();
    std::vector<std::byte> reasons;
    std::vector<bool> is_new;
    mqtt::SubscriptionRequests requests = packet.requests;
    while (const std::optional<mqtt::SubscriptionRequest> request = requests.next()) {
        is_new.push_back(sessions_[on.session].find_subscription(request->filter) == nullptr);
        reasons.push_back(
            std::byte{mqtt::suback_octet(subscribe(on.session, *request), on.version)});  // [MQTT-3.8.4-6]
    }
    mqtt::SubAck suback;
    suback.packet_id = packet.packet_id;  // [MQTT-3.8.4-2]
    suback.reasons = reasons;
    send_gated(connection, suback, batch_.ticket_since(mark), now);  // [MQTT-3.8.4-1]
    requests = packet.requests;
    for (std::size_t index = 0; const std::optional<mqtt::SubscriptionRequest> request = requests.next(); ++index) {
        send_retained(on.session, *request, is_new[index], now);
    }
}

ReasonCode Broker::subscribe(SessionSlot slot, const mqtt::SubscriptionRequest& request) {
    const std::optional<mqtt::TopicFilter> filter = mqtt::TopicFilter::parse(request.filter);
    if (!filter) return ReasonCode::topic_filter_invalid;
    if (filter->is_shared()) return ReasonCode::shared_subscriptions_not_supported;
    const mqtt::SubscriptionOptions& options = request.options;

    Session& session = sessions_[slot];
    const bool is_new = session.find_subscription(filter->text()) == nullptr;
    if (is_new && session.subscriptions.size() >= settings_.subscription_limit) {
        ++counters_.subscriptions_refused;
        return ReasonCode::quota_exceeded;
    }
    session.put_subscription(filter->text(), options);
    subscriptions_.put(filter->pattern(), slot, options);
    matches_.filter_changed(*filter);
    if (session.in_store) batch_.add(PutSubscription{{session.id, filter->text(), options}});
    return static_cast<ReasonCode>(options.qos);
}

void Broker::handle(Connection& connection, const mqtt::Unsubscribe& packet, Instant now) {
    const Connected& on = *connection.connected();
    const std::uint64_t mark = batch_.mark();
    std::vector<std::byte> reasons;
    mqtt::SubscriptionRequests requests = packet.requests;
    while (const std::optional<mqtt::SubscriptionRequest> request = requests.next()) {
        reasons.push_back(static_cast<std::byte>(unsubscribe(on.session, request->filter)));  // [MQTT-3.11.3-1]
    }
    mqtt::UnsubAck unsuback;
    unsuback.packet_id = packet.packet_id;  // [MQTT-3.10.4-4]
    unsuback.reasons = reasons;
    send_gated(connection, unsuback, batch_.ticket_since(mark), now);  // [MQTT-3.10.4-5]
}

ReasonCode Broker::unsubscribe(SessionSlot slot, std::string_view text) {
    const std::optional<mqtt::TopicFilter> filter = mqtt::TopicFilter::parse(text);
    if (!filter) return ReasonCode::topic_filter_invalid;
    Session& session = sessions_[slot];
    if (!session.erase_subscription(text)) return ReasonCode::no_subscription_existed;  // [MQTT-3.10.4-1]
    subscriptions_.erase(filter->pattern(), slot);
    matches_.filter_changed(*filter);
    if (session.in_store) batch_.add(DropSubscription{session.id, std::string(text)});
    return ReasonCode::success;
}

}  // namespace trunkline::broker
