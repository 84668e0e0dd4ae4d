// Which member of a shared subscription gets a message (§4.8.2), and who gets it instead when that one goes away.

#include <algorithm>

#include "broker/core/arrived.hpp"
#include "broker/core/broker.hpp"

namespace trunkline::broker {

using mqtt::QoS;

namespace {

/// FNV-1a: the same on every machine.
std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char octet : text) hash = (hash ^ static_cast<unsigned char>(octet)) * 0x100000001b3U;
    return hash;
}

}  // namespace

bool Broker::is_ready(const Member& member, QoS qos, Readiness readiness) const {
    if (readiness == Readiness::any) return true;
    const Session& session = sessions_[member.session];
    const bool waits = outgoing_qos(qos, member.qos) != QoS::at_most_once;
    const bool has_room = session.queued_messages() < settings_.queue_limit_messages &&
                          session.queued_bytes() < settings_.queue_limit_bytes;
    if (readiness == Readiness::with_queue) return waits && has_room;
    if (!session.connection) return false;
    return waits ? has_room : connections_.find(*session.connection)->output_bytes() < output_limit();
}

/// Null: nobody is ready.
const Member* Broker::choose(SharedGroup& group, QoS qos, Readiness readiness, std::string_view publisher,
                             std::optional<SessionSlot> except) {
    const std::size_t count = group.members.size();
    const bool by_hash = settings_.share_strategy == ShareStrategy::hash;
    const std::size_t start = by_hash ? static_cast<std::size_t>(hash_of(publisher) % count) : group.next;
    const Member* chosen = nullptr;
    for (std::size_t step = 0; step < count; ++step) {
        const std::size_t index = (start + step) % count;
        const Member& member = group.members[index];
        if (member.session == except || !is_ready(member, qos, readiness)) continue;
        const auto load = [this](const Member& m) { return sessions_[m.session].queued_messages(); };
        if (chosen != nullptr && load(member) >= load(*chosen)) continue;
        chosen = &member;
        group.next = settings_.share_strategy == ShareStrategy::sticky ? index : (index + 1) % count;
        if (settings_.share_strategy != ShareStrategy::least_inflight) break;
    }
    return chosen;
}

/// [MQTT-4.8.2-3]. Who is connected comes first; else it waits with somebody who will come back; and where there is
/// room with nobody, it is dropped as with any subscriber.
void Broker::share(GroupId id, Arrived& arrived, std::string_view publisher, Instant now) {
    SharedGroup& group = *groups_.find(id);
    for (const Readiness readiness : {Readiness::connected, Readiness::with_queue, Readiness::any}) {
        if (arrived.is_sys && readiness != Readiness::connected) return;
        const Member* member = choose(group, arrived.qos, readiness, publisher);
        if (member == nullptr) continue;
        const bool with_retain = arrived.retain && member->retain_as_published;
        const QoS qos = arrived.is_sys ? QoS::at_most_once : outgoing_qos(arrived.qos, member->qos);
        const DeliveryOptions delivery{qos, with_retain, member->subscription_ids, id};
        return deliver(member->session, delivery, arrived, now);
    }
}

/// What `from` has not acknowledged goes to other members as far as they are ready. A QoS 2 message that was sent is
/// its own for good [MQTT-4.8.2-4] [MQTT-4.8.2-5]; of QoS 1 the other may be the second to get it, which §4.8.2 leaves
/// to us.
void Broker::redispatch(SessionSlot from, Departure departure, GroupId left, Instant now) {
    if (departure == Departure::connection && shutting_down_) return;  // the others leave as well
    sessions_[from].queue.take_if([&](const QueueEntry& entry, bool was_sent) {
        if (entry.group == no_group) return false;
        // [MQTT-3.10.4-3]: who only unsubscribes finishes what was begun.
        if (departure == Departure::subscription && (was_sent || entry.group != left)) return false;
        if (was_sent && entry.qos == QoS::exactly_once) return false;
        if (pass_on(entry, from, Readiness::connected, now)) return true;
        // Whoever stays away keeps what nobody else can take now.
        return departure != Departure::connection && pass_on(entry, from, Readiness::with_queue, now);
    });
    if (departure == Departure::connection) redispatch_from_disk(from);
}

/// What lies on disk is read first, part by part, as long as there is room for what nobody takes. A session that ends
/// does not live to see it: §4.8.2 only wants an attempt.
void Broker::redispatch_from_disk(SessionSlot from) {
    Session& session = sessions_[from];
    if (!session.deep || session.shared_subscriptions().empty()) return;
    session.deep->passes_on = true;
    read_queue(session);
}

/// False: nobody is ready.
bool Broker::pass_on(const QueueEntry& entry, SessionSlot from, Readiness readiness, Instant now) {
    SharedGroup* group = groups_.find(entry.group);
    if (group == nullptr) return false;
    const Member* member = choose(*group, entry.qos, readiness, sessions_[from].client_id, from);
    if (member == nullptr) return false;
    hand_over(entry, *member, now);
    return true;
}

/// In one batch: whose queue it leaves, and whose it enters.
void Broker::hand_over(const QueueEntry& entry, const Member& member, Instant now) {
    forget_stored(entry);
    Arrived arrived = Arrived::from(entry.message, entry.qos);
    const bool with_retain = entry.retain && member.retain_as_published;
    deliver(member.session, {std::min(entry.qos, member.qos), with_retain, member.subscription_ids, entry.group},
            arrived, now);
}

/// The first member to come when all were away gets what waits with the others.
void Broker::collect(SessionSlot slot, Instant now) {
    for (const Subscription& subscription : sessions_[slot].shared_subscriptions()) {
        const GroupId id = groups_.find(subscription.filter);
        const std::vector<Member>& members = groups_.find(id)->members;
        const auto is_other = [&](const Member& member) {
            return member.session != slot && sessions_[member.session].connection;
        };
        if (std::any_of(members.begin(), members.end(), is_other)) continue;
        const Member& comer = *std::find_if(members.begin(), members.end(),
                                            [slot](const Member& member) { return member.session == slot; });
        for (const Member& member : members) {
            if (member.session == slot) continue;
            sessions_[member.session].queue.take_if([&](const QueueEntry& entry, bool was_sent) {
                if (entry.group != id || (was_sent && entry.qos == QoS::exactly_once)) return false;
                if (!is_ready(comer, entry.qos, Readiness::connected)) return false;
                hand_over(entry, comer, now);
                return true;
            });
            redispatch_from_disk(member.session);
        }
    }
}

}  // namespace trunkline::broker
