// What a client does with messages that the gateway begins: topics and messages (§6.5, §6.10).

#include <string>

#include "protocol/mqttsn/client.hpp"

namespace trunkline::mqttsn {
namespace {

/// Names that a gateway may register at a client. The owner's own names do not count: it knows how many it has.
constexpr std::size_t max_topic_names = 64;

}  // namespace

// The gateway's REGISTER comes before it publishes under a name that the client does not know yet.
void Client::handle(const Register& message, Instant now) {
    if (!is_listening()) {
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

void Client::handle(const Publish& message, Instant now) {
    if (!is_listening() || message.qos == QoS::minus_one) {  // §6.8: QoS -1 is for clients to send
        ++ignored_received_;
        return;
    }
    // §6.10: the gateway learns that the id means nothing here, whatever the QoS, and registers the name anew.
    if (message.topic_id_type == TopicIdType::normal && !topics_.name_of(message.topic_id)) {
        return refuse(message, ReturnCode::invalid_topic_id, now);
    }
    switch (message.qos) {
        case QoS::at_most_once:
        case QoS::minus_one:
            return deliver(message);
        case QoS::at_least_once:
            deliver(message);
            return send(PubAck{.topic_id = message.topic_id, .msg_id = message.msg_id, .return_code = {}}, now);
        case QoS::exactly_once:
            break;
    }
    const Qos2Inbox::Arrival arrival = inbox_.arrived(message.msg_id, now);
    if (arrival == Qos2Inbox::Arrival::no_room) return refuse(message, ReturnCode::congestion, now);
    if (arrival == Qos2Inbox::Arrival::first) deliver(message);
    send(PubRec{.msg_id = message.msg_id}, now);
}

// Answered in any case: the gateway repeats PUBREL until it hears PUBCOMP, also when the client has forgotten.
void Client::handle(const PubRel& message, Instant now) {
    if (!is_listening()) {
        ++ignored_received_;
        return;
    }
    inbox_.released(message.msg_id, now + settings_.retry.quarantine());
    send(PubComp{.msg_id = message.msg_id}, now);
}

void Client::refuse(const Publish& message, ReturnCode return_code, Instant now) {
    send(PubAck{.topic_id = message.topic_id, .msg_id = message.msg_id, .return_code = return_code}, now);
}

void Client::deliver(const Publish& message) {
    ClientMessage event{.topic = {},
                        .topic_id_type = message.topic_id_type,
                        .topic_id = message.topic_id,
                        .data = {message.data.begin(), message.data.end()},
                        .qos = message.qos,
                        .retain = message.retain,
                        .dup = message.dup};
    if (message.topic_id_type == TopicIdType::normal) event.topic = *topics_.name_of(message.topic_id);
    if (message.topic_id_type == TopicIdType::short_name) {
        const std::array<char, 2> name = short_name_of(message.topic_id);
        event.topic.assign(name.data(), name.size());
    }
    outputs().events.push_back(std::move(event));
}

}  // namespace trunkline::mqttsn
