// What an operator sees of the broker, and what he may do to it.

#include <algorithm>

#include "broker/core/broker.hpp"
#include "broker/core/sys_topic.hpp"

namespace trunkline::broker {

Gauges Broker::gauges() const {
    const QueueTally& queued = sessions_.queued();
    Gauges now;
    now.connections = connections_.size();
    now.clients = clients_;
    now.clients_maximum = clients_maximum_;
    now.sessions = sessions_.size();
    now.shared_subscriptions = groups_.member_count();
    now.subscriptions = subscription_count();
    now.retained = retained_count();
    now.messages = message_account_->messages();
    now.message_bytes = message_account_->bytes();
    now.queued_messages = queued.messages + queued.messages_on_disk;
    now.queued_bytes = queued.bytes + queued.bytes_on_disk;
    now.queued_on_disk = queued.messages_on_disk;
    now.output_bytes = output_bytes_;
    now.memory = memory_used();
    now.memory_limit = budget_.limit();
    now.memory_maximum = std::max<std::uint64_t>(memory_maximum_, now.memory);
    now.is_store_failing = failing_since_.has_value();
    now.is_shutting_down = shutting_down_;
    return now;
}

Page<SessionView> Broker::sessions(std::uint64_t from, std::size_t limit) const {
    Page<SessionView> page;
    std::uint64_t slot = from;
    const std::uint64_t end = std::min<std::uint64_t>(sessions_.slot_count(), from + limit);
    for (; slot < end; ++slot) {
        const Session* session = sessions_.find(SessionSlot{static_cast<std::uint32_t>(slot)});
        if (session == nullptr) continue;
        SessionView view;
        view.session = session;
        if (session->identity && session->identity->user()) view.user = *session->identity->user();
        view.queued_messages = session->queued_messages();
        view.queued_bytes = session->queued_bytes();
        view.inbound = session->inbox.size();
        if (session->connection) {
            const Connection& connection = *connections_.find(*session->connection);
            view.peer = connection.peer;
            view.output_bytes = connection.output_bytes();
        }
        page.rows.push_back(view);
    }
    if (slot < sessions_.slot_count()) page.next = slot;
    return page;
}

std::vector<RetainedView> Broker::retained_after(std::string_view topic, std::size_t limit) const {
    std::vector<RetainedView> views;
    while (views.size() < limit) {
        const std::vector<Retained> found = retained_.after(topic, limit - views.size());
        if (found.empty()) break;
        for (const Retained& retained : found) {
            const Message& message = *retained.message;
            if (is_sys_topic(message.topic())) continue;
            views.push_back(
                {message.topic(), retained.qos, message.payload().size(), message.received_at(), message.expires_at()});
        }
        topic = found.back().message->topic();
    }
    return views;
}

bool Broker::disconnect(std::string_view client_id, Instant now) {
    const std::optional<SessionSlot> slot = sessions_.find(client_id);
    if (!slot || !sessions_[*slot].connection) return false;
    Connection& connection = *connections_.find(*sessions_[*slot].connection);
    close(connection, CloseCause::operator_request, mqtt::ReasonCode::administrative_action, {}, now);
    return true;
}

bool Broker::delete_session(std::string_view client_id, Instant now) {
    if (!sessions_.find(client_id)) return false;
    disconnect(client_id, now);
    const std::optional<SessionSlot> slot = sessions_.find(client_id);
    if (slot) end_session(*slot, now);  // otherwise it has ended with its connection
    return true;
}

}  // namespace trunkline::broker
