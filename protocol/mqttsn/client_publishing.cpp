// How a client registers topic names and publishes (§6.5, §6.6, §6.13).

#include <cassert>
#include <utility>

#include "protocol/mqttsn/client.hpp"

namespace trunkline::mqttsn {
namespace {

/// How often one message may be registered anew after PUBACK "invalid topic id". A gateway that forgot its
/// registrations needs one; one that assigns ids and refuses them must not be asked for ever.
constexpr unsigned max_registered_again = 3;

/// Names that a gateway may register at a client. The owner's own names do not count: it knows how many it has.
constexpr std::size_t max_topic_names = 64;

}  // namespace

PublishId Client::publish(std::string_view topic, ByteView data, bool retain, Instant now) {
    assert(can_publish());
    const PublishId id{++last_publish_id_};
    exchange_ =
        Exchange{.id = id, .topic = topics_.place_of(topic), .data = {data.begin(), data.end()}, .retain = retain};
    start_step(now);
    return id;
}

// A new MsgId for every step: a late answer to what was sent before must not be taken for an answer to this.
void Client::start_step(Instant now) {
    using Step = Exchange::Step;
    if (++last_msg_id_ == 0) ++last_msg_id_;
    exchange_->msg_id = MsgId{last_msg_id_};
    exchange_->topic_id = topics_.id(exchange_->topic);
    exchange_->step = topics_.has_id(exchange_->topic) ? Step::publishing : Step::registering;
    send_step(false, now);
    supervise(now);
}

void Client::send_step(bool dup, Instant now) {
    Exchange& exchange = *exchange_;
    if (exchange.step == Exchange::Step::registering) {
        return send(Register{.msg_id = exchange.msg_id, .topic_name = topics_.name(exchange.topic)}, now);
    }
    assert(exchange.step == Exchange::Step::publishing);
    ++publishes_sent_;
    ++exchange.publishes_sent;
    send(Publish{.dup = dup,
                 .qos = QoS::at_least_once,
                 .retain = exchange.retain,
                 .topic_id_type = TopicIdType::normal,
                 .topic_id = exchange.topic_id,
                 .msg_id = exchange.msg_id,
                 .data = exchange.data},
         now);
}

bool Client::exchange_awaits(Exchange::Step step, MsgId msg_id) const {
    return exchange_ && exchange_->step == step && exchange_->msg_id == msg_id;
}

void Client::handle(const RegAck& message, Instant now) {
    const bool is_awaited = exchange_awaits(Exchange::Step::registering, message.msg_id);
    const bool is_accepted = message.return_code == ReturnCode::accepted;
    if (!is_awaited || (is_accepted && is_reserved(message.topic_id))) {
        ++ignored_received_;
        return;
    }
    if (message.return_code == ReturnCode::congestion) return wait_out_congestion(now);
    if (!is_accepted) return finish_publish(ClientPublished::Outcome::rejected, message.return_code);
    topics_.assign(exchange_->topic, message.topic_id);
    start_step(now);
}

void Client::handle(const PubAck& message, Instant now) {
    using Step = Exchange::Step;
    const bool is_accepted = message.return_code == ReturnCode::accepted;
    // While congested, one of two copies of the message may have been refused and the other accepted.
    const bool is_awaited = exchange_awaits(Step::publishing, message.msg_id) ||
                            (is_accepted && exchange_awaits(Step::congested, message.msg_id));
    if (!is_awaited) {
        ++ignored_received_;
        return;
    }
    switch (message.return_code) {
        case ReturnCode::accepted:
            return finish_publish(ClientPublished::Outcome::acknowledged);
        case ReturnCode::congestion:
            return wait_out_congestion(now);
        case ReturnCode::invalid_topic_id:
            return register_again(now);
        case ReturnCode::not_supported:
            return finish_publish(ClientPublished::Outcome::rejected, message.return_code);
    }
}

// The gateway has no such id (any more): register the name again and repeat the message (§6.6).
void Client::register_again(Instant now) {
    topics_.forget_id(exchange_->topic);
    if (exchange_->registered_again == max_registered_again) {
        return finish_publish(ClientPublished::Outcome::rejected, ReturnCode::invalid_topic_id);
    }
    ++exchange_->registered_again;
    start_step(now);
}

// Twait: nothing is published until the gateway has had time to recover. It is not given up, only later.
void Client::wait_out_congestion(Instant now) {
    exchange_->step = Exchange::Step::congested;
    retry_.stop();
    resume_at_ = now + settings_.congestion_pause;
}

void Client::finish_publish(ClientPublished::Outcome outcome, ReturnCode return_code) {
    events_.push_back(ClientPublished{.id = exchange_->id,
                                      .outcome = outcome,
                                      .return_code = return_code,
                                      .publishes_sent = exchange_->publishes_sent});
    if (exchange_->step == Exchange::Step::congested) {
        resume_at_.reset();
    } else {
        retry_.stop();
    }
    exchange_.reset();
}

// The gateway's own REGISTER, before it publishes under a name that the client does not know yet.
void Client::handle(const Register& message, Instant now) {
    if (state_ != State::active) {
        ++ignored_received_;
        return;
    }
    ReturnCode answer = ReturnCode::accepted;
    if (is_reserved(message.topic_id)) {
        answer = ReturnCode::invalid_topic_id;
    } else if (!topics_.knows(message.topic_name) && topics_.size() >= max_topic_names) {
        answer = ReturnCode::congestion;
    } else {
        topics_.assign(topics_.place_of(message.topic_name), message.topic_id);
    }
    send(RegAck{.topic_id = message.topic_id, .msg_id = message.msg_id, .return_code = answer}, now);
}

}  // namespace trunkline::mqttsn
