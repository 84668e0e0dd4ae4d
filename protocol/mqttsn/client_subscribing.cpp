// How a client subscribes and unsubscribes (§6.9).

#include <cassert>

#include "protocol/mqttsn/client.hpp"

namespace trunkline::mqttsn {

void Client::subscribe(const Topic& topic, QoS qos, Instant now) {
    assert(can_request());
    assert(qos != QoS::minus_one);
    request_ = Subscribing{.kind = Subscribing::Kind::subscribe,
                           .topic_id_type = topic.type,
                           .qos = qos,
                           .topic_id = topic.id,
                           .name = std::string(topic.name)};
    start_request(now);
}

void Client::unsubscribe(const Topic& topic, Instant now) {
    assert(can_request());
    request_ = Subscribing{.kind = Subscribing::Kind::unsubscribe,
                           .topic_id_type = topic.type,
                           .topic_id = topic.id,
                           .name = std::string(topic.name)};
    start_request(now);
}

void Client::start(Subscribing& subscribing, Instant now) {
    subscribing.msg_id = next_msg_id();
    send_step(subscribing, false, now);
    supervise(now);
}

void Client::send_step(const Subscribing& subscribing, bool dup, Instant now) {
    if (subscribing.kind == Subscribing::Kind::unsubscribe) {
        return send(Unsubscribe{.topic_id_type = subscribing.topic_id_type,
                                .msg_id = subscribing.msg_id,
                                .topic_name = subscribing.name,
                                .topic_id = subscribing.topic_id},
                    now);
    }
    send(Subscribe{.dup = dup,
                   .qos = subscribing.qos,
                   .topic_id_type = subscribing.topic_id_type,
                   .msg_id = subscribing.msg_id,
                   .topic_name = subscribing.name,
                   .topic_id = subscribing.topic_id},
         now);
}

Client::Subscribing* Client::subscribing_at(Subscribing::Kind kind, MsgId msg_id) {
    auto* subscribing = std::get_if<Subscribing>(&request_);
    const bool is_it = subscribing != nullptr && subscribing->kind == kind && subscribing->msg_id == msg_id;
    return is_it && !is_congested() ? subscribing : nullptr;
}

void Client::handle(const SubAck& message, Instant now) {
    Subscribing* subscribing = subscribing_at(Subscribing::Kind::subscribe, message.msg_id);
    if (subscribing == nullptr) {
        ++ignored_received_;
        return;
    }
    if (message.return_code == ReturnCode::congestion) return wait_out_congestion(now);
    if (message.return_code != ReturnCode::accepted) {
        return end_request(RequestOutcome::rejected, message.return_code);
    }
    subscribing->qos = message.qos;
    // The id of a plain name comes with SUBACK; for a filter with wildcards it is zero, and ids come by REGISTER.
    if (subscribing->topic_id_type == TopicIdType::normal && !is_reserved(message.topic_id)) {
        topics_.assign(topics_.place_of(subscribing->name), message.topic_id);
    }
    end_request(RequestOutcome::acknowledged);
}

void Client::handle(const UnsubAck& message, Instant) {
    if (subscribing_at(Subscribing::Kind::unsubscribe, message.msg_id) == nullptr) {
        ++ignored_received_;
        return;
    }
    end_request(RequestOutcome::acknowledged);
}

}  // namespace trunkline::mqttsn
