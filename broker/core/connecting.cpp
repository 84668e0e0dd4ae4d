// CONNECT, take-over, DISCONNECT, and the end of sessions.

#include <algorithm>
#include <limits>
#include <utility>

#include "broker/core/broker.hpp"
#include "broker/core/sys_topic.hpp"
#include "protocol/mqtt/reason_codes.hpp"

namespace trunkline::broker {

namespace {

using mqtt::PropertyId;
using mqtt::ProtocolVersion;
using mqtt::ReasonCode;

/// Octets that a client must be able to take: any CONNACK with what it has to be told, hence any acknowledgement of one
/// message. [MQTT-3.1.2-24]
constexpr std::uint32_t least_packet_size = 60;
/// The same with Authentication Method and Data.
constexpr std::uint32_t least_with_method = 256;

/// What the client asked for: 3.1.1 knows sessions that end with the connection and others that never do.
std::chrono::seconds asked_expiry(const mqtt::Connect& packet) {
    if (packet.version != ProtocolVersion::v5) return packet.clean_start ? std::chrono::seconds(0) : Session::never;
    return std::chrono::seconds(packet.properties.number(PropertyId::session_expiry_interval).value_or(0));
}

}  // namespace

void Broker::handle(Connection& connection, const mqtt::Connect& packet, Instant now) {
    if (!is_refused(connection, packet, now)) authenticate(connection, packet, now);
}

/// What speaks against it whoever it is.
bool Broker::is_refused(Connection& connection, const mqtt::Connect& packet, Instant now) {
    if (const std::optional<ReasonCode> reason = overload_of(connection, packet)) {
        refuse(connection, packet.version, *reason, now);
        return true;
    }
    if (const std::optional<ReasonCode> reason = refusal_of(connection, packet)) {
        refuse(connection, packet.version, *reason, now);
        return true;
    }
    if (has_room_for(connection, packet)) return false;
    ++counters_.connections_over_limit;
    const bool has_other = packet.version == ProtocolVersion::v5 && !settings_.server_reference.empty();
    refuse(connection, packet.version, has_other ? ReasonCode::use_another_server : ReasonCode::server_busy, now);
    return true;
}

/// `user`: who it is; nothing: nobody in particular, and that is allowed.
void Broker::accept(Connection& connection, const mqtt::Connect& packet, std::optional<std::string> user, Instant now) {
    const std::string assigned =
        packet.client_id.empty() ? assign_client_id(listener_of(connection).rules.client_id_prefix) : std::string();
    const std::string_view client_id = assigned.empty() ? packet.client_id : std::string_view(assigned);
    std::optional<mqtt::Will> will = packet.will;
    if (will && connection.is_mounted && !mount(connection, will->topic))
        return refuse(connection, packet.version, ReasonCode::topic_name_invalid, now);
    const std::string mounted = will ? std::string(will->topic) : std::string();
    if (will) will->topic = mounted;
    const std::optional<Acl>& acl = access_of(connection.came_by).acl;
    if (will && acl && !acl->decide({user, client_id}, Access::write, will->topic).allowed) {
        // Now, when the client can still be told, and again when the will is due.
        ++counters_.wills_denied;
        facts_.push_back(AccessDenied{std::string(client_id), AccessDenied::What::will, mounted});
        return refuse(connection, packet.version, ReasonCode::not_authorized, now);
    }
    const std::uint64_t mark = batch_.mark();
    bool present = false;
    const SessionSlot slot = claim_session(packet, client_id, connection.peer, now, present);
    Session& session = sessions_[slot];
    session.connection = connection.id;
    session.listener = connection.came_by;
    ++entrances_[static_cast<std::size_t>(connection.came_by)].clients;
    session.identity.reset();
    identify(session, user);
    ++clients_;
    matches_.expect(sessions_.size());
    ++counters_.clients_connected;
    clients_maximum_ = std::max(clients_maximum_, clients_);
    if (will) hold_will(slot, *will, now);  // [MQTT-3.1.2-7]

    std::unique_ptr<AuthExchange> exchange;
    if (auto* awaiting = std::get_if<AwaitingVerdict>(&connection.state)) exchange = std::move(awaiting->exchange);
    Connected& on = connection.state.emplace<Connected>(connected(slot, packet, now));
    on.exchange = std::move(exchange);
    send_connack(connection, packet, assigned, present, batch_.ticket_since(mark), now);
    facts_.push_back(
        ClientConnected{session.client_id, connection.peer, packet.version, present, std::move(user).value_or("")});
    collect(slot, now);
    send_queued(connection, now);
}

Connected Broker::connected(SessionSlot slot, const mqtt::Connect& packet, Instant now) {
    const auto number = [&](PropertyId id, std::uint32_t otherwise) {
        return packet.properties.number(id).value_or(otherwise);
    };
    std::chrono::seconds keep_alive = keep_alive_for(packet);
    if (keep_alive > std::chrono::seconds(1) && breaks(BrokerPromise::silence_is_borne)) {
        settings_.defect->note(packet.client_id, {}, {}, now);
        keep_alive = keep_alive * 2 / 3;
    }
    Connected on{.session = slot, .version = packet.version, .keep_alive = mqtt::KeepAlive(keep_alive, now)};
    on.send_window = static_cast<std::uint16_t>(
        std::min<std::uint32_t>(number(PropertyId::receive_maximum, 65535), settings_.maximum_inflight));
    on.left_over = static_cast<std::uint16_t>(sessions_[slot].inbox.size());
    on.wants_problems = number(PropertyId::request_problem_information, 1) != 0;
    on.maximum_packet_size = number(PropertyId::maximum_packet_size, 0);
    on.expiry_asked = asked_expiry(packet);
    const std::uint32_t aliases =
        std::min<std::uint32_t>(number(PropertyId::topic_alias_maximum, 0), settings_.outbound_alias_maximum);
    if (aliases != 0) on.outbound_aliases = std::make_unique<OutboundAliases>(static_cast<std::uint16_t>(aliases));
    if (settings_.publish_rate_limit != 0 || settings_.publish_rate_limit_bytes != 0)
        on.rates = std::make_unique<PublishRates>(settings_.publish_rate_limit, settings_.publish_rate_limit_bytes);
    return on;
}

/// The client's own [MQTT-3.2.2-22], unless it is longer than the settings allow. [MQTT-3.1.2-21]
std::chrono::seconds Broker::keep_alive_for(const mqtt::Connect& packet) const {
    const std::chrono::seconds asked(packet.keep_alive_seconds);
    const std::chrono::seconds longest = settings_.maximum_keep_alive;
    if (longest == std::chrono::seconds(0)) return asked;
    return asked == std::chrono::seconds(0) ? longest : std::min(asked, longest);
}

/// What is refused for want of the feature has the reason that names it; 3.1 and 3.1.1 get the nearest return code.
std::optional<ReasonCode> Broker::refusal_of(const Connection& connection, const mqtt::Connect& packet) const {
    const Listener& listener = listener_of(connection);
    const bool is_v5 = packet.version == ProtocolVersion::v5;  // which alone can be told of another server
    if (settings_.server_moved) return is_v5 ? ReasonCode::server_moved : ReasonCode::server_unavailable;
    if (shutting_down_)
        return is_v5 && !settings_.server_reference.empty() ? ReasonCode::use_another_server
                                                            : ReasonCode::server_unavailable;
    const auto method = packet.properties.text(PropertyId::authentication_method);
    if (method && !listener.access->offers(*method)) return ReasonCode::bad_authentication_method;  // [MQTT-4.12.0-1]
    if (packet.will && is_sys_topic(packet.will->topic)) return ReasonCode::not_authorized;
    if (packet.client_id.empty() && !listener.rules.allows_empty_client_id)
        return ReasonCode::client_identifier_not_valid;  // [MQTT-3.1.3-6]
    if (packet.will && packet.will->qos > listener.maximum_qos)
        return ReasonCode::qos_not_supported;  // [MQTT-3.2.2-12]
    if (packet.will && packet.will->retain && !settings_.retain_available)
        return ReasonCode::retain_not_supported;  // [MQTT-3.2.2-13]
    if (packet.will && settings_.payload_limit != 0 && packet.will->payload.size() > settings_.payload_limit)
        return ReasonCode::packet_too_large;
    // 3.1.1 cannot be told another Keep Alive; this is the return code that Mosquitto has for it.
    if (packet.version != ProtocolVersion::v5 && keep_alive_for(packet).count() != packet.keep_alive_seconds)
        return ReasonCode::client_identifier_not_valid;
    const std::uint32_t largest = packet.properties.number(PropertyId::maximum_packet_size).value_or(0);
    if (largest != 0 && largest < (method ? least_with_method : least_packet_size)) return ReasonCode::packet_too_large;
    return std::nullopt;
}

/// A client that takes over from itself needs no room.
bool Broker::has_room_for(const Connection& connection, const mqtt::Connect& packet) const {
    const Listener& listener = listener_of(connection);
    const bool is_full = clients_ >= settings_.client_limit;
    const bool is_listener_full = listener.clients >= listener.rules.client_limit;
    if (!is_full && !is_listener_full) return true;
    const std::optional<SessionSlot> slot = sessions_.find(packet.client_id);
    if (!slot || !sessions_[*slot].connection) return false;
    return !is_listener_full || sessions_[*slot].listener == connection.came_by;
}

/// The session that this CONNECT of `peer` gets: resumed or new. Whoever else is connected under the identifier is
/// closed first.
SessionSlot Broker::claim_session(const mqtt::Connect& packet, std::string_view client_id, std::string_view peer,
                                  Instant now, bool& present) {
    std::optional<SessionSlot> slot = sessions_.find(client_id);
    if (slot && sessions_[*slot].connection) {
        // 5.0 [MQTT-3.1.4-3], 3.1.1 [MQTT-3.1.4-2]. A session that ends with its connection ends here.
        Connection& other = *connections_.find(*sessions_[*slot].connection);
        close(other, CloseCause::taken_over, ReasonCode::session_taken_over, "MQTT-3.1.4-3", now, peer);
        slot = sessions_.find(client_id);
    }
    if (slot && sessions_[*slot].has_will_due(now)) publish_will(*slot, now);  // its timer has only not been asked yet
    if (slot && ends_with(packet, sessions_[*slot], now)) {
        if (sessions_[*slot].will && sessions_[*slot].will->is_grace) drop_will(sessions_[*slot]);
        end_session(*slot, now);
        slot.reset();
    }
    if (slot) drop_will(sessions_[*slot]);  // [MQTT-3.1.3-9]
    present = slot.has_value();
    if (!slot) slot = sessions_.make(client_id);  // [MQTT-3.1.2-6]

    Session& session = sessions_[*slot];
    session.version = packet.version;
    session.expiry = std::min(asked_expiry(packet), settings_.maximum_session_expiry);
    session.disconnected_at.reset();
    ++session.epoch;
    // One that is resumed to end with this connection stays in the store until then: a restart ends it as well.
    session.in_store = session.in_store || session.expiry > std::chrono::seconds(0);
    if (session.in_store) batch_.add(PutSession{session.record(clock_)});
    return *slot;
}

/// Whether this CONNECT finds no session any more. 5.0 [MQTT-3.1.2-4], 3.1.1 [MQTT-3.1.2-6]; or its time is up, which
/// nobody has noticed yet.
bool Broker::ends_with(const mqtt::Connect& packet, const Session& session, Instant now) {
    if (packet.clean_start || session.has_expired(now)) return true;
    if (session.subscriptions.empty() || !breaks(BrokerPromise::session_is_kept)) return false;
    settings_.defect->note(session.client_id, {}, {}, now);
    return true;
}

void Broker::handle(Connection& connection, const mqtt::Disconnect& packet, Instant now) {
    if (!mqtt::client_may_disconnect_with(packet.reason))
        return protocol_error(connection, {ReasonCode::protocol_error, "MQTT-3.14.2-1"}, now);
    const Connected& on = *connection.connected();
    if (const auto asked = packet.properties.number(PropertyId::session_expiry_interval)) {
        if (on.expiry_asked == std::chrono::seconds(0) && *asked != 0) {
            return protocol_error(connection, {ReasonCode::protocol_error, "§3.14.2.2.2"}, now);
        }
        sessions_[on.session].expiry = std::min(std::chrono::seconds(*asked), settings_.maximum_session_expiry);
    }
    close(connection, CloseCause::client_disconnect, packet.reason, {}, now);
}

/// The session loses its connection: it ends, or its expiry begins to run.
void Broker::detach(SessionSlot slot, WillFate fate, Instant now) {
    Session& session = sessions_[slot];
    session.connection.reset();
    --clients_;
    --entrances_[static_cast<std::size_t>(session.listener)].clients;
    if (fate == WillFate::discard && session.will && breaks(BrokerPromise::will_is_called_off)) {
        const Message& will = *session.will->message;
        settings_.defect->note(session.client_id, will.topic(), will.payload(), now);
        fate = WillFate::publish;
    }
    if (fate == WillFate::discard) drop_will(session);
    const bool is_kept = fate == WillFate::keep && session.will;
    if (is_kept) session.will.reset();  // what the store has of it is for the next start
    if (session.will) will_is_due(slot, now);
    if (session.expiry == std::chrono::seconds(0)) return end_session(slot, now);  // §3.1.2.11.2, 3.1.1 [MQTT-3.1.2-6]
    session.disconnected_at = now;
    session.queue.rewind();
    redispatch(slot, Departure::connection, no_group, now);
    if (!is_kept) batch_.add(PutSession{session.record(clock_)});
    arm(slot);
}

void Broker::end_session(SessionSlot slot, Instant now) {
    if (sessions_[slot].will) publish_will(slot, now);  // whatever is left of its delay [MQTT-3.1.2-8]
    Session& session = sessions_[slot];
    for (const Subscription& subscription : session.subscriptions) {
        remove_subscription(slot, *mqtt::TopicFilter::parse(subscription.filter));
    }
    session.queue.rewind();
    redispatch(slot, Departure::session, no_group, now);
    const std::size_t lost = session.queued_messages();
    counters_.publish_dropped[static_cast<std::size_t>(DropCause::session_ended)] += lost;
    while (const std::optional<QueueEntry> entry = session.queue.take_front()) forget_stored(*entry);
    if (session.deep) batch_.add(DropDeepEntries{session.id});
    if (session.in_store) batch_.add(DropSession{session.id});
    facts_.push_back(SessionEnded{session.client_id, lost});
    sessions_.erase(slot);
}

void Broker::arm(SessionSlot slot) {
    Session& session = sessions_[slot];
    session_timers_.arm(slot, session.next_wake(), session.armed);
}

}  // namespace trunkline::broker
