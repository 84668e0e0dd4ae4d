#include "gateway/core/shared_connection.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "protocol/mqtt/properties.hpp"

namespace trunkline::gateway {

namespace {

/// QoS 1 and 2 messages that the broker may send before the first of them is acknowledged, and the other way round.
constexpr std::uint16_t window = 1'024;
/// SUBSCRIBE and UNSUBSCRIBE that wait for their answers: after an outage there may be a hundred thousand.
constexpr std::size_t request_limit = 64;

mqtt::ClientSettings upstream_settings(std::size_t index, const Settings& settings) {
    mqtt::ClientSettings upstream;
    upstream.version = settings.upstream_version;
    upstream.client_id = settings.own_client_id + "-shared-" + std::to_string(index + 1);
    upstream.clean_start = false;
    upstream.keep_alive = settings.upstream_keep_alive;
    upstream.session_expiry = settings.upstream_session_expiry;
    upstream.suspicion = settings.upstream_suspicion(Mode::aggregating);
    upstream.answer_timeout = settings.upstream_answer_timeout;
    upstream.topic_alias_limit = settings.upstream_topic_aliases;
    upstream.acknowledges_itself = false;
    upstream.completes_itself = false;
    upstream.last_own_packet_id = UpstreamSession::last_own_packet_id;
    upstream.receive_maximum = window;
    upstream.keeps_server_to_receive_maximum = false;
    upstream.in_flight_limit = window;
    return upstream;
}

}  // namespace

SharedConnection::SharedConnection(std::size_t index, const Settings& settings)
    : owner_{static_cast<std::uint32_t>(first_owner + index)},
      index_(static_cast<std::uint8_t>(index)),
      upstream_(owner_, upstream_settings(index, settings),
                Random(settings.seed + index, settings.own_client_id, "shared back-off")) {}

void SharedConnection::upstream_opened(Shard& shard, Instant now) {
    upstream_.opened(shard, now);
    settle(shard, now);
}

void SharedConnection::upstream_received(ByteView bytes, Shard& shard, Instant now) {
    upstream_.received(bytes, shard, now);
    settle(shard, now);
}

void SharedConnection::upstream_closed(Shard& shard, Instant now) {
    const bool came_to_nothing = !upstream_.is_connected();
    upstream_.closed(shard, now);
    // Who waits for CONNACK need not wait for its own time-out.
    if (came_to_nothing && upstream_.is_down())
        outputs_.push_back(ToldAll{mqtt::ClientRefused{mqtt::ReasonCode::server_unavailable}});
    settle(shard, now);
}

void SharedConnection::advance(Shard& shard, Instant now) {
    is_moving_ = upstream_.is_leaving(shard, now);
    if (upstream_.is_due_to_move(false, shard, now)) {
        upstream_.end(false, shard, now);
        mqtt::ClientDisconnected moved{.cause = mqtt::ClientDisconnected::Cause::own_disconnect};
        handle(moved, shard, now);
        is_moving_ = false;
        upstream_.open(shard, now);
    }
    upstream_.advance(shard, now);
    settle(shard, now);
}

void SharedConnection::shut_down(Shard& shard, Instant now) {
    is_wanted_ = false;
    // Without a store nobody will know whom the broker's messages are for.
    upstream_.end(!shard.durability.is_on(), shard, now);
}

void SharedConnection::want(Shard& shard, Instant now) {
    is_wanted_ = true;
    if (upstream_.is_down()) upstream_.open(shard, now);
    shard.shared_is_changed = true;
}

std::optional<mqtt::PacketId> SharedConnection::publish(SensorId sensor, std::string_view topic, ByteView payload,
                                                        mqtt::QoS qos, bool retain, Shard& shard, Instant now) {
    if (qos == mqtt::QoS::at_most_once) return upstream_.publish(topic, payload, qos, retain, shard, now);
    const bool may_wait = qos == mqtt::QoS::at_least_once && upstream_.is_back_soon(shard.settings, now);
    // One more than a sensor's own window: its will.
    if (!(upstream_.is_connected() || may_wait) || uplink_.count(sensor) > shard.settings.uplink_window)
        return std::nullopt;
    const mqtt::PacketId own = uplink_.new_packet_id(sensor);
    if (!uplink_.has_waiting() && !is_holding() && upstream_.has_room()) {
        const auto sent = upstream_.publish(topic, payload, qos, retain, shard, now);
        if (!sent) return std::nullopt;  // it is no topic
        uplink_.left(sensor, own, *sent);
        if (!upstream_.events().empty()) settle(shard, now);  // the broker does not take it
        return own;
    }
    uplink_.wait(sensor, {own, std::string(topic), {payload.begin(), payload.end()}, qos, retain});
    return own;
}

bool SharedConnection::publish_as(SensorId sensor, SharedUplink::Message message, Shard& shard, Instant now) {
    if (!upstream_.is_connected() || uplink_.count(sensor) > shard.settings.uplink_window) return false;
    uplink_.wait(sensor, std::move(message));
    settle(shard, now);
    return true;
}

void SharedConnection::release(SensorId sensor, mqtt::PacketId packet_id, Shard& shard, Instant now) {
    const auto known = uplink_.find(packet_id);
    if (known && known->sensor != sensor) return;            // 32,768 messages later the number is another's
    if (!known) uplink_.left(sensor, packet_id, packet_id);  // it left before a restart
    upstream_.release(packet_id, shard, now);
}

bool SharedConnection::subscribe(SensorId sensor, mqtt::PacketId packet_id, std::string_view filter, mqtt::QoS qos,
                                 Shard& shard, Instant now) {
    if (!upstream_.is_connected()) return false;
    subscriptions_.join(sensor, packet_id, filter, qos);
    settle(shard, now);
    return true;
}

void SharedConnection::unsubscribe(SensorId sensor, std::string_view filter, Shard& shard, Instant now) {
    subscriptions_.leave(sensor, filter);
    settle(shard, now);
}

void SharedConnection::restore_subscription(SensorId sensor, std::string_view filter, mqtt::QoS qos, Shard& shard) {
    subscriptions_.restore(sensor, filter, qos);
    is_wanted_ = true;
    shard.shared_is_changed = true;
}

void SharedConnection::forget(SensorId sensor, Shard& shard) {
    uplink_.forget(sensor);
    subscriptions_.leave_all(sensor);
    shard.shared_is_changed = true;
}

void SharedConnection::settle(Shard& shard, Instant now) {
    catch_up(shard, now);
    shard.shared_is_changed = true;
}

void SharedConnection::catch_up(Shard& shard, Instant now) {
    heed_events(shard, now);
    if (upstream_.is_connected()) {
        send_waiting(shard, now);
        const bool was_holding = is_holding();
        send_requests(shard, now);
        if (was_holding) send_waiting(shard, now);
        ask_for_retained(shard, now);
    } else if (is_wanted_ && upstream_.is_down()) {
        upstream_.open_later(shard, now);
    }
}

void SharedConnection::send_waiting(Shard& shard, Instant now) {
    std::size_t put_off = 0;
    while (upstream_.has_room() && !is_holding() && put_off < uplink_.turns()) {
        const SensorId sensor = uplink_.first_sensor();
        const SharedUplink::Message& message = uplink_.first();
        const mqtt::PacketId own = message.packet_id;
        if (static_cast<std::uint16_t>(own) > UpstreamSession::last_own_packet_id) {
            // Another sensor's message, 32,768 before, may be under way by the same identifier.
            if (upstream_.publish_as(own, message.topic, message.payload, message.retain, message.was_sent, shard,
                                     now)) {
                uplink_.take_first();
                uplink_.left(sensor, own, own);
            } else {
                uplink_.put_off();
                ++put_off;
            }
            continue;
        }
        const auto sent = upstream_.publish(message.topic, message.payload, message.qos, message.retain, shard, now);
        uplink_.take_first();
        if (sent) uplink_.left(sensor, own, *sent);
        else tell(sensor, mqtt::ClientPublished{own, mqtt::ReasonCode::topic_name_invalid});
    }
}

void SharedConnection::send_requests(Shard& shard, Instant now) {
    while (subscriptions_.under_way() < request_limit) {
        // Its answer, or the end of the connection, is to be about nothing else.
        if (subscriptions_.is_careful() && (subscriptions_.under_way() != 0 || upstream_.on_the_way() != 0)) break;
        const auto request = subscriptions_.next();
        if (!request) break;
        const auto packet_id = request->subscribes
                                   ? upstream_.subscribe(request->filter, request->options, request->id, shard, now)
                                   : upstream_.unsubscribe(request->filter, shard, now);
        if (packet_id) subscriptions_.asked(*packet_id);
        else subscriptions_.not_sent(answers_);
    }
    answer_sensors();
}

void SharedConnection::ask_for_retained(Shard& shard, Instant now) {
    if (upstream_.is_asked()) return;
    if (std::exchange(is_question_sent_, false)) {
        subscriptions_.question_answered();
        send_requests(shard, now);
    }
    // Behind the acknowledgement of the last one: a broker may hold others back until then.
    const bool owes_retained = !owed_.empty() && owed_so_far_ - owed_.size() < retained_owed_;
    if (!subscriptions_.awaits_retained() || owes_retained) return;
    subscriptions_.question_leaves();
    upstream_.ask(shard, now);
    is_question_sent_ = true;
}

void SharedConnection::answer_sensors() {
    for (const SharedSubscriptions::Answer& answer : answers_)
        tell(answer.sensor, mqtt::ClientSubscribed{answer.packet_id, {answer.reason}});
    answers_.clear();
}

void SharedConnection::taken(const mqtt::ClientMessage& message, Ticket ticket, Shard& shard, Instant now) {
    if (message.qos == mqtt::QoS::at_most_once) return;
    const bool is_twice = message.qos == mqtt::QoS::exactly_once;
    if (is_twice) received_.insert(message.packet_id);
    if (is_twice && shard.durability.is_on()) ticket = shard.durability.put(PutReceived{{index_, message.packet_id}});
    const Owed owed{ticket, is_twice ? Debt::pubrec : Debt::puback, message.packet_id};
    // One answer after the other, in the order of the messages [MQTT-4.6.0-2].
    if (owed_.empty() && ticket == no_ticket) return pay(owed, shard, now);
    owed_.push_back(owed);
    ++owed_so_far_;
    if (message.retain) retained_owed_ = owed_so_far_;
}

void SharedConnection::stored(Shard& shard, Instant now) {
    while (!owed_.empty() && shard.durability.is_stored(owed_.front().ticket)) {
        const Owed owed = owed_.front();
        owed_.pop_front();
        pay(owed, shard, now);
    }
    settle(shard, now);
}

void SharedConnection::pay(const Owed& owed, Shard& shard, Instant now) {
    if (owed.debt == Debt::pubcomp) return upstream_.complete(owed.packet_id, shard, now);
    upstream_.acknowledge(owed.packet_id, mqtt::ReasonCode::success, shard, now);
}

}  // namespace trunkline::gateway
