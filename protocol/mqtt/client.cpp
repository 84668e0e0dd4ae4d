// The life of the client's connections: CONNECT to DISCONNECT, time-outs, refusals.

#include "protocol/mqtt/client.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>

#include "protocol/mqtt/reason_codes.hpp"
#include "protocol/mqtt/topic_name.hpp"

namespace trunkline::mqtt {

namespace {

/// PINGREQ leaves a tenth before Keep Alive runs out: whoever calls advance() may be late, and the gap between two
/// packets must not exceed the interval. [MQTT-3.1.2-20] 3.1.1 [MQTT-3.1.2-23]
Duration ping_interval(std::chrono::seconds keep_alive) { return Duration(keep_alive) * 9 / 10; }

/// The server has ended the connection, and gave no reason that is none of ours.
bool may_be_for_what_was_sent(const ClientDisconnected& why) {
    if (why.cause == ClientDisconnected::Cause::transport_closed) return true;
    if (why.cause != ClientDisconnected::Cause::server_disconnect) return false;
    using enum ReasonCode;
    constexpr ReasonCode others[] = {success,
                                     server_busy,
                                     server_shutting_down,
                                     keep_alive_timeout,
                                     session_taken_over,
                                     administrative_action,
                                     use_another_server,
                                     server_moved,
                                     connection_rate_exceeded,
                                     maximum_connect_time};
    return std::find(std::begin(others), std::end(others), why.reason) == std::end(others);
}

}  // namespace

Client::Client(ClientSettings settings) : frames_(settings.maximum_packet_size), settings_(std::move(settings)) {
    assert(settings_.receive_maximum != 0);
    assert(settings_.last_own_packet_id != 0);
    assert(settings_.keep_alive.count() <= 65'535);
    assert(!settings_.will || is_topic_name(settings_.will->topic));
}

void Client::transport_opened(Instant now) {
    assert(state_ == State::closed);
    state_ = State::awaiting_connack;
    close_requested_ = false;
    frames_ = FrameStream(settings_.maximum_packet_size);
    output_ = OutputBytes();
    aliases_.reset();  // [MQTT-3.3.2-7]
    if (outbound_) outbound_->connection_started();
    keep_alive_ = settings_.keep_alive;
    send_connect(now);
    deadlines_.set(Timer::connack, now + settings_.answer_timeout);
}

bool Client::starts_clean() const {
    if (!settings_.clean_start) return false;
    const bool session_ends_with_connection = !is_v5() || settings_.session_expiry.count() == 0;
    return session_ends_with_connection || !has_connected_;
}

void Client::send_connect(Instant now) {
    started_clean_ = starts_clean();
    PropertyBuilder properties;
    PropertyBuilder will_properties;
    if (is_v5()) {
        const auto expiry = static_cast<std::uint32_t>(settings_.session_expiry.count());
        if (expiry != 0) properties.number(PropertyId::session_expiry_interval, expiry);
        if (settings_.receive_maximum != 65'535)
            properties.number(PropertyId::receive_maximum, settings_.receive_maximum);
        properties.number(PropertyId::maximum_packet_size, static_cast<std::uint32_t>(settings_.maximum_packet_size));
    }
    Connect packet{.version = settings_.version,
                   .clean_start = started_clean_,
                   .keep_alive_seconds = static_cast<std::uint16_t>(settings_.keep_alive.count()),
                   .properties = properties.view(),
                   .client_id = settings_.client_id};
    if (settings_.will) {
        const ClientWill& will = *settings_.will;
        const auto delay = static_cast<std::uint32_t>(will.delay.count());
        if (delay != 0) will_properties.number(PropertyId::will_delay_interval, delay);
        packet.will = Will{.qos = will.qos,
                           .retain = will.retain,
                           .properties = will_properties.view(),
                           .topic = will.topic,
                           .payload = will.payload};
    }
    if (settings_.user_name) packet.user_name = *settings_.user_name;
    if (settings_.password) packet.password = as_byte_view(*settings_.password);
    send(packet, now);
}

void Client::received(ByteView bytes, Instant now) {
    if (!is_open()) return;
    restart_silence_timer(now);
    frames_.feed(bytes);
    while (is_open()) {
        const std::optional<Decoded<Frame>> frame = frames_.next();
        if (!frame) return;
        if (!*frame) return refuse(frame->error());
        take(**frame, now);
    }
}

void Client::take(const Frame& frame, Instant now) {
    const bool awaits_connack = state_ == State::awaiting_connack;
    // A server that does not know 5.0 says so in the form of 3.1.1: two octets, which 5.0 never has.
    if (awaits_connack && is_v5() && frame.type() == PacketType::connack && frame.body.size() == 2) {
        const Decoded<Packet> refusal = decode(frame, ProtocolVersion::v3_1_1);
        if (refusal && is_failure(std::get<ConnAck>(*refusal).reason)) return handle(std::get<ConnAck>(*refusal), now);
    }
    // Nearly all that a server says to a connected client: by the short way.
    const auto heed = [&](const auto& decoded) { decoded ? handle(*decoded, now) : refuse(decoded.error()); };
    if (!awaits_connack && frame.type() == PacketType::publish)
        return heed(decode_publish_frame(frame, settings_.version));
    if (!awaits_connack && frame.type() == PacketType::puback) {
        const Decoded<PubAck> puback = decode_puback_frame(frame, settings_.version);
        if (!puback && heed_unlisted_failure(frame, now)) return;
        return heed(puback);
    }
    const Decoded<Packet> packet = decode(frame, settings_.version);
    if (!packet) {
        if (!awaits_connack && heed_unlisted_failure(frame, now)) return;
        return refuse(packet.error());
    }
    const bool is_connack = std::holds_alternative<ConnAck>(*packet);
    if (awaits_connack && !is_connack) return refuse({"MQTT-3.2.0-1", "3.1.1 MQTT-3.2.0-1"});
    if (!awaits_connack && is_connack) return refuse({"MQTT-3.2.0-2", "3.1.1 §3.2"});
    const auto dispatch = [&](const auto& fields) {
        if constexpr (requires { handle(fields, now); }) {
            handle(fields, now);
        } else {
            // Only servers receive it, or it is one that this role does not speak.
            refuse({"§4.13.1", "3.1.1 MQTT-4.8.0-1"});
        }
    };
    std::visit(dispatch, *packet);
}

void Client::handle(const ConnAck& packet, Instant now) {
    deadlines_.clear(Timer::connack);
    if (is_failure(packet.reason)) {
        events_.push_back(ClientRefused{packet.reason});
        return close();
    }
    // We said that there is no session to us. [MQTT-3.2.2-4]
    if (packet.session_present && started_clean_) return refuse({"MQTT-3.2.2-4", "3.1.1 MQTT-3.2.2-1"});
    state_ = State::connected;
    has_connected_ = true;
    learn_limits(packet.properties);
    // 3.1 cannot tell, so that only a clean session is known to be new.
    const bool session_is_new = settings_.version == ProtocolVersion::v3_1 ? started_clean_ : !packet.session_present;
    events_.push_back(ClientConnected{packet.session_present});
    restart_ping_timer(sent_at_);
    restart_silence_timer(now);
    begin_carefully(now);
    take_up_session(session_is_new, now);
}

void Client::learn_limits(const Properties& properties) {
    limits_ = {};
    for (const Property& property : properties) {
        switch (property.id) {
            case PropertyId::receive_maximum:
                limits_.receive_maximum = static_cast<std::uint16_t>(property.number);
                break;
            case PropertyId::maximum_packet_size:
                limits_.maximum_packet_size = property.number;
                break;
            case PropertyId::maximum_qos:
                limits_.maximum_qos = static_cast<QoS>(property.number);
                break;
            case PropertyId::retain_available:
                limits_.takes_retain = property.number != 0;
                break;
            case PropertyId::subscription_identifier_available:
                limits_.takes_subscription_ids = property.number != 0;
                break;
            case PropertyId::topic_alias_maximum:
                limits_.topic_alias_maximum = static_cast<std::uint16_t>(property.number);
                break;
            case PropertyId::server_keep_alive:
                keep_alive_ = std::chrono::seconds(property.number);
                break;  // [MQTT-3.2.2-21]
            case PropertyId::assigned_client_identifier:
                settings_.client_id = property.text;
                break;
            default:
                break;
        }
    }
}

void Client::handle(const PingResp&, Instant) { deadlines_.clear(Timer::pingresp); }

void Client::handle(const Disconnect& packet, Instant) {
    if (!is_v5()) return refuse({"", "3.1.1 §3.14"});  // only clients send it there
    if (!server_may_disconnect_with(packet.reason)) return refuse({"MQTT-3.14.2-1", ""});
    if (packet.properties.number(PropertyId::session_expiry_interval)) return refuse({"MQTT-3.14.2-2", ""});
    end({.cause = ClientDisconnected::Cause::server_disconnect, .reason = packet.reason});
}

void Client::refuse(Clause clause, ReasonCode reason) { refuse(ProtocolError{reason, clause.in(settings_.version)}); }

/// Before CONNACK there is nobody yet to say goodbye to; and in 3.1.1 a DISCONNECT would pretend that all is well.
void Client::refuse(const ProtocolError& error) {
    if (state_ == State::connected && is_v5()) {
        const bool may_say = client_may_disconnect_with(error.reason);
        encode(Disconnect{.reason = may_say ? error.reason : ReasonCode::protocol_error}, settings_.version, output_);
    }
    end({.cause = ClientDisconnected::Cause::protocol_error, .reason = error.reason, .clause = error.clause});
}

void Client::change_will(Seldom<ClientWill> will) {
    assert(!will || is_topic_name(will->topic));
    settings_.will = std::move(will);
}

void Client::disconnect(ReasonCode reason, Instant now, std::optional<std::chrono::seconds> session_expiry) {
    assert(client_may_disconnect_with(reason));
    assert(!session_expiry || session_expiry->count() == 0 || settings_.session_expiry.count() != 0);
    if (!is_open()) return;
    PropertyBuilder properties;
    if (session_expiry && is_v5())
        properties.number(PropertyId::session_expiry_interval, static_cast<std::uint32_t>(session_expiry->count()));
    // Before CONNACK too (§3.1.4 allows it): what was given up may still arrive, and must leave no will behind.
    if (is_v5() || reason == ReasonCode::success)
        send(Disconnect{.reason = reason, .properties = properties.view()}, now);
    end({.cause = ClientDisconnected::Cause::own_disconnect, .reason = reason});
}

void Client::transport_closed(Instant) {
    if (is_open()) end({.cause = ClientDisconnected::Cause::transport_closed});
    state_ = State::closed;
    close_requested_ = false;
    output_ = OutputBytes();
    aliases_.reset();
}

void Client::end(ClientDisconnected why) {
    if (state_ == State::connected && may_be_for_what_was_sent(why)) suspect();
    events_.push_back(why);
    close();
}

void Client::close() {
    state_ = State::closing;
    close_requested_ = true;
    requests_.clear();
    if (inbound_) {
        inbound_->once.clear();
        inbound_->twice.connection_lost();
        inbound_->owed_pubcomps.clear();
    }
    deadlines_.clear_all();
    if (outbound_) outbound_->doubt.try_at.reset();
}

void Client::advance(Instant now) {
    if (deadlines_.take_due(Timer::connack, now)) {
        send(Disconnect{}, now);  // the CONNECT may only be late: then it must leave no will behind
        return end({.cause = ClientDisconnected::Cause::answer_timeout});
    }
    for (const Timer late : {Timer::request, Timer::pingresp}) {
        if (deadlines_.take_due(late, now)) return end({.cause = ClientDisconnected::Cause::answer_timeout});
    }
    if (take_due_trial(now)) {
        outbound_->doubt.trial = OutboundWindow::Trial::due;
        send_waiting(now);
    }
    const bool is_silent = deadlines_.take_due(Timer::ping, now);
    // Asked already: the next octet, or the answer's lateness, ends the wait.
    const bool is_unsure = deadlines_.take_due(Timer::silence, now) && !deadlines_.is_set(Timer::pingresp);
    if (is_silent || is_unsure) ping(now);
}

void Client::ping(Instant now) {
    if (!is_connected()) return;
    send(PingReq{}, now);
    if (!deadlines_.is_set(Timer::pingresp)) deadlines_.set(Timer::pingresp, now + settings_.answer_timeout);
}

void Client::send(const Packet& packet, Instant now) {
    encode(packet, settings_.version, output_);
    restart_ping_timer(now);
}

void Client::restart_ping_timer(Instant now) {
    sent_at_ = now;
    if (state_ == State::connected && keep_alive_.count() != 0)
        deadlines_.set(Timer::ping, now + ping_interval(keep_alive_));
}

/// "At any time", says 5.0 §3.1.2.10, a client may ask whether network and server are there.
void Client::restart_silence_timer(Instant now) {
    if (state_ == State::connected && keep_alive_.count() != 0)
        deadlines_.set(Timer::silence, now + Duration(keep_alive_));
}

}  // namespace trunkline::mqtt
