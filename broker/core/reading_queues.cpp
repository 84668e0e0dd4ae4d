// Queues deeper than memory: what goes to disk alone, and when it comes back.

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "broker/core/broker.hpp"

namespace trunkline::broker {

/// Behind what lies on disk everything does, so that the order is that of arrival. [MQTT-4.6.0-6]
bool Broker::goes_deep(const Session& session) const {
    if (session.deep) return true;
    if (settings_.queue_window_messages == 0 || settings_.durability == Durability::memory) return false;
    const MessageQueue& queue = session.queue;
    return queue.size() - queue.in_flight() >= settings_.queue_window_messages ||
           queue.bytes() >= settings_.queue_window_bytes;
}

/// The batch has the message until it is durable, then the store alone; unless its client is here and not far behind.
void Broker::put_deep(Session& session, EntryRecord record) {
    record.arrival = batch_.add_entry(record);
    note_deep(session, record);
    DeepQueue& deep = *session.deep;
    const bool has_room =
        deep.tail.size() < settings_.queue_window_messages && deep.tail_bytes < settings_.queue_window_bytes;
    if (!session.connection || !has_room) deep.drop_tail();
    if (session.connection) deep.keep_in_tail(entry_of(record));
    else read_queue(session);
}

/// Nothing is left that is on disk alone: the client follows what arrives, as if nothing had been.
void Broker::catch_up(Session& session) {
    DeepQueue& deep = *session.deep;
    if (!deep.tail_is_all() || !has_room_in_memory(session)) return;
    for (QueueEntry& entry : deep.tail) {
        const bool sent_before = entry.sequence < deep.sent_before;
        session.queue.push(std::move(entry), sent_before);
    }
    session.deep.reset();
}

/// What a queue has that is larger than its window at a restart.
void Broker::restore_deep(Session& session, const EntryRecord& record, bool sent_before) {
    note_deep(session, record);
    DeepQueue& deep = *session.deep;
    if (sent_before) deep.sent_before = record.sequence + 1;
    if (record.is_deep) return;
    const std::uint64_t mark = batch_.mark();
    batch_.add(DeepenEntry{record.arrival});  // the window was larger when it came
    deep.readable_from = batch_.ticket_since(mark);
}

void Broker::note_deep(Session& session, const EntryRecord& record) {
    if (!session.deep) {
        session.deep = std::make_unique<DeepQueue>(sessions_.tally());
        session.deep->owner = *sessions_.find(session.client_id);
    }
    session.deep->add(record);
}

/// Room has been borrowed, and the oldest messages are to give it back.
bool Broker::drops_oldest(const Session& session) const {
    return settings_.queue_policy == QueuePolicy::drop_oldest &&
           (session.queued_messages() > settings_.queue_limit_messages ||
            session.queued_bytes() > settings_.queue_limit_bytes);
}

/// Half a window has been sent: the store reads the next half while this one is being sent.
bool Broker::has_room_in_memory(const Session& session) const {
    const MessageQueue& queue = session.queue;
    return queue.size() - queue.in_flight() <= settings_.queue_window_messages / 2 &&
           queue.bytes() <= settings_.queue_window_bytes / 2;
}

/// The queue is full, and what gives way lies on disk: it is asked for, and until it is here newcomers are let in, up
/// to a window more.
bool Broker::may_borrow_room(const Session& session) const {
    return session.deep &&
           session.queued_messages() < settings_.queue_limit_messages + settings_.queue_window_messages &&
           session.queued_bytes() < settings_.queue_limit_bytes + settings_.queue_window_bytes;
}

/// The same, if it has expired.
bool Broker::may_borrow_from_expired(Session& session, Instant now) {
    if (!may_borrow_room(session) || !session.deep->earliest_expiry || *session.deep->earliest_expiry > now)
        return false;
    session.deep->wants_expired = clock_.wall(now);
    return true;
}

/// Asks for the next part if it is wanted. A client that reads wants it; so do the members of a shared subscription
/// while this one is away, and newcomers that need room.
void Broker::read_queue(Session& session) {
    DeepQueue& deep = *session.deep;
    if (deep.asked || deep.waits_to_be_readable) return;
    const bool is_read = (session.connection || deep.passes_on) && has_room_in_memory(session);
    if (!is_read && !deep.wants_expired && !drops_oldest(session)) return;
    if (deep.readable_from > batch_.durable()) {
        deep.waits_to_be_readable = true;
        unreadable_.push_back(deep.owner);
        return;
    }
    const FetchId id{++last_fetch_};
    Fetch fetch;
    fetch.id = id;
    fetch.session = session.id;
    fetch.from = deep.from;
    fetch.most_messages = std::max<std::size_t>(settings_.queue_window_messages / 2, 1);
    fetch.most_bytes = settings_.queue_window_bytes / 2;
    fetch.expired_at = std::exchange(deep.wants_expired, std::nullopt);
    if (fetch.expired_at) fetch.from = std::max(deep.from, deep.sent_before);  // what may have been sent stays
    deep.asked =
        DeepQueue::Asked{id, deep.messages, batch_.ticket_of(deep.newest) == no_ticket, fetch.expired_at.has_value()};
    reading_.emplace_back(id, deep.owner);
    fetches_.push_back(fetch);
}

/// Batches have become durable: what was in them can be read.
void Broker::read_what_is_durable() {
    for (const SessionSlot slot : std::exchange(unreadable_, {})) {
        Session* session = sessions_.find(slot);
        if (session == nullptr || !session->deep || !session->deep->waits_to_be_readable) continue;
        session->deep->waits_to_be_readable = false;
        read_queue(*session);
    }
}

void Broker::fetched(FetchId id, FetchedPart part, Instant now) {
    const auto found = std::find_if(reading_.begin(), reading_.end(), [id](const auto& r) { return r.first == id; });
    if (found == reading_.end()) return;
    const SessionSlot slot = found->second;
    reading_.erase(found);
    Session* session = sessions_.find(slot);
    // Its session has ended, and another may have its place.
    if (session == nullptr || !session->deep || !session->deep->asked || session->deep->asked->id != id) return;
    take_part(*session, std::move(part), now);
    go_on(slot, now);
}

void Broker::fetch_failed(FetchId id, const StoreError& error, Instant now) {
    static_cast<void>(now);
    const auto found = std::find_if(reading_.begin(), reading_.end(), [id](const auto& r) { return r.first == id; });
    if (found == reading_.end()) return;
    Session* session = sessions_.find(found->second);
    if (session == nullptr || !session->deep || !session->deep->asked || session->deep->asked->id != id) return;
    if (std::exchange(session->deep->asked->has_failed, true)) return;
    facts_.push_back(StoreTrouble{"the queue of " + session->client_id + " cannot be read: " + error.text, false});
}

void Broker::take_part(Session& session, FetchedPart part, Instant now) {
    DeepQueue& deep = *session.deep;
    if (deep.asked->has_failed)
        facts_.push_back(StoreTrouble{"the queue of " + session.client_id + " can be read again", true});
    counters_.entries_fetched += part.records.size();
    if (deep.asked->is_for_expired) {
        take_expired_part(session, part, now);
    } else {
        for (const EntryRecord& record : part.records) {
            deep.remove(record);
            session.queue.push(entry_of(record), record.sequence < deep.sent_before);
        }
        deep.from = std::max(deep.from, part.next);
        deep.drop_tail_before_from();
        note_missing(session, part);
    }
    deep.asked.reset();
    if (deep.messages == 0) session.deep.reset();
}

/// Their places are free; the rest stays where it is.
void Broker::take_expired_part(Session& session, const FetchedPart& part, Instant now) {
    DeepQueue& deep = *session.deep;
    const std::uint64_t mark = batch_.mark();
    for (const EntryRecord& record : part.records) {
        deep.remove(record);
        drop(session, record.message->topic(), DropCause::expired);
        batch_.drop_entry(record.arrival);
    }
    deep.readable_from = std::max(deep.readable_from, batch_.ticket_since(mark));  // until then the store has them
    deep.drop_tail();                                                              // it may have some of them
    deep.wants_expired.reset();
    if (!part.is_end) return;
    // What is in no durable batch yet is left to the moment when it is to be sent.
    deep.earliest_expiry.reset();
    if (part.next_expiry) deep.earliest_expiry = std::max(clock_.instant(*part.next_expiry), now);
}

/// Less than there should be: it is not durable yet, or it is lost.
void Broker::note_missing(Session& session, const FetchedPart& part) {
    DeepQueue& deep = *session.deep;
    for (const std::string& damage : part.damages) facts_.push_back(StoreTrouble{damage, false});
    deep.messages -= std::min<std::size_t>(part.damages.size(), deep.messages);
    if (part.is_end && deep.messages != 0) {
        const std::size_t found = part.records.size() + part.damages.size();
        if (deep.asked->is_all_durable && found < deep.asked->messages) {
            const std::size_t missing = std::min<std::size_t>(deep.asked->messages - found, deep.messages);
            deep.messages -= missing;
            facts_.push_back(StoreTrouble{
                std::to_string(missing) + " messages in the queue of " + session.client_id + " are not in the store",
                false});
        }
        deep.readable_from = std::max(deep.readable_from, batch_.ticket_of(deep.newest));
    }
    if (deep.messages == 0) deep.bytes = 0;  // damaged rows do not say how large they were
}

/// What a part that has come is for.
void Broker::go_on(SessionSlot slot, Instant now) {
    Session& session = sessions_[slot];
    while (drops_oldest(session)) {
        const std::optional<QueueEntry> oldest = session.queue.take_oldest_unsent();
        if (!oldest) break;
        drop(session, oldest->message->topic(),
             session.queued_messages() >= settings_.queue_limit_messages ? DropCause::queue_full_messages
                                                                         : DropCause::queue_full_bytes);
        forget_stored(*oldest);
    }
    if (session.connection) return send_queued(*connections_.find(*session.connection), now);
    if (session.deep && !session.deep->passes_on) return read_queue(session);
    if (!session.shared_subscriptions().empty()) redispatch(slot, Departure::connection, no_group, now);
}

}  // namespace trunkline::broker
