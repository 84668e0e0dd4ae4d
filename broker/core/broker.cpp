#include "broker/core/broker.hpp"

#include <algorithm>
#include <cassert>
#include <memory>
#include <utility>

#include "broker/core/problem.hpp"
#include "protocol/base/bring_near.hpp"
#include "protocol/base/deadlines.hpp"
#include "protocol/base/never.hpp"
#include "protocol/mqtt/control_characters.hpp"

namespace trunkline::broker {

namespace {

/// A CONNECT that cannot be decoded is answered only where 3.1 and 3.1.1 want it: 3.1.1 [MQTT-3.1.2-2] [MQTT-3.1.3-8].
/// What speaks yet another version finds the return code in the same place as they do.
bool is_answered(mqtt::ReasonCode reason) {
    return reason == mqtt::ReasonCode::unsupported_protocol_version ||
           reason == mqtt::ReasonCode::client_identifier_not_valid;
}

/// Only a DISCONNECT with 0x00 calls the will off [MQTT-3.14.4-3]. At its own end the server may leave wills to its
/// next start (§3.1.2.5), and does: the client may well be back by then.
WillFate fate_of_will(CloseCause cause, mqtt::ReasonCode reason) {
    if (cause == CloseCause::server_shutdown) return WillFate::keep;
    const bool is_called_off = cause == CloseCause::client_disconnect && reason == mqtt::ReasonCode::success;
    return is_called_off ? WillFate::discard : WillFate::publish;
}

mqtt::PacketType packet_type(std::byte first_octet) {
    return static_cast<mqtt::PacketType>(std::to_integer<unsigned>(first_octet) >> 4U);
}

}  // namespace

Broker::Broker(Settings settings)
    : settings_(settings),
      budget_(settings.memory_limit),
      listener_counts_(settings.connect_rate_limit),
      sys_tree_(settings.version, name_of(settings.durability)),
      matches_(settings.overlaps),
      batch_(settings.batch_limit_bytes),
      client_ids_(settings.seed, "broker", "client identifiers") {
    if (settings_.listeners.empty()) settings_.listeners.emplace_back();
    for (const ListenerRules& rules : settings_.listeners) entrances_.emplace_back(rules, settings_);
}
Broker::~Broker() = default;
Broker::Broker(Broker&&) noexcept = default;
Broker& Broker::operator=(Broker&&) noexcept = default;

void Broker::opened(ConnectionId id, TransportInfo info, Instant now) {
    sessions_.restoring_done();
    ++counters_.connections_opened;
    const std::string from = std::move(info.listener);
    Connection& connection = connections_.add(std::make_unique<Connection>(
        id, std::move(info), settings_.maximum_packet_size, now + settings_.connect_timeout));
    assert(static_cast<std::size_t>(connection.came_by) < entrances_.size());
    connection.is_mounted = !mount_point_of(connection).empty();
    connection.counted_at = listener_counts_.opened(from);
    if (shutting_down_)
        return close(connection, CloseCause::server_shutdown, mqtt::ReasonCode::server_shutting_down, {}, now);
    if (auto* awaiting = std::get_if<AwaitingConnect>(&connection.state))
        awaiting->is_over_rate = !listener_counts_.welcomes(connection.counted_at, now);
    if (connections_.size() > settings_.client_limit + settings_.waiting_room) {
        ++counters_.connections_refused;
        ++counters_.connections_refused_for[static_cast<std::uint8_t>(mqtt::ReasonCode::server_busy)];
        ++counters_.connections_over_limit;
        return close(connection, CloseCause::refused, mqtt::ReasonCode::server_busy, {}, now);
    }
    make_pending(connection);
    arm(connection);
}

void Broker::expect(ConnectionId id) const {
    const Connection* connection = connections_.find(id);
    if (connection == nullptr) return;
    bring_near(*connection, connection->waiting_since);
    if (const Connected* on = connection->connected()) bring_near(sessions_[on->session], sessions_[on->session].queue);
}

void Broker::expect(ConnectionId id, const HashedText& topic, unsigned step) const {
    if (step > 2) return;
    matches_.expect(topic, step);
    if (step == 0) return connections_.expect(id);
    const Connection* connection = connections_.find(id);
    if (connection == nullptr) return;
    if (step == 1) return bring_near(*connection, connection->waiting_since);
    if (const Connected* on = connection->connected()) bring_near(sessions_[on->session], sessions_[on->session].queue);
}

void Broker::received(ConnectionId id, ByteView bytes, Instant now) {
    Connection* connection = connections_.find(id);
    if (connection == nullptr) return;
    counters_.bytes_received += bytes.size();
    if (connection->closing() != nullptr || bytes.empty()) return;
    // Decided by the first octet: what speaks another protocol may never send as much as it seems to announce.
    const bool is_first_octet =
        std::holds_alternative<AwaitingConnect>(connection->state) && connection->frames.held_bytes() == 0;
    if (is_first_octet && packet_type(bytes[0]) != mqtt::PacketType::connect)
        return protocol_error(*connection, {mqtt::ReasonCode::protocol_error, "MQTT-3.1.0-1"}, now);
    const std::size_t held_before = connection->frames.held_bytes();
    connection->frames.feed(bytes);
    while (connection->closing() == nullptr) {
        const std::optional<mqtt::Decoded<mqtt::Frame>> frame = connection->frames.next();
        if (!frame) break;
        ++counters_.packets_received;
        const AwaitingVerdict* awaiting = connection->awaiting_verdict();
        if (*frame && awaiting != nullptr && awaiting->exchange) {
            handle_in_exchange(*connection, **frame, now);
        } else if (*frame && awaiting != nullptr) {
            keep(*connection, **frame, now);
        } else if (*frame) {
            handle(*connection, **frame, now);
        } else {
            if (frame->error().reason == mqtt::ReasonCode::packet_too_large) answer_too_large(*connection);
            protocol_error(*connection, frame->error(), now);
        }
    }
    if (connection->frames.held_bytes() != held_before) note_started_packet(*connection, held_before, now);
    arm(*connection);
}

void Broker::handle(Connection& connection, const mqtt::Frame& frame, Instant now) {
    const bool is_connect = frame.type() == mqtt::PacketType::connect;
    Connected* on = connection.connected();
    if (is_connect && on != nullptr)
        return protocol_error(connection, {mqtt::ReasonCode::protocol_error, "MQTT-3.1.0-2"}, now);
    assert(is_connect || on != nullptr);  // received() has seen to it
    if (on != nullptr) on->keep_alive.packet_received(now);
    const mqtt::ProtocolVersion version = on == nullptr ? mqtt::ProtocolVersion::v5 : on->version;
    if (frame.type() == mqtt::PacketType::publish && !settings_.refuses_control_characters) {
        // Nearly all that a busy connection says: by the short way. So is what follows.
        const mqtt::Decoded<mqtt::Publish> publish = mqtt::decode_publish_frame(frame, version);
        if (publish) return handle(connection, *publish, now);
        return protocol_error(connection, publish.error(), now);
    }
    if (frame.type() == mqtt::PacketType::puback && !settings_.refuses_control_characters) {
        const mqtt::Decoded<mqtt::PubAck> puback = mqtt::decode_puback_frame(frame, version);
        if (puback) return handle(connection, *puback, now);
        return protocol_error(connection, puback.error(), now);
    }
    const mqtt::Decoded<mqtt::Packet> packet = decoded(frame, version);
    if (packet) {
        handle(connection, *packet, now);
        if (connection.awaiting_verdict() != nullptr) keep(connection, frame, now);
        return;
    }
    if (is_connect && is_answered(packet.error().reason)) {
        return refuse(connection, mqtt::ProtocolVersion::v3_1_1, packet.error().reason, now);
    }
    if (is_connect && mqtt::connect_version(frame) == mqtt::ProtocolVersion::v5)
        answer_refused(connection, mqtt::ProtocolVersion::v5, packet.error().reason);  // [MQTT-3.1.4-1]
    protocol_error(connection, packet.error(), now);
}

mqtt::Decoded<mqtt::Packet> Broker::decoded(const mqtt::Frame& frame, mqtt::ProtocolVersion version) const {
    mqtt::Decoded<mqtt::Packet> packet = mqtt::decode(frame, version);
    if (settings_.refuses_control_characters && packet && mqtt::has_control_characters(*packet))
        return Failure{mqtt::ProtocolError{mqtt::ReasonCode::malformed_packet, "§1.5.4"}};
    return packet;
}

void Broker::handle(Connection& connection, const mqtt::Packet& packet, Instant now) {
    const auto dispatch = [&](const auto& p) {
        using P = std::decay_t<decltype(p)>;
        if constexpr (std::is_same_v<P, mqtt::PingReq>) {
            send_free(connection, mqtt::PingResp{});  // [MQTT-3.12.4-1]
        } else if constexpr (std::is_same_v<P, mqtt::ConnAck> || std::is_same_v<P, mqtt::SubAck> ||
                             std::is_same_v<P, mqtt::UnsubAck> || std::is_same_v<P, mqtt::PingResp>) {
            protocol_error(connection, {mqtt::ReasonCode::protocol_error, "§2.1.2"}, now);  // only servers send these
        } else {
            handle(connection, p, now);
        }
    };
    std::visit(dispatch, packet);
}

void Broker::protocol_error(Connection& connection, const mqtt::ProtocolError& error, Instant now) {
    ++counters_.protocol_errors;
    close(connection, CloseCause::protocol_error, error.reason, error.clause, now);
}

void Broker::close(Connection& connection, CloseCause cause, mqtt::ReasonCode reason, std::string_view clause,
                   Instant now, std::string_view taken_over_by) {
    ConnectionClosed fact;
    fact.cause = cause;
    fact.reason = reason;
    fact.clause = clause;
    fact.taken_over_by = taken_over_by;
    if (cause == CloseCause::keep_alive_timeout) fact.silent = connection.connected()->keep_alive.silence(now);
    if (cause == CloseCause::connect_timeout) fact.silent = settings_.connect_timeout;
    tell_closed(connection, std::move(fact));
    if (const Connected* on = connection.connected()) {
        const SessionSlot slot = on->session;
        // Only 5.0 has a DISCONNECT from the server, and a client that said goodbye gets none.
        if (on->version == mqtt::ProtocolVersion::v5 && cause != CloseCause::client_disconnect) {
            mqtt::PropertyBuilder properties;
            mqtt::Disconnect disconnect;
            disconnect.reason = reason;
            const std::string why = clause.empty() ? std::string() : "see " + std::string(clause) + " of MQTT 5.0";
            explain(disconnect, why, *on, properties);
            if (names_other_server(reason)) {
                disconnect.properties =
                    properties.text(mqtt::PropertyId::server_reference, settings_.server_reference).view();
                if (!fits(*on, disconnect)) disconnect.properties = {};
            }
            send_free(connection, disconnect);
        }
        detach(slot, fate_of_will(cause, reason), now);
    } else if (cause != CloseCause::refused && cause != CloseCause::client_disconnect) {
        answer_in_vain(connection, reason);
    }
    connection.state = Closing{cause};
    held_.forget(connection.id);
    output_bytes_ -= connection.lanes.size();
    connection.lanes.discard_waiting(batch_.durable());  // [MQTT-3.14.0-1] [MQTT-3.14.4-1]
    output_bytes_ += connection.lanes.size();
    make_pending(connection);
}

/// `fact`: why; here comes who.
void Broker::tell_closed(const Connection& connection, ConnectionClosed fact) {
    ++counters_.connections_closed[static_cast<std::size_t>(fact.cause)];
    if (const Connected* on = connection.connected()) fact.client_id = sessions_[on->session].client_id;
    fact.peer = connection.peer;
    facts_.push_back(std::move(fact));
}

void Broker::written(ConnectionId id, std::size_t bytes, Instant now) {
    Connection* connection = connections_.find(id);
    if (connection == nullptr) return;
    const std::size_t taken = std::min(bytes, connection->in_transport);
    connection->in_transport -= taken;
    output_bytes_ -= taken;
    if (connection->connected() != nullptr && connection->output_bytes() <= output_limit() / 2)
        send_queued(*connection, now);
}

void Broker::closed(ConnectionId id, CloseCause cause, Instant now, std::string_view error) {
    Connection* connection = connections_.find(id);
    if (connection == nullptr) return;
    if (connection->closing() == nullptr) {
        ConnectionClosed fact;
        fact.cause = cause;
        fact.error = error;
        tell_closed(*connection, std::move(fact));
        if (const Connected* on = connection->connected()) detach(on->session, WillFate::publish, now);
    }
    listener_counts_.closed(connection->counted_at);
    output_bytes_ -= connection->output_bytes();
    input_bytes_ -= connection->frames.held_bytes();
    held_.forget(id);
    if (connection->waiting_since) std::erase(waiting_, id);
    connections_.erase(id);
}

void Broker::advance(Instant now) {
    advanced_at_ = now;
    while (const auto wake = connection_timers_.take_due(now)) {
        Connection* connection = connections_.find(wake->key);
        if (connection == nullptr) continue;
        if (connection->armed == wake->at) connection->armed.reset();
        resume(*connection, now);
        // Silence that we asked for is no silence.
        if (Connected* on = connection->connected(); on != nullptr && is_paused(*connection))
            on->keep_alive.packet_received(now);
        const std::optional<Instant> deadline = connection->deadline();
        if (deadline && *deadline <= now) close_late(*connection, now);
        arm(*connection);
    }
    while (const auto wake = session_timers_.take_due(now)) {
        Session* session = sessions_.find(wake->key);
        if (session == nullptr) continue;
        if (session->armed == wake->at) session->armed.reset();
        if (session->has_will_due(now)) publish_will(wake->key, now);
        if (session->has_expired(now) && !session->subscriptions.empty() &&
            breaks(BrokerPromise::session_ends_in_time)) {
            session->expiry = Session::never;
            settings_.defect->note(session->client_id, {}, {}, now);
        }
        if (session->has_ended(now)) {
            ++counters_.sessions_expired;
            end_session(wake->key, now);
        } else {
            arm(wake->key);
        }
    }
    close_impatient(now);
    relieve(now);
    if (sys_due_ && *sys_due_ <= now) publish_sys(now);
}

/// Wake-ups that are set find out that they come too early.
void Broker::stood_still(Duration time, Instant now) {
    for (Connection* connection = connections_.oldest(); connection != nullptr; connection = connection->newer)
        connection->stood_still(time, now);
}

/// Its deadline has passed.
void Broker::close_late(Connection& connection, Instant now) {
    const Connected* on = connection.connected();
    if (on == nullptr) return close(connection, CloseCause::connect_timeout, mqtt::ReasonCode::success, "§3.1.4", now);
    if (!on->keep_alive.expired(now))  // so it is re-authentication that has not come to its end
        return close(connection, CloseCause::authentication_failed, mqtt::ReasonCode::not_authorized, "MQTT-4.12.1-2",
                     now);
    // 5.0 [MQTT-3.1.2-22], 3.1.1 [MQTT-3.1.2-24]
    close(connection, CloseCause::keep_alive_timeout, mqtt::ReasonCode::keep_alive_timeout, "MQTT-3.1.2-22", now);
}

void Broker::shut_down(Instant now) {
    shutting_down_ = true;
    const bool has_other = !settings_.server_reference.empty();
    const mqtt::ReasonCode reason =
        has_other ? mqtt::ReasonCode::use_another_server : mqtt::ReasonCode::server_shutting_down;
    for (Connection* connection = connections_.oldest(); connection != nullptr; connection = connection->newer) {
        if (connection->closing() != nullptr) continue;
        close(*connection, CloseCause::server_shutdown, reason, {}, now);
    }
}

void Broker::arm(Connection& connection) {
    connection_timers_.arm(connection.id, connection.deadline(), connection.armed);
}

void Broker::make_pending(Connection& connection) {
    if (std::exchange(connection.is_pending, true)) return;
    pending_.push_back(connection.id);
}

void Broker::send_gated(Connection& connection, const mqtt::Packet& packet, Ticket ticket, Instant now) {
    was_gated(connection, connection.lanes.add_gated(packet, connection.connected()->version, ticket), ticket, now);
}

void Broker::send_gated(Connection& connection, const mqtt::PubAck& packet, Ticket ticket, Instant now) {
    was_gated(connection, connection.lanes.add_gated(packet, connection.connected()->version, ticket), ticket, now);
}

void Broker::was_gated(Connection& connection, std::size_t octets, Ticket ticket, Instant now) {
    output_bytes_ += octets;
    ++counters_.packets_sent;
    make_pending(connection);
    if (ticket <= batch_.durable() || connection.waiting_since) return;
    connection.waiting_since = now;
    waiting_.push_back(connection.id);
}

void Broker::send_free(Connection& connection, const mqtt::Packet& packet) {
    output_bytes_ += connection.lanes.add_free(packet, connection.connected()->version);
    ++counters_.packets_sent;
    make_pending(connection);
}

std::span<const ConnectionId> Broker::show_pending() {
    pending_shown_.clear();
    for (const ConnectionId id : pending_) {
        Connection* connection = connections_.find(id);
        if (connection == nullptr) continue;  // it was closed meanwhile
        connection->is_pending = false;
        pending_shown_.push_back(id);
    }
    pending_.clear();
    return pending_shown_;
}

std::size_t Broker::take_output(ConnectionId id, OutputBytes& out) {
    Connection* connection = connections_.find(id);
    if (connection == nullptr) return 0;
    const std::size_t bytes = connection->lanes.take(out, batch_.durable());
    connection->in_transport += bytes;
    counters_.bytes_sent += bytes;
    return bytes;
}

bool Broker::wants_read(ConnectionId id) const {
    const Connection* connection = connections_.find(id);
    return connection != nullptr && connection->closing() == nullptr && !is_paused(*connection);
}

std::optional<CloseCause> Broker::close_requested(ConnectionId id) const {
    const Connection* connection = connections_.find(id);
    if (connection == nullptr || connection->closing() == nullptr) return std::nullopt;
    return connection->closing()->cause;
}

std::optional<Instant> Broker::next_deadline() const {
    Instant first =
        std::min({or_never(connection_timers_.earliest()), or_never(session_timers_.earliest()), or_never(sys_due_)});
    if (failing_since_) first = std::min(first, or_never(patience_ends()));
    if (budget_.is_set()) first = std::min(first, or_never(memory_patience_ends()));
    return if_ever(first);
}

const Counters& Broker::counters() const { return counters_; }
std::size_t Broker::connection_count() const { return connections_.size(); }
std::size_t Broker::session_count() const { return sessions_.size(); }
std::size_t Broker::queue_length(std::string_view client_id) const {
    const std::optional<SessionSlot> slot = sessions_.find(client_id);
    return slot ? sessions_[*slot].queued_messages() : 0;
}
std::size_t Broker::queue_in_memory(std::string_view client_id) const {
    const std::optional<SessionSlot> slot = sessions_.find(client_id);
    return slot ? sessions_[*slot].queue.size() : 0;
}

}  // namespace trunkline::broker
