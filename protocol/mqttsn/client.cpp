#include "protocol/mqttsn/client.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

#include "protocol/base/deadlines.hpp"
#include "protocol/base/never.hpp"

namespace trunkline::mqttsn {

Client::Client(ClientSettings settings) : settings_(std::move(settings)) {
    assert(settings_.keep_alive >= std::chrono::seconds::zero());
    assert(settings_.keep_alive.count() <= std::numeric_limits<std::uint16_t>::max());
    assert(!settings_.will || !settings_.will->topic.empty());
}

void Client::received(ByteView datagram, Instant now) {
    const Result<Message, MalformedMessage> message = decode(datagram);
    if (!message) {
        ++malformed_received_;
        return;
    }
    last_heard_ = now;
    if (!std::holds_alternative<PingResp>(*message)) gateway_is_at_work(now);
    std::visit([&](const auto& m) { handle(m, now); }, *message);
}

void Client::advance(Instant now) {
    if (resume_at_ && *resume_at_ <= now) resume(now);
    switch (retry_.advance(now)) {
        case Retry::Due::nothing:
            break;
        case Retry::Due::send_again:
            send_again(now);
            break;
        case Retry::Due::give_up:
            give_up(now);
            break;
    }
    const std::optional<Instant> due = ping_due();
    if (due && *due <= now) ping(now);
}

std::vector<Datagram> Client::take_datagrams() {
    std::vector<Datagram> taken;
    for (std::size_t place = 0; place < datagrams().size(); ++place)
        taken.emplace_back(datagrams()[place].begin(), datagrams()[place].end());
    datagrams_taken();
    return taken;
}

std::optional<Instant> Client::next_deadline() const {
    return if_ever(std::min({or_never(retry_.deadline()), or_never(resume_at_), or_never(ping_due())}));
}

void Client::send(const Message& message, Instant now) {
    encode_into(message, outputs().datagrams.extend(encoded_size(message)));
    last_sent_ = now;
}

void Client::supervise(Instant now) {
    pinging_ = false;
    retry_.start(settings_.retry, now);
}

void Client::send_again(Instant now) {
    switch (state_) {
        case State::connecting:
            return send_set_up(now);
        case State::disconnecting:
        case State::falling_asleep:
            return send_disconnect(now);
        case State::awake:
            return send_waking_ping(now);
        case State::active:
            return pinging_ ? send(PingReq{}, now) : repeat_request(now);
        case State::disconnected:
        case State::pausing:
        case State::asleep:
            assert(false);  // nothing is awaited
    }
}

void Client::give_up(Instant now) {
    if (state_ == State::disconnecting) return finish_disconnecting();
    if (state_ == State::awake) return fall_asleep(false, now);
    if (state_ == State::active && !pinging_) end_request(RequestOutcome::gave_up);
    lose({.cause = ClientLost::Cause::no_answer}, now);
}

void Client::resume(Instant now) {
    if (state_ == State::asleep) return wake(now);
    if (state_ == State::pausing) return start_connecting(now);
    resume_at_.reset();
    start_request(now);
}

void Client::start_request(Instant now) {
    if (auto* publishing = std::get_if<Publishing>(&request_)) return start(*publishing, now);
    if (auto* subscribing = std::get_if<Subscribing>(&request_)) return start(*subscribing, now);
    if (auto* changing = std::get_if<ChangingWill>(&request_)) return start(*changing, now);
}

void Client::repeat_request(Instant now) {
    if (auto* publishing = std::get_if<Publishing>(&request_)) return send_step(*publishing, true, now);
    if (auto* subscribing = std::get_if<Subscribing>(&request_)) return send_step(*subscribing, true, now);
    if (auto* changing = std::get_if<ChangingWill>(&request_)) return send_step(*changing, now);
}

void Client::end_request(RequestOutcome outcome, ReturnCode return_code) {
    if (const auto* publishing = std::get_if<Publishing>(&request_)) {
        outputs().events.push_back(ClientPublished{.id = publishing->id,
                                                   .outcome = outcome,
                                                   .return_code = return_code,
                                                   .publishes_sent = publishing->publishes_sent});
    }
    if (const auto* subscribing = std::get_if<Subscribing>(&request_)) {
        if (subscribing->kind == Subscribing::Kind::unsubscribe) {
            outputs().events.push_back(ClientUnsubscribed{.outcome = outcome});
        } else {
            outputs().events.push_back(
                ClientSubscribed{.outcome = outcome, .return_code = return_code, .qos = subscribing->qos});
        }
    }
    if (std::holds_alternative<ChangingWill>(request_)) {
        outputs().events.push_back(ClientWillChanged{.outcome = outcome, .return_code = return_code});
    }
    request_ = std::monostate{};
    if (!pinging_) retry_.stop();
}

// Twait: the gateway is asked for nothing until it has had time to recover. The request is not given up, only later.
void Client::wait_out_congestion(Instant now) {
    if (!pinging_) retry_.stop();
    resume_at_ = now + settings_.congestion_pause;
}

// Never zero, and a new one for every step: a late answer must not be taken for an answer to what is sent now.
MsgId Client::next_msg_id() {
    if (++last_msg_id_ == 0) ++last_msg_id_;
    return MsgId{last_msg_id_};
}

// §6.11: within each keep-alive interval the gateway hears something; a PINGREQ only when there was nothing else, or
// when we have heard nothing and wait for nothing that would tell us.
std::optional<Instant> Client::ping_due() const {
    if (state_ != State::active || settings_.keep_alive == std::chrono::seconds::zero()) return std::nullopt;
    const Instant exchanged = retry_.is_running() ? last_sent_ : std::min(last_sent_, last_heard_);
    return exchanged + settings_.keep_alive;
}

void Client::ping(Instant now) {
    send(PingReq{}, now);
    if (retry_.is_running()) return;  // the message that is being repeated watches over the connection already
    supervise(now);
    pinging_ = true;
}

void Client::handle(const PingReq&, Instant now) {
    if (!is_listening()) {
        ++ignored_received_;
        return;
    }
    send(PingResp{}, now);
}

void Client::handle(const PingResp&, Instant now) {
    if (state_ == State::awake) return fall_asleep(true, now);  // it comes after the last message (§6.14)
    if (!pinging_) {
        ++ignored_received_;
        return;
    }
    pinging_ = false;
    retry_.stop();
}

}  // namespace trunkline::mqttsn
