// PUBLISH from a client.

#include <algorithm>
#include <chrono>

#include "broker/core/arrived.hpp"
#include "broker/core/broker.hpp"
#include "broker/core/forwarded_properties.hpp"
#include "broker/core/problem.hpp"
#include "broker/core/sys_topic.hpp"

namespace trunkline::broker {

using mqtt::PropertyId;
using mqtt::QoS;
using mqtt::ReasonCode;

void Broker::handle(Connection& connection, const mqtt::Publish& packet, Instant now) {
    const bool has_alias = packet.properties.number(PropertyId::topic_alias).has_value();
    if (!has_alias && !connection.is_mounted) return publish(connection, packet, now);
    mqtt::Publish named = packet;
    if (has_alias) {
        if (const auto error = resolve_alias(connection, named)) return protocol_error(connection, *error, now);
    }
    if (connection.is_mounted && !mount(connection, named.topic))
        return protocol_error(connection, {ReasonCode::topic_name_invalid, "§1.5.4"}, now);
    publish(connection, named, now);
}

/// Gives the packet its name. The alias means it from now on, whatever becomes of the message.
std::optional<mqtt::ProtocolError> Broker::resolve_alias(Connection& connection, mqtt::Publish& packet) const {
    Connected& on = *connection.connected();
    const auto alias = static_cast<std::uint16_t>(*packet.properties.number(PropertyId::topic_alias));
    if (alias > listener_of(connection).topic_alias_maximum)
        return mqtt::ProtocolError{ReasonCode::topic_alias_invalid, "MQTT-3.3.2-9"};
    if (!on.inbound_aliases) on.inbound_aliases = std::make_unique<InboundAliases>();
    packet.topic = on.inbound_aliases->resolve(alias, packet.topic);  // [MQTT-3.3.2-12]
    if (packet.topic.empty()) return mqtt::ProtocolError{ReasonCode::protocol_error, "§3.3.2.3.4"};
    return std::nullopt;
}

void Broker::publish(Connection& connection, const mqtt::Publish& packet, Instant now) {
    if (const auto refusal = refusal_of(connection, packet)) return protocol_error(connection, *refusal, now);
    ++counters_.publish_received;
    counters_.publish_bytes_received += packet.payload.size();
    const Connected& on = *connection.connected();
    Session& publisher = sessions_[on.session];
    const bool is_repeated = packet.qos == QoS::exactly_once && publisher.inbox.has(packet.packet_id);
    if (!is_repeated && !admits(connection, packet, now)) return;

    if (is_sys_topic(packet.topic)) {
        ++counters_.publish_to_sys_refused;
        // 3.1.1 §3.3.5: acknowledged all the same
        return answer(connection, packet, ReasonCode::not_authorized, no_ticket, now, "$SYS is the broker's own");
    }
    if (settings_.payload_limit != 0 && packet.payload.size() > settings_.payload_limit) {
        // 3.1.1: acknowledged all the same, as Mosquitto does
        ++counters_.publish_payload_refused;
        return answer(connection, packet, ReasonCode::implementation_specific_error, no_ticket, now,
                      "the payload is larger than this server takes");
    }
    if (is_repeated) {
        // [MQTT-4.3.3-10]. The first one's batch needs no second look: its PUBREC or this session's CONNACK is behind
        // it.
        return answer(connection, packet, ReasonCode::success, no_ticket, now);
    }
    if (!may(publisher, Access::write, packet.topic)) {
        // 3.1.1 §3.3.5: acknowledged all the same, as Mosquitto does
        ++counters_.publish_denied;
        facts_.push_back(AccessDenied{publisher.client_id, AccessDenied::What::publish, std::string(packet.topic)});
        return answer(connection, packet, ReasonCode::not_authorized, no_ticket, now, "access rules do not allow it");
    }
    const Matches matches = matches_.matches(packet.topic, subscriptions_);
    if (packet.qos != QoS::at_most_once && cannot_store(on) && wants_store(packet, matches, on.session)) {
        // Not taken, so that the publisher knows at once; 3.1.1 has no other way to say so.
        const bool reports = on.version == mqtt::ProtocolVersion::v5;
        if (!reports) return close(connection, CloseCause::store_failing, ReasonCode::quota_exceeded, {}, now);
        return answer(connection, packet, ReasonCode::quota_exceeded, no_ticket, now, "the store cannot take it now");
    }

    mqtt::PropertyBuilder storage;
    Arrived arrived;
    arrived.topic = packet.topic;
    arrived.properties = forwarded(packet.properties, storage);
    arrived.payload = packet.payload;
    arrived.qos = packet.qos;
    arrived.retain = packet.retain;
    arrived.received_at = now;
    if (const auto interval = packet.properties.number(PropertyId::message_expiry_interval)) {
        arrived.expires_at = now + std::chrono::seconds(*interval);
    }
    const std::uint64_t mark = batch_.mark();
    route(arrived, matches, on.session, now);
    if (packet.qos == QoS::exactly_once) {
        // In one batch with what was routed: after a crash the publisher sends only PUBREL for what it got PUBREC for.
        // [MQTT-4.3.3-8]
        publisher.inbox.add(packet.packet_id);
        if (publisher.in_store) batch_.add(PutInbound{{publisher.id, packet.packet_id}});
    }
    const ReasonCode reason = matches.empty() ? ReasonCode::no_matching_subscribers : ReasonCode::success;
    answer(connection, packet, reason, batch_.ticket_since(mark), now);
}

void Broker::route(Arrived& arrived, const Matches& matches, SessionSlot publisher, Instant now) {
    if (arrived.retain) retain(arrived, publisher);
    for (const Match& match : matches.sessions) {
        const Grant* grant = match.grant_for(publisher);  // [MQTT-3.8.3-3]
        if (grant == nullptr) continue;
        DeliveryOptions delivery;
        delivery.qos = outgoing_qos(arrived.qos, grant->qos);            // [MQTT-3.8.4-8]
        delivery.retain = arrived.retain && grant->retain_as_published;  // [MQTT-3.3.1-12] [MQTT-3.3.1-13]
        delivery.subscription_ids = grant->subscription_ids;
        deliver(match.session, delivery, arrived, now);
    }
    for (const GroupId group : matches.groups) share(group, arrived, sessions_[publisher].client_id, now);
}

/// [MQTT-3.3.4-1]. 3.1.1 has no reasons.
void Broker::answer(Connection& connection, const mqtt::Publish& packet, ReasonCode reason, Ticket ticket, Instant now,
                    std::string_view why) {
    const Connected& on = *connection.connected();
    if (on.version != mqtt::ProtocolVersion::v5) reason = ReasonCode::success;
    if (packet.qos != QoS::at_most_once && held_.is_held(connection.id))
        return held_.hold_back(connection.id, {packet.qos, packet.packet_id, reason, ticket});
    if (!on.wants_problems) why = {};  // [MQTT-3.1.2-29]
    mqtt::PropertyBuilder properties;
    if (packet.qos == QoS::at_least_once) {
        mqtt::PubAck puback{packet.packet_id, reason, {}};
        explain(puback, why, on, properties);
        send_gated(connection, puback, ticket, now);  // [MQTT-4.3.2-4]
    } else if (packet.qos == QoS::exactly_once) {
        mqtt::PubRec pubrec{packet.packet_id, reason, {}};
        explain(pubrec, why, on, properties);
        send_gated(connection, pubrec, ticket, now);  // [MQTT-4.3.3-8]
    }
}

/// What CONNACK has announced as unavailable, and the limits that it named.
std::optional<mqtt::ProtocolError> Broker::refusal_of(const Connection& connection, const mqtt::Publish& packet) const {
    if (packet.qos > listener_of(connection).maximum_qos)
        return mqtt::ProtocolError{ReasonCode::qos_not_supported, "MQTT-3.2.2-11"};
    if (packet.retain && !settings_.retain_available)
        return mqtt::ProtocolError{ReasonCode::retain_not_supported, "MQTT-3.2.2-14"};
    if (packet.properties.number(PropertyId::subscription_identifier))
        return mqtt::ProtocolError{ReasonCode::protocol_error, "MQTT-3.3.4-6"};
    // 3.1.1 clients have not been told a limit, and hence have none. What comes a second time is no further message.
    // Nor does what connections before have brought count: each begins with the whole of it (5.0 §4.9).
    const Connected& on = *connection.connected();
    const Inbox& inbox = sessions_[on.session].inbox;
    const bool counts = on.version == mqtt::ProtocolVersion::v5 && packet.qos != QoS::at_most_once &&
                        !(packet.qos == QoS::exactly_once && inbox.has(packet.packet_id));
    if (counts && connection.lanes.acknowledgements_waiting() + held_.acknowledgements(connection.id) + inbox.size() >=
                      std::size_t{settings_.receive_maximum} + on.left_over) {
        return mqtt::ProtocolError{ReasonCode::receive_maximum_exceeded, "MQTT-3.3.4-7"};
    }
    return std::nullopt;
}

/// While the store fails, 3.1.1 waits for it, within bounds: an acknowledgement is all that it could be told.
bool Broker::cannot_store(const Connected& on) const {
    return batch_.is_overfull() || (batch_.is_failing() && on.version == mqtt::ProtocolVersion::v5);
}

bool Broker::wants_store(const mqtt::Publish& packet, const Matches& matches, SessionSlot publisher) {
    if (packet.retain || (packet.qos == QoS::exactly_once && sessions_[publisher].in_store)) return true;
    const auto stores = [&](QoS granted, SessionSlot session) {
        return granted != QoS::at_most_once && sessions_[session].in_store;
    };
    const auto match_stores = [&](const Match& match) {
        const Grant* grant = match.grant_for(publisher);
        return grant != nullptr && stores(grant->qos, match.session);
    };
    const auto group_stores = [&](GroupId id) {
        const std::vector<Member>& members = groups_.find(id)->members;
        return std::any_of(members.begin(), members.end(),
                           [&](const Member& member) { return stores(member.qos, member.session); });
    };
    return std::any_of(matches.sessions.begin(), matches.sessions.end(), match_stores) ||
           std::any_of(matches.groups.begin(), matches.groups.end(), group_stores);
}

}  // namespace trunkline::broker
