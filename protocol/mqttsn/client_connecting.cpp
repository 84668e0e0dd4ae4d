// How a client connects, loses its connection, and ends it (§6.2, §6.3, §6.12, §6.13).

#include <algorithm>

#include "protocol/mqttsn/client.hpp"

namespace trunkline::mqttsn {

void Client::connect(Instant now) {
    switch (state_) {
        case State::disconnected:
        case State::pausing:
        case State::asleep:
        case State::awake:
            return start_connecting(now);
        case State::connecting:
        case State::active:
        case State::falling_asleep:
        case State::disconnecting:
            return;
    }
}

void Client::start_connecting(Instant now) {
    const bool is_woken = state_ == State::asleep || state_ == State::awake;
    state_ = State::connecting;
    set_up_ = SetUp::connect;
    resume_at_.reset();
    // §6.2, §6.5: a clean session starts from nothing. Out of sleep it goes on (§6.14), and its registrations with it.
    if (settings_.clean_session && !is_woken) {
        topics_.forget_all();
        inbox_.clear();
    }
    send_set_up(now);
    supervise(now);
}

// The gateway's prompts are answers and not repeated by themselves: it is the client that repeats its last message.
void Client::send_set_up(Instant now) {
    switch (set_up_) {
        case SetUp::connect:
            return send(Connect{.will = settings_.will.has_value(),
                                .clean_session = settings_.clean_session,
                                .duration_seconds = static_cast<std::uint16_t>(settings_.keep_alive.count()),
                                .client_id = settings_.client_id},
                        now);
        case SetUp::will_topic:
            return send(
                WillTopic{.qos = settings_.will->qos, .retain = settings_.will->retain, .topic = settings_.will->topic},
                now);
        case SetUp::will_message:
            return send(WillMsg{.message = settings_.will->message}, now);
    }
}

void Client::send_disconnect(Instant now) {
    if (state_ == State::falling_asleep) return send(Disconnect{.duration_seconds = sleep_duration_}, now);
    send(Disconnect{}, now);
}

// A prompt that comes again is answered again: the gateway begins anew when CONNECT reaches it twice.
void Client::handle(const WillTopicReq&, Instant now) {
    if (state_ != State::connecting || !settings_.will) {
        ++ignored_received_;
        return;
    }
    set_up_ = SetUp::will_topic;
    send_set_up(now);
    supervise(now);
}

void Client::handle(const WillMsgReq&, Instant now) {
    if (state_ != State::connecting || set_up_ == SetUp::connect) {
        ++ignored_received_;
        return;
    }
    set_up_ = SetUp::will_message;
    send_set_up(now);
    supervise(now);
}

void Client::handle(const ConnAck& message, Instant now) {
    if (state_ != State::connecting) {
        ++ignored_received_;
        return;
    }
    if (message.return_code != ReturnCode::accepted) {
        return lose({.cause = ClientLost::Cause::refused, .return_code = message.return_code}, now);
    }
    retry_.stop();
    state_ = State::active;
    outputs().events.push_back(ClientConnected{});
}

void Client::handle(const Disconnect&, Instant now) {
    switch (state_) {
        case State::disconnecting:
            return finish_disconnecting();
        case State::falling_asleep:
            return fall_asleep(true, now);
        case State::active:
        case State::awake:  // the gateway does not know the client (any more)
            return lose({.cause = ClientLost::Cause::gateway_disconnect}, now);
        case State::connecting:  // a late one: CONNECT is answered by CONNACK, and repeated until then
        case State::asleep:
        case State::pausing:
        case State::disconnected:
            ++ignored_received_;
    }
}

void Client::lose(ClientLost lost, Instant now) {
    end_request(RequestOutcome::connection_lost);
    outputs().events.push_back(lost);
    retry_.stop();
    pinging_ = false;
    state_ = State::pausing;
    const Duration pause = pause_after(lost);
    if (pause <= Duration::zero()) return start_connecting(now);
    resume_at_ = now + pause;
}

Duration Client::pause_after(const ClientLost& lost) const {
    if (lost.cause != ClientLost::Cause::refused) return settings_.reconnect_pause;
    const bool is_congested = lost.return_code == ReturnCode::congestion;
    return std::max(settings_.reconnect_pause, is_congested ? settings_.congestion_pause : settings_.retry.interval);
}

void Client::disconnect(Instant now) {
    switch (state_) {
        case State::disconnected:
        case State::disconnecting:
            return;
        case State::pausing:
            return finish_disconnecting();
        case State::connecting:  // CONNECT may have arrived
        case State::active:
        case State::falling_asleep:
        case State::asleep:
        case State::awake:
            break;
    }
    end_request(RequestOutcome::connection_lost);
    state_ = State::disconnecting;
    resume_at_.reset();
    send_disconnect(now);
    supervise(now);
}

void Client::finish_disconnecting() {
    state_ = State::disconnected;
    retry_.stop();
    resume_at_.reset();
    outputs().events.push_back(ClientDisconnected{});
}

}  // namespace trunkline::mqttsn
