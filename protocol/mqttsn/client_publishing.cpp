// How a client registers topic names and publishes (§6.5 to §6.8, §6.13).

#include <cassert>
#include <utility>

#include "protocol/mqttsn/client.hpp"

namespace trunkline::mqttsn {
namespace {

/// How often one message may be registered anew after PUBACK "invalid topic id". A gateway that forgot its
/// registrations needs one; one that assigns ids and refuses them must not be asked for ever.
constexpr unsigned max_registered_again = 3;

}  // namespace

PublishId Client::publish(const Topic& topic, QoS qos, ByteView data, bool retain, Instant now) {
    assert(can_publish());
    assert(qos != QoS::minus_one);
    const PublishId id{++last_publish_id_};
    const bool is_named = topic.type == TopicIdType::normal;
    request_ = Publishing{.id = id,
                          .place = is_named ? topics_.place_of(topic.name) : TopicIds::Place{},
                          .data = {data.begin(), data.end()},
                          .topic_id_type = topic.type,
                          .qos = qos,
                          .retain = retain,
                          .topic_id = topic.id};
    start_request(now);
    return id;
}

// It is nobody's connection that this keeps alive: the time of the next PINGREQ stays.
void Client::publish_without_connection(const Topic& topic, ByteView data, bool retain, Instant now) {
    assert(topic.type != TopicIdType::normal);
    const Instant last_sent = last_sent_;
    ++publishes_sent_;
    send(Publish{.qos = QoS::minus_one,
                 .retain = retain,
                 .topic_id_type = topic.type,
                 .topic_id = topic.id,
                 .msg_id = {},
                 .data = data},
         now);
    last_sent_ = last_sent;
}

void Client::start(Publishing& publishing, Instant now) {
    publishing.msg_id = next_msg_id();
    publishing.step = Publishing::Step::publishing;
    if (publishing.topic_id_type == TopicIdType::normal) {
        publishing.topic_id = topics_.id(publishing.place);
        if (!topics_.has_id(publishing.place)) publishing.step = Publishing::Step::registering;
    }
    send_step(publishing, false, now);
    const bool is_answered = publishing.step == Publishing::Step::registering || is_acknowledged(publishing.qos);
    if (!is_answered) return end_request(RequestOutcome::sent);
    supervise(now);
}

void Client::send_step(Publishing& publishing, bool dup, Instant now) {
    switch (publishing.step) {
        case Publishing::Step::registering:
            return send(
                Register{.topic_id = {}, .msg_id = publishing.msg_id, .topic_name = topics_.name(publishing.place)},
                now);
        case Publishing::Step::publishing:
            ++publishes_sent_;
            ++publishing.publishes_sent;
            return send(Publish{.dup = dup,
                                .qos = publishing.qos,
                                .retain = publishing.retain,
                                .topic_id_type = publishing.topic_id_type,
                                .topic_id = publishing.topic_id,
                                .msg_id = is_acknowledged(publishing.qos) ? publishing.msg_id : MsgId{0},
                                .data = publishing.data},
                        now);
        case Publishing::Step::releasing:
            return send(PubRel{.msg_id = publishing.msg_id}, now);
    }
}

Client::Publishing* Client::publishing_at(Publishing::Step step, MsgId msg_id) {
    auto* publishing = std::get_if<Publishing>(&request_);
    const bool is_it = publishing != nullptr && publishing->step == step && publishing->msg_id == msg_id;
    return is_it ? publishing : nullptr;
}

void Client::handle(const RegAck& message, Instant now) {
    const Publishing* publishing = publishing_at(Publishing::Step::registering, message.msg_id);
    const bool is_accepted = message.return_code == ReturnCode::accepted;
    if (publishing == nullptr || is_congested() || (is_accepted && is_reserved(message.topic_id))) {
        ++ignored_received_;
        return;
    }
    if (message.return_code == ReturnCode::congestion) return wait_out_congestion(now);
    if (!is_accepted) return end_request(RequestOutcome::rejected, message.return_code);
    topics_.assign(publishing->place, message.topic_id);
    start_request(now);
}

// Ends QoS 1, and refuses QoS 2 in the place of PUBREC.
void Client::handle(const PubAck& message, Instant now) {
    if (message.msg_id == MsgId{0}) return handle_refused_qos_0(message, now);
    Publishing* publishing = publishing_at(Publishing::Step::publishing, message.msg_id);
    const bool is_accepted = message.return_code == ReturnCode::accepted;
    // While congested, one of two copies of the message may have been refused and the other accepted.
    const bool is_expected =
        publishing != nullptr && (is_accepted ? publishing->qos == QoS::at_least_once : !is_congested());
    if (!is_expected) {
        ++ignored_received_;
        return;
    }
    switch (message.return_code) {
        case ReturnCode::accepted:
            return end_request(RequestOutcome::acknowledged);
        case ReturnCode::congestion:
            return wait_out_congestion(now);
        case ReturnCode::invalid_topic_id:
            return register_again(*publishing, now);
        case ReturnCode::not_supported:
            return end_request(RequestOutcome::rejected, message.return_code);
    }
}

// A QoS 0 message is gone, but the next one can do better.
void Client::handle_refused_qos_0(const PubAck& message, Instant now) {
    if (state_ != State::active) {
        ++ignored_received_;
    } else if (message.return_code == ReturnCode::invalid_topic_id) {
        topics_.forget(message.topic_id);
    } else if (message.return_code == ReturnCode::congestion && can_request()) {
        wait_out_congestion(now);
    } else {
        ++ignored_received_;
    }
}

// The gateway has no such id (any more): register the name again and repeat the message (§6.6). An id that is no
// registered one cannot be healed.
void Client::register_again(Publishing& publishing, Instant now) {
    const bool is_named = publishing.topic_id_type == TopicIdType::normal;
    if (is_named) topics_.forget(publishing.topic_id);
    if (!is_named || publishing.registered_again == max_registered_again) {
        return end_request(RequestOutcome::rejected, ReturnCode::invalid_topic_id);
    }
    ++publishing.registered_again;
    start_request(now);
}

// The message is the gateway's now; PUBREL has its own retries.
void Client::handle(const PubRec& message, Instant now) {
    Publishing* publishing = publishing_at(Publishing::Step::publishing, message.msg_id);
    if (publishing == nullptr || publishing->qos != QoS::exactly_once) {
        ++ignored_received_;
        return;
    }
    resume_at_.reset();  // a copy was refused by "congestion", this one was not
    publishing->step = Publishing::Step::releasing;
    send_step(*publishing, false, now);
    supervise(now);
}

void Client::handle(const PubComp& message, Instant) {
    if (publishing_at(Publishing::Step::releasing, message.msg_id) == nullptr) {
        ++ignored_received_;
        return;
    }
    end_request(RequestOutcome::acknowledged);
}

}  // namespace trunkline::mqttsn
