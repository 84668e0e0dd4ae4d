// A restart from the store, and who waits for the store.

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "broker/core/broker.hpp"

namespace trunkline::broker {

void Broker::start(Instant now, WallTime wall) {
    clock_ = WallClock(now, wall);
    if (settings_.sys_interval > std::chrono::seconds(0)) sys_due_ = now;
}

void Broker::restore(StoreRecord record, Instant now, WallTime wall) {
    start(now, wall);
    const auto dispatch = [&](const auto& r) {
        using R = std::decay_t<decltype(r)>;
        if constexpr (std::is_same_v<R, SessionRecord>) {
            restore_session(r, now);
        } else if constexpr (std::is_same_v<R, SubscriptionRecord>) {
            restore_subscription(r);
        } else if constexpr (std::is_same_v<R, InboundRecord>) {
            restore_inbound(r);
        } else if constexpr (std::is_same_v<R, RetainedRecord>) {
            restore_retained(r);
        } else if constexpr (std::is_same_v<R, WillRecord>) {
            restore_will(r, now);
        } else {
            restore_entry(r);
        }
    };
    std::visit(dispatch, record);
}

void Broker::restore_session(const SessionRecord& record, Instant now) {
    const SessionSlot slot = sessions_.restore(record.client_id, record.id);
    Session& session = sessions_[slot];
    session.version = record.version;
    session.expiry = record.expiry;
    session.epoch = record.epoch;
    session.in_store = true;
    if (record.disconnected_at) {
        session.disconnected_at = clock_.instant(*record.disconnected_at);
    } else {
        // It was connected when the broker went down. Its expiry begins now, and that must not begin anew at each
        // restart.
        session.disconnected_at = now;
        session.may_have_been_sent = true;
        batch_.add(PutSession{session.record(clock_)});
    }
    arm(slot);
}

void Broker::restore_subscription(const SubscriptionRecord& record) {
    const std::optional<SessionSlot> slot = sessions_.find_restored(record.session);
    const std::optional<mqtt::TopicFilter> filter = mqtt::TopicFilter::parse(record.filter);
    if (!slot || !filter) {
        facts_.push_back(StoreTrouble{
            "a stored subscription to \"" + record.filter + "\" fits no session or is no filter: left out", false});
        return;
    }
    add_subscription(*slot, *filter, record.options, record.id);
}

void Broker::restore_inbound(const InboundRecord& record) {
    if (const std::optional<SessionSlot> slot = sessions_.find_restored(record.session)) {
        sessions_[*slot].inbox.add(record.packet_id);
    } else {
        facts_.push_back(StoreTrouble{"a stored packet identifier fits no session: left out", false});
    }
}

void Broker::restore_entry(const EntryRecord& record) {
    batch_.entry_restored(record.arrival);
    const std::optional<SessionSlot> slot = sessions_.find_restored(record.session);
    if (!slot) {
        facts_.push_back(StoreTrouble{
            "a stored message for \"" + std::string(record.message->topic()) + "\" fits no session: left out", false});
        return;
    }
    Session& session = sessions_[*slot];
    session.next_sequence = record.sequence + 1;
    // What came after the client had gone was never sent; of the rest nobody knows. [MQTT-3.3.1-1]
    const bool sent_before =
        session.may_have_been_sent || record.is_released || record.message->received_at() <= *session.disconnected_at;
    if (goes_deep(session)) return restore_deep(session, record, sent_before);
    session.queue.push(entry_of(record), sent_before);
}

QueueEntry Broker::entry_of(const EntryRecord& record) const {
    record.message->count_in(message_account_);
    const GroupId group = record.share.empty() ? no_group : groups_.find(record.share.text());
    return {record.message, record.arrival, record.sequence, record.subscription_ids,
            group,          record.qos,     record.retain,   record.is_released};
}

std::optional<StoreBatch> Broker::take_some_batch() {
    const bool was_over_limit = batch_.is_over_limit();
    const Ticket durable = batch_.durable();
    std::optional<StoreBatch> batch = batch_.take_batch();
    if (batch) {
        batch_taken_at_ = advanced_at_;
        ++counters_.batches;
        counters_.operations_stored += static_cast<std::uint64_t>(
            std::count_if(batch->operations.begin(), batch->operations.end(),
                          [](const auto& operation) { return !std::holds_alternative<Struck>(operation); }));
    }
    counters_.entries_struck = batch_.entries_struck();
    if (was_over_limit || batch_.durable() != durable) release_waiting();
    return batch;
}

void Broker::stored(Ticket ticket, Instant now) {
    batch_.stored(ticket);
    if (failing_since_) {
        facts_.push_back(StoreTrouble{"the store takes batches again", true});
        failing_since_.reset();
    }
    store_latency_.add(now - batch_taken_at_);
    release_waiting();
}

void Broker::store_failed(Ticket ticket, const StoreError& error, Instant now) {
    static_cast<void>(ticket);  // only one batch is being written at a time, and it stays the oldest
    batch_.failed();
    if (failing_since_) return;
    failing_since_ = now;
    facts_.push_back(StoreTrouble{error.text, false});
}

/// The gate has moved: everyone who waited may have output, and may be read again.
void Broker::release_waiting() {
    std::erase_if(waiting_, [this](ConnectionId id) {
        Connection& connection = *connections_.find(id);
        make_pending(connection);
        if (connection.lanes.waits_for_store(batch_.durable())) return false;
        connection.waiting_since.reset();
        return true;
    });
    read_what_is_durable();
}

std::optional<Instant> Broker::patience_ends() const {
    if (!failing_since_ || waiting_.empty()) return std::nullopt;
    const Instant waiting_since = *connections_.find(waiting_.front())->waiting_since;
    return std::max(*failing_since_, waiting_since) + settings_.store_failure_patience;
}

/// A client that waits for a store that fails learns at last that it waits in vain.
void Broker::close_impatient(Instant now) {
    for (;;) {
        const std::optional<Instant> end = patience_ends();
        if (!end || *end > now) return;
        Connection& connection = *connections_.find(waiting_.front());
        waiting_.erase(waiting_.begin());
        connection.waiting_since.reset();
        if (connection.closing() != nullptr) continue;  // it is closed already, and nobody has told us that it is gone
        close(connection, CloseCause::store_failing, mqtt::ReasonCode::quota_exceeded, {}, now);
    }
}

/// Its password is being checked; or it was too fast; or the batch is full, and what this client sends would only wait
/// behind it; or memory is scarce, and it sends much. One that has messages in flight is read on for the sake of these
/// two: its acknowledgements come in the same stream.
bool Broker::is_paused(const Connection& connection) const {
    if (const AwaitingVerdict* awaiting = connection.awaiting_verdict())
        return !awaiting->exchange || awaiting->exchange->turn == AuthExchange::Turn::broker;
    const Connected* on = connection.connected();
    if (on != nullptr && on->rates && on->rates->resumes_at) return true;
    const bool waits_for_store = batch_.is_over_limit() && connection.waiting_since;
    if (!waits_for_store && !held_.is_held(connection.id)) return false;
    return on != nullptr && sessions_[on->session].queue.in_flight() == 0;
}

}  // namespace trunkline::broker
