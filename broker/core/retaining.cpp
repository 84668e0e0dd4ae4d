// Retained messages: kept when they are published, sent when somebody subscribes.

#include <algorithm>

#include "broker/core/arrived.hpp"
#include "broker/core/broker.hpp"
#include "broker/core/subscription_ids.hpp"
#include "broker/core/sys_topic.hpp"

namespace trunkline::broker {

using mqtt::QoS;

void Broker::retain(Arrived& arrived, SessionSlot publisher) {
    if (arrived.payload.empty()) {  // [MQTT-3.3.1-6] [MQTT-3.3.1-7]
        if (retained_.erase(arrived.topic)) batch_.add(DropRetained{std::string(arrived.topic)});
        return;
    }
    if (retained_count() >= settings_.retained_limit_messages) {
        for (const MessagePtr& message : retained_.take_expired(arrived.received_at))
            batch_.add(DropRetained{std::string(message->topic())});
    }
    const bool has_room = retained_count() < settings_.retained_limit_messages || retained_.has(arrived.topic);
    if (!has_room || batch_.is_overfull()) {
        ++counters_.retained_refused;
        return;
    }
    if (retained_.has(arrived.topic) && breaks(BrokerPromise::retained_is_newest))
        return settings_.defect->note({}, arrived.topic, arrived.payload, arrived.received_at);
    arrived.message()->count_in(message_account_);
    Session& session = sessions_[publisher];
    const RetainedSourcePtr source =
        session.identity ? session.identity->as_source(session.client_id) : RetainedSourcePtr();
    retained_.put({arrived.message(), arrived.qos, source});  // [MQTT-3.3.1-5]
    RetainedRecord record;
    record.source = source;
    record.message = arrived.message();
    record.qos = arrived.qos;
    record.received_at = clock_.wall(arrived.received_at);
    if (arrived.expires_at) record.expires_at = clock_.wall(*arrived.expires_at);
    batch_.add(PutRetained{std::move(record)});
}

/// Rules may have changed since it was published.
bool Broker::source_still_may(const Retained& retained) const {
    if (!settings_.check_retain_source || !has_acl_ || !retained.source) return true;
    const RetainedSource& source = *retained.source;
    const AclClient client{source.user ? std::optional<std::string_view>(*source.user) : std::nullopt,
                           source.client_id};
    return some_rules_let(client, Access::write, retained.message->topic());
}

/// What a new subscription finds. `is_new`: there was none with this filter.
void Broker::send_retained(SessionSlot slot, const mqtt::SubscriptionRequest& request, SubscriptionId id, bool is_new,
                           Instant now) {
    const mqtt::SubscriptionOptions& options = request.options;
    if (!settings_.retain_available) return;  // some may be left from a time when it was
    if (options.retain_handling == mqtt::RetainHandling::do_not_send) return;             // [MQTT-3.3.1-11]
    if (options.retain_handling == mqtt::RetainHandling::send_if_new && !is_new) return;  // [MQTT-3.3.1-10]
    const std::optional<mqtt::TopicFilter> filter = mqtt::TopicFilter::parse(request.filter);
    if (!filter || filter->is_shared()) return;  // §4.8.2: shared subscriptions get none
    std::vector<MessagePtr> expired;
    for (const Retained& retained : retained_.matches(*filter, now, expired)) {  // [MQTT-3.3.1-9]
        if (!source_still_may(retained)) {
            ++counters_.retained_denied;
            continue;
        }
        Arrived arrived = Arrived::from(retained);
        const QoS qos = is_sys_topic(arrived.topic) ? QoS::at_most_once : outgoing_qos(retained.qos, options.qos);
        deliver(slot, {qos, true, subscription_ids(id)}, arrived, now);  // [MQTT-3.3.1-8]
    }
    for (const MessagePtr& message : expired) batch_.add(DropRetained{std::string(message->topic())});
}

void Broker::restore_retained(const RetainedRecord& record) {
    record.message->count_in(message_account_);
    retained_.put({record.message, record.qos, record.source});
}

}  // namespace trunkline::broker
