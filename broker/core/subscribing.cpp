// SUBSCRIBE and UNSUBSCRIBE.

#include <algorithm>
#include <vector>

#include "broker/core/broker.hpp"
#include "broker/core/problem.hpp"
#include "broker/core/subscription_ids.hpp"
#include "protocol/mqtt/reason_codes.hpp"

namespace trunkline::broker {

using mqtt::ReasonCode;
using Kind = mqtt::SubscriptionRequests::Kind;

namespace {

/// Of the first filter that was refused; empty: none was.
std::string_view why_refused(const std::vector<std::byte>& reasons) {
    for (const std::byte reason : reasons) {
        if (static_cast<ReasonCode>(reason) == ReasonCode::topic_filter_invalid)
            return "no topic filter that is taken here";
        if (static_cast<ReasonCode>(reason) == ReasonCode::quota_exceeded) return "the session holds no more filters";
        if (static_cast<ReasonCode>(reason) == ReasonCode::not_authorized) return "access rules do not allow it";
    }
    return {};
}

/// Each has a node of its own in the tree of subscriptions.
std::size_t levels_of(std::string_view pattern) {
    return 1 + static_cast<std::size_t>(std::count(pattern.begin(), pattern.end(), '/'));
}

}  // namespace

void Broker::handle(Connection& connection, const mqtt::Subscribe& packet, Instant now) {
    const Connected& on = *connection.connected();
    const SubscriptionId id{packet.properties.number(mqtt::PropertyId::subscription_identifier).value_or(0)};
    const std::uint64_t mark = batch_.mark();
    std::vector<std::byte> reasons;
    std::vector<bool> is_new;
    mqtt::SubscriptionRequestBuilder mounted;
    const mqtt::SubscriptionRequests asked =
        connection.is_mounted ? mount(connection, packet.requests, Kind::subscribe, mounted) : packet.requests;
    mqtt::SubscriptionRequests requests = asked;
    while (const std::optional<mqtt::SubscriptionRequest> request = requests.next()) {
        is_new.push_back(sessions_[on.session].find_subscription(request->filter) == nullptr);
        const ReasonCode reason = subscribe(on.session, *request, id);
        reasons.push_back(std::byte{mqtt::suback_octet(reason, on.version)});  // [MQTT-3.8.4-6]
    }
    mqtt::SubAck suback;
    suback.packet_id = packet.packet_id;  // [MQTT-3.8.4-2]
    suback.reasons = reasons;
    if (!fits(on, suback))
        return close(connection, CloseCause::protocol_error, ReasonCode::packet_too_large, "MQTT-3.1.2-24", now);
    mqtt::PropertyBuilder properties;
    if (on.wants_problems) explain(suback, why_refused(reasons), on, properties);  // [MQTT-3.1.2-29]
    send_gated(connection, suback, batch_.ticket_since(mark), now);                // [MQTT-3.8.4-1]
    requests = asked;
    for (std::size_t index = 0; const std::optional<mqtt::SubscriptionRequest> request = requests.next(); ++index) {
        send_retained(on.session, *request, id, is_new[index], now);
    }
    collect(on.session, now);
}

ReasonCode Broker::subscribe(SessionSlot slot, const mqtt::SubscriptionRequest& request, SubscriptionId id) {
    const std::optional<mqtt::TopicFilter> filter = mqtt::TopicFilter::parse(request.filter);
    if (!filter) return ReasonCode::topic_filter_invalid;
    Session& session = sessions_[slot];
    if (levels_of(filter->pattern()) > settings_.filter_level_limit) {
        ++counters_.subscriptions_refused;
        return ReasonCode::topic_filter_invalid;
    }
    if (!may_subscribe(session, filter->pattern())) {
        ++counters_.subscribe_denied;
        facts_.push_back(AccessDenied{session.client_id, AccessDenied::What::subscribe, filter->text()});
        return settings_.tells_denied_subscriptions ? ReasonCode::not_authorized : ReasonCode::unspecified_error;
    }
    const bool is_new = session.find_subscription(filter->text()) == nullptr;
    watch_memory();
    const bool is_over = session.subscriptions.size() >= settings_.subscription_limit ||
                         subscription_count() >= settings_.total_subscription_limit || budget_.is(Pressure::full);
    if (is_new && is_over) {
        ++counters_.subscriptions_refused;
        return ReasonCode::quota_exceeded;
    }
    // [MQTT-3.2.2-10]: any QoS may be asked for; what nobody can publish is not granted.
    mqtt::SubscriptionOptions options = request.options;
    options.qos = std::min(options.qos, entrances_[static_cast<std::size_t>(session.listener)].maximum_qos);
    add_subscription(slot, *filter, options, id);
    if (session.in_store) batch_.add(PutSubscription{{session.id, filter->text(), options, id}});
    return static_cast<ReasonCode>(options.qos);
}

void Broker::add_subscription(SessionSlot slot, const mqtt::TopicFilter& filter,
                              const mqtt::SubscriptionOptions& options, SubscriptionId id) {
    sessions_[slot].put_subscription(filter.text(), options, id);
    if (filter.is_shared()) {
        const bool is_known = groups_.find(filter.text()) != no_group;
        const GroupId group =
            groups_.join(filter.text(), {slot, options.qos, options.retain_as_published, subscription_ids(id)});
        if (is_known) return;
        subscriptions_.put(filter.pattern(), group);
    } else {
        subscriptions_.put(filter.pattern(), slot, options, id);
    }
    matches_.filter_changed(filter);
}

void Broker::handle(Connection& connection, const mqtt::Unsubscribe& packet, Instant now) {
    const Connected& on = *connection.connected();
    const std::uint64_t mark = batch_.mark();
    std::vector<std::byte> reasons;
    mqtt::SubscriptionRequestBuilder mounted;
    mqtt::SubscriptionRequests requests =
        connection.is_mounted ? mount(connection, packet.requests, Kind::unsubscribe, mounted) : packet.requests;
    while (const std::optional<mqtt::SubscriptionRequest> request = requests.next()) {
        reasons.push_back(static_cast<std::byte>(unsubscribe(on.session, request->filter, now)));  // [MQTT-3.11.3-1]
    }
    mqtt::UnsubAck unsuback;
    unsuback.packet_id = packet.packet_id;  // [MQTT-3.10.4-4]
    unsuback.reasons = reasons;
    if (!fits(on, unsuback))
        return close(connection, CloseCause::protocol_error, ReasonCode::packet_too_large, "MQTT-3.1.2-24", now);
    send_gated(connection, unsuback, batch_.ticket_since(mark), now);  // [MQTT-3.10.4-5]
}

ReasonCode Broker::unsubscribe(SessionSlot slot, std::string_view text, Instant now) {
    const std::optional<mqtt::TopicFilter> filter = mqtt::TopicFilter::parse(text);
    if (!filter) return ReasonCode::topic_filter_invalid;
    Session& session = sessions_[slot];
    if (!session.erase_subscription(text)) return ReasonCode::no_subscription_existed;  // [MQTT-3.10.4-1]
    const GroupId group = groups_.find(text);
    remove_subscription(slot, *filter);
    // [MQTT-3.10.4-3] asks only for what has been started: the rest is for those who stay.
    if (group != no_group) redispatch(slot, Departure::subscription, group, now);
    if (session.in_store) batch_.add(DropSubscription{session.id, std::string(text)});
    return ReasonCode::success;
}

/// From what topics are matched with; the session's own list is for the caller.
void Broker::remove_subscription(SessionSlot slot, const mqtt::TopicFilter& filter) {
    if (filter.is_shared()) {
        const std::optional<GroupId> ended = groups_.leave(filter.text(), slot);
        if (!ended) return;
        subscriptions_.erase(filter.pattern(), *ended);
    } else {
        subscriptions_.erase(filter.pattern(), slot);
    }
    matches_.filter_changed(filter);
}

}  // namespace trunkline::broker
