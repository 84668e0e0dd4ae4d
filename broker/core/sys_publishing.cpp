// $SYS: the broker's own messages, by the path of retained ones.

#include "broker/core/arrived.hpp"
#include "broker/core/broker.hpp"

namespace trunkline::broker {

void Broker::publish_sys(Instant now) {
    sys_due_ = now + settings_.sys_interval;
    const Gauges current = gauges();
    memory_maximum_ = current.memory_maximum;
    for (const SysTree::Value& value : sys_tree_.changes(counters_, current, now)) {
        Arrived arrived;
        arrived.topic = value.topic;
        arrived.payload = as_byte_view(value.text);
        arrived.retain = true;
        arrived.received_at = now;
        arrived.is_sys = true;
        arrived.message()->count_in(message_account_);
        retained_.put({arrived.message(), arrived.qos});
        route_sys(arrived, now);
    }
}

/// QoS 0 to who is there, for it is true only now: who comes later finds the retained one. So nothing of it reaches a
/// queue or the store, and who is away has lost nothing that would have to be counted.
void Broker::route_sys(Arrived& arrived, Instant now) {
    const Matches matches = matches_.matches(arrived.topic, subscriptions_);
    for (const Match& match : matches.sessions) {
        Session& session = sessions_[match.session];
        if (!session.connection || !may(session, Access::read, arrived.topic)) continue;
        DeliveryOptions delivery;
        delivery.retain = match.grant.retain_as_published;  // [MQTT-3.3.1-12] [MQTT-3.3.1-13]
        delivery.subscription_ids = match.grant.subscription_ids;
        deliver_now(session, delivery, arrived, now);
    }
    for (const GroupId group : matches.groups) share(group, arrived, {}, now);
}

}  // namespace trunkline::broker
