// The client as a sender: PUBLISH, and its acknowledgements (5.0 §4.3).

#include <algorithm>
#include <cassert>
#include <cstddef>

#include "protocol/base/utf8.hpp"
#include "protocol/mqtt/client.hpp"
#include "protocol/mqtt/reason_codes.hpp"
#include "protocol/mqtt/topic_name.hpp"

namespace trunkline::mqtt {

using Stage = OutboundWindow::Stage;

std::optional<PacketId> Client::publish(std::string_view topic, ByteView payload, QoS qos, bool retain, Instant now,
                                        Properties properties) {
    assert(!properties.number(PropertyId::topic_alias));
    if (!is_topic_name(topic) || !is_mqtt_utf8(as_byte_view(topic))) return std::nullopt;
    if (qos == QoS::at_most_once)
        return publish_at_most_once({.retain = retain, .topic = topic, .properties = properties, .payload = payload},
                                    now);
    if (!has_room()) return std::nullopt;
    const std::optional<PacketId> packet_id = free_packet_id();
    if (!packet_id) return std::nullopt;
    outbound_.get().add({.packet_id = *packet_id,
                         .qos = qos,
                         .retain = retain,
                         .topic = topic,
                         .payload = payload,
                         .properties = properties.octets()});
    send_waiting(now);
    return packet_id;
}

bool Client::publish_as(PacketId packet_id, std::string_view topic, ByteView payload, bool retain, bool was_sent,
                        Instant now) {
    assert(static_cast<std::uint16_t>(packet_id) > settings_.last_own_packet_id);
    if (!is_topic_name(topic) || !is_mqtt_utf8(as_byte_view(topic))) return false;
    if (!has_room() || find_sent(packet_id) != nullptr) return false;
    outbound_.get().add({.packet_id = packet_id,
                         .qos = QoS::exactly_once,
                         .retain = retain,
                         .topic = topic,
                         .payload = payload,
                         .was_sent = was_sent});
    send_waiting(now);
    return true;
}

bool Client::has_room() const {
    if (!has_connected_) return false;
    if (in_flight() >= settings_.in_flight_limit) return false;
    // What is set aside leaves after all others: it takes no place of theirs.
    return !is_connected() || !outbound_ ||  // [MQTT-3.3.4-7] [MQTT-4.9.0-2]
           in_flight() - outbound_->set_aside() < limits_.receive_maximum;
}

std::optional<PacketId> Client::publish_at_most_once(const Publish& packet, Instant now) {
    if (!is_connected() || server_refusal(packet)) return std::nullopt;
    send_publish(packet, now);
    return PacketId{};
}

void Client::send_publish(const Publish& packet, Instant now) {
    restart_ping_timer(now);
    const std::uint16_t limit = std::min(settings_.topic_alias_limit, limits_.topic_alias_maximum);
    if (limit == 0 || !is_v5()) {
        encode(packet, settings_.version, output_);
        return;
    }
    if (!aliases_) aliases_ = std::make_unique<SentTopicAliases>(limit);
    const bool may_grow =
        encoded_size(packet, settings_.version) + SentTopicAliases::largest_addition <= limits_.maximum_packet_size;
    encode(aliases_->shortened(packet, may_grow), settings_.version, output_);
}

/// What the server said in CONNACK that it does not take, in the code that it would use.
std::optional<ReasonCode> Client::server_refusal(const Publish& packet) const {
    if (packet.retain && !limits_.takes_retain) return ReasonCode::retain_not_supported;  // [MQTT-3.2.2-14]
    if (packet.qos > limits_.maximum_qos) return ReasonCode::qos_not_supported;           // [MQTT-3.2.2-11]
    // Nearly always it is far from the limit, so that nobody has to know exactly.
    constexpr std::size_t headers = 16;  // of a PUBLISH: 2.1.4, 3.3.2
    const std::size_t contents = packet.topic.size() + packet.properties.octets().size() + packet.payload.size();
    if (contents + headers <= limits_.maximum_packet_size) return std::nullopt;
    const std::size_t size = encoded_size(packet, settings_.version);
    if (size > limits_.maximum_packet_size) return ReasonCode::packet_too_large;  // [MQTT-3.2.2-15]
    return std::nullopt;
}

/// After CONNACK: what earlier connections have left unfinished.
void Client::take_up_session(bool is_new, Instant now) {
    if (is_new && inbound_) inbound_->twice.clear();
    if (!outbound_) return;
    if (is_new) {
        outbound_->session_started();
        while (!outbound_->released().empty()) {
            const OutboundWindow::Message& taken = outbound_->released().front();
            events_.push_back(ClientPublished{taken.packet_id, taken.received_as});
            outbound_->remove(taken.packet_id);
        }
    }
    for (const OutboundWindow::Message& message : outbound_->released()) {
        if (message.stage == Stage::released)
            send(PubRel{.packet_id = message.packet_id}, now);  // [MQTT-4.4.0-1] [MQTT-4.6.0-4]
    }
    send_waiting(now);
}

/// Of messages that were once published: sends what this connection has not sent yet, in order, as far as the server's
/// Receive Maximum goes. [MQTT-3.3.4-7]
void Client::send_waiting(Instant now) {
    while (is_connected() && outbound_->on_the_way() < limits_.receive_maximum) {
        if (must_wait()) return;
        take_back_suspect();
        const OutboundWindow::Message* message = outbound_->next();
        if (message == nullptr) return;
        const Publish packet{.dup = message->was_sent,  // [MQTT-3.3.1-1] [MQTT-4.3.2-2] [MQTT-4.3.3-2]
                             .qos = message->qos,
                             .retain = message->retain,
                             .topic = message->topic,
                             .packet_id = message->packet_id,
                             .properties = Properties::trusted(message->properties),
                             .payload = message->payload};
        if (const std::optional<ReasonCode> refusal = server_refusal(packet)) {
            events_.push_back(ClientPublished{message->packet_id, *refusal});
            outbound_->drop_next();
            answered(now);
            continue;
        }
        send_publish(packet, now);
        outbound_->next_was_sent();
    }
}

// An acknowledgement for nothing that was sent here changes nothing, so that the connection need not pay for it.

void Client::handle(const PubAck& packet, Instant now) {
    // RabbitMQ 3.10 takes QoS 2 for QoS 1, and answers so: it has the message, and will not say PUBREC.
    const OutboundWindow::Message* message = find_sent(packet.packet_id);
    if (message == nullptr || message->stage != Stage::sent) return;
    finish(packet.packet_id, packet.reason, now);  // be it with a failure [MQTT-4.4.0-2]
}

/// Mosquitto 2.0.11 answers what is above its message_size_limit by 0x95, packet too large, which 5.0 lists for neither
/// [MQTT-3.4.2-1] [MQTT-3.5.2-1]. Who ended the connection for that would get the same answer on the next one, for
/// ever. False: it is nothing of the kind.
bool Client::heed_unlisted_failure(const Frame& frame, Instant now) {
    const bool is_ack = frame.type() == PacketType::puback || frame.type() == PacketType::pubrec;
    if (!is_v5() || !is_ack || frame.body.size() < 3) return false;
    const auto reason = static_cast<ReasonCode>(frame.body[2]);
    if (!is_failure(reason) || may_stand_in(reason, frame.type())) return false;
    const PacketId packet_id{static_cast<std::uint16_t>(std::to_integer<unsigned>(frame.body[0]) << 8U |
                                                        std::to_integer<unsigned>(frame.body[1]))};
    if (frame.type() == PacketType::puback) handle(PubAck{.packet_id = packet_id, .reason = reason}, now);
    else handle(PubRec{.packet_id = packet_id, .reason = reason}, now);
    return true;
}

void Client::handle(const PubRec& packet, Instant now) {
    const OutboundWindow::Message* message = find_sent(packet.packet_id);
    if (message == nullptr || message->qos != QoS::exactly_once) {
        // The server holds an exchange that we know nothing of, and would hold it for ever.
        if (!is_failure(packet.reason))
            send(PubRel{.packet_id = packet.packet_id, .reason = ReasonCode::packet_identifier_not_found}, now);
        return;
    }
    if (message->stage == Stage::waiting || message->stage == Stage::received) return;
    if (message->stage == Stage::sent) {
        if (is_failure(packet.reason)) return finish(packet.packet_id, packet.reason, now);  // [MQTT-4.4.0-2]
        outbound_->receive(packet.packet_id, packet.reason);
        if (!settings_.completes_itself) return events_.push_back(ClientReceived{packet.packet_id});
        outbound_->release(packet.packet_id);
    }
    send(PubRel{.packet_id = packet.packet_id}, now);  // [MQTT-4.3.3-4]; and again for PUBREC again
}

void Client::release(PacketId packet_id, Instant now) {
    const OutboundWindow::Message* message = find_sent(packet_id);
    if (message == nullptr) {
        assert(static_cast<std::uint16_t>(packet_id) > settings_.last_own_packet_id);
        outbound_.get().add_released(packet_id);
    } else if (message->stage == Stage::received) {
        outbound_->release(packet_id);
    } else {
        return;
    }
    if (is_connected()) send(PubRel{.packet_id = packet_id}, now);
}

void Client::handle(const PubComp& packet, Instant now) {
    const OutboundWindow::Message* message = find_sent(packet.packet_id);
    if (message == nullptr || message->stage != Stage::released) return;
    // The server took the message over with PUBREC. That it no longer knows the identifier (0x92) is all that PUBCOMP
    // could add, and it does not undo that.
    finish(packet.packet_id, message->received_as, now);
}

void Client::finish(PacketId packet_id, ReasonCode reason, Instant now) {
    outbound_->remove(packet_id);
    events_.push_back(ClientPublished{packet_id, reason});
    outbound_->another_passed();
    answered(now);
    send_waiting(now);
}

/// One that is not in use. [MQTT-2.2.1-3] 3.1.1 [MQTT-2.3.1-2]
std::optional<PacketId> Client::free_packet_id() {
    for (unsigned attempt = 0; attempt < settings_.last_own_packet_id; ++attempt) {
        const PacketId packet_id{next_packet_id_};
        const bool is_last = next_packet_id_ == settings_.last_own_packet_id;
        next_packet_id_ = is_last ? std::uint16_t{1} : static_cast<std::uint16_t>(next_packet_id_ + 1);
        const auto is_it = [packet_id](const Request& request) { return request.packet_id == packet_id; };
        if (find_sent(packet_id) == nullptr && std::none_of(requests_.begin(), requests_.end(), is_it))
            return packet_id;
    }
    return std::nullopt;
}

}  // namespace trunkline::mqtt
