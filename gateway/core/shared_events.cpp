// What happens on a shared connection, and whom it is told to.

#include <algorithm>
#include <utility>

#include "gateway/core/shared_connection.hpp"
#include "protocol/mqtt/properties.hpp"

namespace trunkline::gateway {

void SharedConnection::heed_events(Shard& shard, Instant now) {
    for (;;) {
        upstream_.take_events(events_);
        if (events_.empty()) return;
        std::vector<mqtt::ClientEvent> events = std::move(events_);
        for (mqtt::ClientEvent& event : events) std::visit([&](auto& what) { handle(what, shard, now); }, event);
        events.clear();
        events_ = std::move(events);
    }
}

void SharedConnection::handle(mqtt::ClientConnected& event, Shard& shard, Instant now) {
    is_refused_ = false;
    const bool is_of_this_life = std::exchange(has_begun_, true);
    const bool is_stale = event.session_present && !is_of_this_life && !shard.durability.is_on();
    if (is_stale && upstream_.version() == mqtt::ProtocolVersion::v5) {
        // Of a gateway that kept nothing, and was killed: whom its messages are for nobody knows.
        upstream_.end(true, shard, now);
        return upstream_.open(shard, now);
    }
    if (!event.session_present) session_lost(shard);
    // At another broker, or after a restart: what it has, it has; what it lacks is made.
    if (!event.session_present || upstream_.has_moved() || !is_of_this_life)
        subscriptions_.make_again(!event.session_present);
    outputs_.push_back(ToldAll{event});
}

/// Identifiers mean nothing any more, and nothing comes again.
void SharedConnection::session_lost(Shard& shard) {
    for (const mqtt::PacketId packet_id : std::exchange(received_, {})) {
        if (shard.durability.is_on()) shard.durability.put(DropReceived{{index_, packet_id}});
    }
    owed_.clear();
    retained_owed_ = owed_so_far_ = 0;
}

void SharedConnection::handle(mqtt::ClientRefused& event, Shard& shard, Instant) {
    if (!std::exchange(is_refused_, true)) shard.tell(UpstreamRefused{client_id(), event.reason});
    // It is not the sensors that are refused: they come back later.
    outputs_.push_back(ToldAll{mqtt::ClientRefused{mqtt::ReasonCode::server_unavailable}});
}

void SharedConnection::handle(mqtt::ClientDisconnected& event, Shard& shard, Instant) {
    if (event.cause != mqtt::ClientDisconnected::Cause::own_disconnect && upstream_.was_accepted()) {
        ++shard.counters.upstream_losses;
        shard.tell(UpstreamLost{client_id(), event.clause, event.reason});
    }
    // QoS 1 comes again on the next connection, and so does PUBREL; a QoS 2 message that is in the queues does not.
    std::erase_if(owed_, [](const Owed& owed) { return owed.debt != Debt::pubrec; });
    retained_owed_ = owed_so_far_ = owed_.size();
    is_question_sent_ = false;
    using enum mqtt::ClientDisconnected::Cause;
    const bool is_by_broker = event.cause == transport_closed || event.cause == server_disconnect;
    subscriptions_.connection_lost(is_by_broker && upstream_.on_the_way() == 0, answers_);
    answer_sensors();  // or their requests would be forgotten first
    outputs_.push_back(ToldAll{event});
}

void SharedConnection::handle(mqtt::ClientPublished& event, Shard&, Instant) {
    const auto origin = uplink_.take(event.packet_id);
    if (origin && !origin->is_forgotten) tell(origin->sensor, mqtt::ClientPublished{origin->packet_id, event.reason});
}

void SharedConnection::handle(mqtt::ClientGaveUp& event, Shard&, Instant) {
    const auto origin = uplink_.take(event.packet_id);
    if (origin && !origin->is_forgotten)
        tell(origin->sensor, mqtt::ClientGaveUp{origin->packet_id, std::move(event.topic)});
}

void SharedConnection::handle(mqtt::ClientReceived& event, Shard& shard, Instant now) {
    const auto origin = uplink_.find(event.packet_id);
    const bool is_stored = static_cast<std::uint16_t>(event.packet_id) > UpstreamSession::last_own_packet_id;
    if (origin && is_stored && !origin->is_forgotten)
        return tell(origin->sensor, mqtt::ClientReceived{origin->packet_id});
    upstream_.release(event.packet_id, shard, now);  // nothing to wait for
}

void SharedConnection::handle(mqtt::ClientReleased& event, Shard& shard, Instant now) {
    const bool was_here = received_.erase(event.packet_id) != 0;
    Owed owed{no_ticket, Debt::pubcomp, event.packet_id};
    // Forgotten before the broker can use the identifier for another message.
    if (was_here && shard.durability.is_on())
        owed.ticket = shard.durability.put(DropReceived{{index_, event.packet_id}});
    if (owed.ticket == no_ticket) return pay(owed, shard, now);
    owed_.push_back(owed);
    ++owed_so_far_;
}

void SharedConnection::handle(mqtt::ClientSubscribed& event, Shard& shard, Instant) {
    subscriptions_.subscribed(event.packet_id, event.reasons.front(), answers_);
    // Made again after an outage: there is nobody to be told.
    if (answers_.empty() && mqtt::is_failure(event.reasons.front())) ++shard.counters.subscriptions_lost;
    answer_sensors();
}

void SharedConnection::handle(mqtt::ClientUnsubscribed& event, Shard&, Instant) {
    subscriptions_.unsubscribed(event.packet_id);
}

void SharedConnection::handle(mqtt::ClientMessage& event, Shard& shard, Instant now) {
    if (event.qos == mqtt::QoS::exactly_once && received_.contains(event.packet_id)) {
        const auto is_it = [&](const Owed& owed) {
            return owed.debt == Debt::pubrec && owed.packet_id == event.packet_id;
        };
        if (event.dup) {  // it is in the queues
            if (std::none_of(owed_.begin(), owed_.end(), is_it))
                upstream_.acknowledge(event.packet_id, mqtt::ReasonCode::success, shard, now);
            return;
        }
        received_.erase(event.packet_id);  // the identifier is another message's now
    }
    ++shard.counters.downlink_received;
    ids_.clear();
    for (const mqtt::Property& property : mqtt::Properties::trusted(event.properties)) {
        if (property.id == mqtt::PropertyId::subscription_identifier) ids_.push_back(property.number);
    }
    const std::size_t first = receivers_.size();
    subscriptions_.receivers(event.topic, event.retain, ids_, receivers_);
    if (receivers_.size() == first) ++shard.counters.downlink_unwanted;
    outputs_.push_back(Arrived{std::move(event), first, receivers_.size() - first});
}

}  // namespace trunkline::gateway
