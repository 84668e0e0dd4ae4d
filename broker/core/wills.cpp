// Wills: held from CONNECT on, published when the connection is lost, in time called off.

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "broker/core/arrived.hpp"
#include "broker/core/broker.hpp"
#include "broker/core/forwarded_properties.hpp"

namespace trunkline::broker {

using mqtt::PropertyId;

void Broker::hold_will(SessionSlot slot, const mqtt::Will& will, Instant now) {
    mqtt::PropertyBuilder storage;
    Message::Parts parts;
    parts.topic = will.topic;
    parts.properties = forwarded(will.properties, storage);
    parts.payload = will.payload;
    parts.received_at = now;
    auto held = std::make_unique<HeldWill>();
    held->message = Message::make(parts);
    held->message->count_in(message_account_);
    held->qos = will.qos;
    held->retain = will.retain;
    held->delay = std::chrono::seconds(will.properties.number(PropertyId::will_delay_interval).value_or(0));
    if (const auto interval = will.properties.number(PropertyId::message_expiry_interval)) {
        held->message_expiry = std::chrono::seconds(*interval);
    }
    sessions_[slot].will = std::move(held);
    store_will(sessions_[slot]);
}

void Broker::store_will(const Session& session) {
    const HeldWill& will = *session.will;
    WillRecord record;
    record.session = session.id;
    record.client_id = session.client_id;
    record.message = will.message;
    record.received_at = clock_.wall(will.message->received_at());
    record.qos = will.qos;
    record.retain = will.retain;
    record.delay = will.delay;
    record.message_expiry = will.message_expiry;
    if (will.due_at) record.due_at = clock_.wall(*will.due_at);
    batch_.add(PutWill{std::move(record)});
}

/// The connection is gone, and not by a DISCONNECT that calls the will off. [MQTT-3.1.2-8]
void Broker::will_is_due(SessionSlot slot, Instant now) {
    Session& session = sessions_[slot];
    const Duration wait = std::min<Duration>(session.will->delay, session.expiry);  // or when the session ends
    if (wait == Duration::zero()) return publish_will(slot, now);
    session.will->due_at = now + wait;
    store_will(session);
}

/// In one batch: that it is published, and that it never will be again. [MQTT-3.1.2-10]
void Broker::publish_will(SessionSlot slot, Instant now) {
    const std::unique_ptr<HeldWill> will = std::move(sessions_[slot].will);
    batch_.add(DropWill{sessions_[slot].id});
    if (breaks(BrokerPromise::will_is_published))
        return settings_.defect->note(sessions_[slot].client_id, will->message->topic(), will->message->payload(), now);
    if (!may(sessions_[slot], Access::write, will->message->topic())) {
        ++counters_.wills_denied;
        facts_.push_back(
            AccessDenied{sessions_[slot].client_id, AccessDenied::What::will, std::string(will->message->topic())});
        return;
    }
    ++counters_.wills_published;
    facts_.push_back(WillPublished{sessions_[slot].client_id, std::string(will->message->topic())});

    Arrived arrived = Arrived::from(will->message, will->qos);
    arrived.made = MessagePtr();    // a message of its own, with the times of its publication
    arrived.retain = will->retain;  // [MQTT-3.1.2-14] [MQTT-3.1.2-15]
    arrived.received_at = now;
    if (will->message_expiry) arrived.expires_at = now + *will->message_expiry;
    route(arrived, matches_.matches(arrived.topic, subscriptions_), slot, now);
}

/// [MQTT-3.14.4-3], or the client is back in time. [MQTT-3.1.3-9]
void Broker::drop_will(Session& session) {
    if (!session.will) return;
    session.will.reset();
    batch_.add(DropWill{session.id});
}

void Broker::restore_will(const WillRecord& record, Instant now) {
    std::optional<SessionSlot> slot = sessions_.find_restored(record.session);
    const bool ended_with_connection = !slot;
    if (ended_with_connection) {
        // Its session was to end with the connection. It comes back only to hold the will.
        if (sessions_.find(record.client_id)) {
            facts_.push_back(StoreTrouble{"a stored will fits no session: left out", false});
            return;
        }
        slot = sessions_.restore(record.client_id, record.session);
        sessions_[*slot].disconnected_at = now;
    }
    Session& session = sessions_[*slot];
    session.will = std::make_unique<HeldWill>();
    session.will->message = record.message;
    session.will->message->count_in(message_account_);
    session.will->qos = record.qos;
    session.will->retain = record.retain;
    session.will->delay = record.delay;
    session.will->message_expiry = record.message_expiry;
    if (record.due_at) {
        session.will->due_at = clock_.instant(*record.due_at);
        // A will without a session to outlast the connection never waits for its delay: this is the grace of an earlier
        // start, and its client may still come back.
        session.will->is_grace = ended_with_connection;
    } else {
        session.will->due_at = now + std::max<Duration>(record.delay, settings_.will_grace);
        session.will->is_grace = true;
        store_will(session);
    }
    arm(*slot);
}

}  // namespace trunkline::broker
