// Messages on their way to sessions and clients.

#include <algorithm>
#include <chrono>

#include "broker/core/arrived.hpp"
#include "broker/core/broker.hpp"
#include "broker/core/outgoing.hpp"

namespace trunkline::broker {

using mqtt::QoS;

void Broker::deliver(SessionSlot slot, const DeliveryOptions& delivery, Arrived& arrived, Instant now) {
    Session& session = sessions_[slot];
    if (!may(session, Access::read, arrived.topic)) return drop(session, arrived.topic, DropCause::not_allowed);
    if (delivery.qos == QoS::at_most_once) return deliver_now(session, delivery, arrived, now);
    enqueue(session, delivery, arrived, now);
    if (delivery.qos == QoS::exactly_once && breaks(BrokerPromise::qos_2_comes_once)) {
        enqueue(session, delivery, arrived, now);
        settings_.defect->note(session.client_id, arrived.topic, arrived.payload, now);
    }
    if (session.connection) send_queued(*connections_.find(*session.connection), now);
}

/// QoS 0: now or never. [MQTT-4.3.1-1]
void Broker::deliver_now(Session& session, const DeliveryOptions& delivery, const Arrived& arrived, Instant now) {
    if (!session.connection) return drop(session, arrived.topic, DropCause::not_connected_qos_0);
    watch_memory();
    if (budget_.is(Pressure::dropping)) return drop(session, arrived.topic, DropCause::no_memory);
    Connection& connection = *connections_.find(*session.connection);
    if (connection.output_bytes() >= output_limit()) return drop(session, arrived.topic, DropCause::output_full_qos_0);
    const Connected& on = *connection.connected();
    mqtt::Publish packet = outgoing(arrived, delivery, on.version, now, scratch_);
    if (connection.is_mounted && !unmount(connection, packet.topic))
        return drop(session, arrived.topic, DropCause::not_allowed);
    if (exceeds(on.maximum_packet_size, packet, on.version))
        return drop(session, arrived.topic, DropCause::packet_too_large);
    send_now(connection, packet);
    ++counters_.publish_sent;
}

/// In the free lane, where what introduces an alias stays in front of what uses it. [MQTT-3.1.2-26]
void Broker::send_now(Connection& connection, mqtt::Publish packet) {
    const Connected& on = *connection.connected();
    constexpr std::uint32_t property = 3;
    if (on.outbound_aliases && !exceeds(on.maximum_packet_size, packet, on.version, property))
        shorten(packet, *on.outbound_aliases, alias_scratch_);
    output_bytes_ += connection.lanes.add_free(packet, on.version);
    ++counters_.packets_sent;
    counters_.publish_bytes_sent += packet.payload.size();
    make_pending(connection);
}

void Broker::enqueue(Session& session, const DeliveryOptions& delivery, Arrived& arrived, Instant now) {
    watch_memory();
    if (!make_room(session, *arrived.message(), now)) return;
    QueueEntry entry;
    entry.message = arrived.message();
    entry.message->count_in(message_account_);
    entry.sequence = session.next_sequence++;
    entry.subscription_ids = delivery.subscription_ids;
    entry.group = delivery.group;
    entry.qos = delivery.qos;
    entry.retain = delivery.retain;
    if (session.in_store) {
        EntryRecord record;
        record.session = session.id;
        record.sequence = entry.sequence;
        record.qos = entry.qos;
        record.retain = entry.retain;
        record.subscription_ids = entry.subscription_ids;
        if (const SharedGroup* group = groups_.find(entry.group)) record.share = group->filter;
        record.message = entry.message;
        record.received_at = clock_.wall(arrived.received_at);
        if (arrived.expires_at) record.expires_at = clock_.wall(*arrived.expires_at);
        record.is_deep = goes_deep(session);
        if (record.is_deep) return put_deep(session, std::move(record));
        entry.arrival = batch_.add_entry(std::move(record));
    }
    session.queue.push(std::move(entry));
    if (!session.connection && breaks(BrokerPromise::order_is_kept) && session.queue.misplace_newest())
        settings_.defect->note(session.client_id, arrived.topic, arrived.payload, arrived.received_at);
}

/// False: the policy says that the newcomer gives way. What was sent and is not acknowledged never does. [MQTT-4.4.0-1]
bool Broker::make_room(Session& session, const Message& message, Instant now) {
    for (bool is_first = true;; is_first = false) {
        const bool too_many = session.queued_messages() >= settings_.queue_limit_messages;
        const bool too_large = session.queued_bytes() + message.footprint() > settings_.queue_limit_bytes;
        if (!too_many && !too_large) return true;
        if (is_first) {
            drop_expired(session, now);
            continue;
        }
        if (may_borrow_from_expired(session, now)) return true;
        const DropCause cause = too_many ? DropCause::queue_full_messages : DropCause::queue_full_bytes;
        std::optional<QueueEntry> oldest;
        if (settings_.queue_policy == QueuePolicy::drop_oldest) {
            oldest = session.queue.take_oldest_unsent();
            if (!oldest && may_borrow_room(session)) return true;
        }
        const Message& dropped = oldest ? *oldest->message : message;
        if (breaks(BrokerPromise::drops_are_told))
            settings_.defect->note(session.client_id, dropped.topic(), dropped.payload(), now);
        else drop(session, dropped.topic(), cause);
        if (!oldest) return false;
        forget_stored(*oldest);
    }
}

/// The dead make room for the living.
void Broker::drop_expired(Session& session, Instant now) {
    session.queue.take_expired(now, [&](const QueueEntry& entry) {
        drop(session, entry.message->topic(), DropCause::expired);
        forget_stored(entry);
    });
}

/// Nothing: it may be sent. Rules may have changed since it came, or its receiver was not known yet.
std::optional<DropCause> Broker::undeliverable(const Connected& on, Session& session, const Message& message,
                                               const mqtt::Publish& packet, Instant now) {
    if (!packet.dup && message.expires_at() && *message.expires_at() <= now)
        return DropCause::expired;                                                                // [MQTT-3.3.2-5]
    if (exceeds(on.maximum_packet_size, packet, on.version)) return DropCause::packet_too_large;  // [MQTT-3.1.2-25]
    if (!may(session, Access::read, message.topic())) return DropCause::not_allowed;
    return std::nullopt;
}

void Broker::send_queued(Connection& connection, Instant now) {
    Session& session = sessions_[connection.connected()->session];
    if (!session.deep && !session.queue.has_unsent()) return;
    if (session.deep) catch_up(session);
    send_from_memory(connection, now);
    if (session.deep) read_queue(session);
}

/// As much of the queue as the window and the output limit let out, in order. [MQTT-4.6.0-6]
void Broker::send_from_memory(Connection& connection, Instant now) {
    const Connected& on = *connection.connected();
    Session& session = sessions_[on.session];
    MessageQueue& queue = session.queue;
    while (has_window(on, queue) && connection.output_bytes() < output_limit()) {
        const QueueEntry* entry = queue.next_to_send();
        if (entry == nullptr) return;
        if (entry->is_released) {  // [MQTT-4.4.0-1] [MQTT-4.3.3-6]
            send_gated(connection, mqtt::PubRel{entry->packet_id(), {}, {}}, no_ticket, now);
            queue.sent_next();
            continue;
        }
        const Message& message = *entry->message;
        mqtt::Publish packet = outgoing(*entry, queue.next_is_dup(), on.version, now, scratch_);
        const bool is_out_of_sight = connection.is_mounted && !unmount(connection, packet.topic);
        std::optional<DropCause> cause = undeliverable(on, session, message, packet, now);
        if (is_out_of_sight) cause = DropCause::not_allowed;
        if (cause) {
            drop(session, message.topic(), *cause);
            forget_stored(queue.take_next());
            continue;
        }
        if (entry->qos == QoS::exactly_once && session.in_store) {
            // Sent before it is stored, a crash would make the publisher's repetition another message to the receiver.
            send_gated(connection, packet, batch_.ticket_of(entry->arrival), now);
            counters_.publish_bytes_sent += packet.payload.size();
        } else {
            send_now(connection, packet);
        }
        queue.sent_next();
        ++counters_.publish_sent;
    }
    const QueueEntry* const waiting = has_window(on, queue) ? nullptr : queue.next_to_send();
    if (waiting == nullptr || waiting->is_released || !breaks(BrokerPromise::window_loses_nothing)) return;
    settings_.defect->note(session.client_id, waiting->message->topic(), waiting->message->payload(), now);
    forget_stored(queue.take_next());
}

void Broker::drop(const Session& session, std::string_view topic, DropCause cause) {
    ++counters_.publish_dropped[static_cast<std::size_t>(cause)];
    facts_.push_back(MessageDropped{session.client_id, std::string(topic), cause});
}

void Broker::forget_stored(const QueueEntry& entry) {
    if (entry.arrival != ArrivalNumber{}) batch_.drop_entry(entry.arrival);
}

}  // namespace trunkline::broker
