// The will: prompted for at CONNECT, updated at any time, published when its client is lost (MQTT-SN 1.2 §6.2 to §6.4).

#include "gateway/core/will.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "gateway/core/client.hpp"
#include "gateway/core/harmless_name.hpp"
#include "gateway/core/qos.hpp"
#include "protocol/mqtt/topic_name.hpp"

namespace trunkline::gateway {

void Client::prompt_for_will(const Request& request, Shard& shard, Instant now) {
    // Who was connected is not missed before it would be as one that is.
    const bool is_of_connected = has_will_due();
    const Duration supervised = is_of_connected ? with_tolerance(request.keep_alive) : Duration::zero();
    const Instant give_up_at = now + std::max(shard.settings.retry.patience(), supervised);
    state_ = PromptingWill{request, give_up_at, std::nullopt, is_of_connected};
    gate_.send(shard, request.from, mqttsn::WillTopicReq{});
}

bool Client::may_be_will_topic(std::string_view topic, Shard& shard) const {
    if (!mqtt::is_topic_name(topic) || !is_harmless(topic)) return false;
    if (shard.rules->may_publish(client_id_, topic)) return true;
    ++shard.counters.wills_denied;
    return false;
}

void Client::received_will(const mqttsn::Message& message, PromptingWill& prompting, Shard& shard, Instant now) {
    const Request request = prompting.request;
    if (const auto* topic = std::get_if<mqttsn::WillTopic>(&message)) {
        if (topic->topic.empty()) return connect_upstream(request, std::nullopt, shard, now);  // no will, after all
        if (!may_be_will_topic(topic->topic, shard))
            return refuse(request.from, mqttsn::ReturnCode::not_supported, mqtt::ReasonCode::success, shard, now);
        prompting.will = Will{std::string(topic->topic), {}, qos_of(topic->qos), topic->retain};
        return gate_.send(shard, request.from, mqttsn::WillMsgReq{});
    }
    const auto* will_message = std::get_if<mqttsn::WillMsg>(&message);
    if (will_message == nullptr || !prompting.will) {
        ++shard.counters.unexpected;
        return;
    }
    Will will = std::move(*prompting.will);
    will.message.assign(will_message->message.begin(), will_message->message.end());
    connect_upstream(request, will, shard, now);
}

// The answer to the last prompt again: CONNACK was lost. A client that does not know what was lost repeats what it sent
// last (§6.13).
void Client::handle(const mqttsn::WillTopic&, Connection& connection, Shard& shard, Instant now) {
    repeat_connack(connection, shard, now);
}

void Client::handle(const mqttsn::WillMsg&, Connection& connection, Shard& shard, Instant now) {
    repeat_connack(connection, shard, now);
}

void Client::repeat_connack(Connection& connection, Shard& shard, Instant now) {
    if (connection.request.will && may_be_repeated(connection, shard.settings, now))
        return gate_.send(shard, connection.request.from, mqttsn::ConnAck{mqttsn::ReturnCode::accepted});
    ++shard.counters.unexpected;
}

void Client::handle(const mqttsn::WillTopicUpd& packet, Connection& connection, Shard& shard, Instant now) {
    const bool deletes = packet.topic.empty();
    const bool is_good = deletes || may_be_will_topic(packet.topic, shard);
    if (deletes) {
        will_.reset();  // with its message
    } else if (is_good) {
        if (!will_) will_.emplace();
        will_->topic = packet.topic;
        will_->qos = qos_of(packet.qos);
        will_->retain = packet.retain;
    }
    if (is_good) will_changed(shard, now);
    gate_.send(shard, connection.request.from,
               mqttsn::WillTopicResp{is_good ? mqttsn::ReturnCode::accepted : mqttsn::ReturnCode::not_supported});
}

void Client::handle(const mqttsn::WillMsgUpd& packet, Connection& connection, Shard& shard, Instant now) {
    // Without a topic there is nothing that the message could be for.
    if (will_) {
        will_->message.assign(packet.message.begin(), packet.message.end());
        will_changed(shard, now);
    }
    gate_.send(shard, connection.request.from,
               mqttsn::WillMsgResp{will_ ? mqttsn::ReturnCode::accepted : mqttsn::ReturnCode::not_supported});
}

void Client::will_changed(Shard& shard, Instant now) {
    upstream_->change_will(will_);
    record(shard, now);
}

bool Client::has_will_due() const {
    const auto* prompting = std::get_if<PromptingWill>(&state_);
    return connection() != nullptr || (prompting != nullptr && prompting->is_of_connected);
}

void Client::lose(SensorGone::Cause cause, Shard& shard, Instant now) {
    if (!will_) return end(cause, shard, now);
    shard.tell(SensorGone{client_id_, cause});
    // The will goes over the sensor's own connection to the broker, and so under its rights; if that is away, once it
    // is back. Messages for the sensor are the broker's again when the connection ends.
    if (is_shared()) keep_queue(shard);
    else downlink_.sensor_lost();
    Lost& lost = state_.emplace<Lost>(Lost{now, std::nullopt, false, true});
    record(shard, now);
    publish_will(lost, shard, now);
    react(shard, now);
}

void Client::publish_will(Lost& lost, Shard& shard, Instant now) {
    // Due once, and not over and over while the broker is away: its return brings us here as well.
    if (lost.again_at && now >= *lost.again_at) lost.again_at.reset();
    if (owes_broker() || (lost.is_discarded && !upstream_->is_connected())) return;
    if (!lost.has_will) return leave(shard, now);
    if (lost.is_acknowledged) return will_published(lost.refusal, shard, now);
    if (lost.under_way || lost.again_at || !upstream_->is_connected()) return;
    const mqtt::QoS qos = std::min(will_->qos, lost.highest_qos);
    const bool retain = will_->retain && lost.may_retain;
    const auto packet_id = upstream_->publish(will_->topic, will_->message, qos, retain, shard, now);
    if (qos != mqtt::QoS::at_most_once) {
        lost.under_way = packet_id;  // nothing: no room among the readings under way, before one is acknowledged
        return;
    }
    // QoS 0 leaves at once, unless the broker has said that it does not take this.
    if (packet_id) return will_published({}, shard, now);
    if (lessen_will(lost, mqtt::ReasonCode::retain_not_supported)) return publish_will(lost, shard, now);
    will_published(mqtt::ReasonCode::packet_too_large, shard, now);
}

bool Client::lessen_will(Lost& lost, mqtt::ReasonCode reason) const {
    const mqtt::QoS qos = std::min(will_->qos, lost.highest_qos);
    // NATS says so by ending the connection, time after time.
    const bool is_hung_up_on =
        reason == mqtt::ReasonCode::implementation_specific_error && qos == mqtt::QoS::exactly_once;
    if (is_hung_up_on || (reason == mqtt::ReasonCode::qos_not_supported && qos != mqtt::QoS::at_most_once)) {
        lost.highest_qos = static_cast<mqtt::QoS>(static_cast<unsigned>(qos) - 1);
        return true;
    }
    if (reason != mqtt::ReasonCode::retain_not_supported || !will_->retain) return false;
    return std::exchange(lost.may_retain, false);
}

/// A broker that has no room now, as with a full disk, has it not: the same again after Tretry, but not for ever. Any
/// other answer is the last one.
void Client::will_answered(Lost& lost, mqtt::ReasonCode reason, const Shard& shard, Instant now) {
    constexpr std::chrono::minutes patience{5};
    if (lessen_will(lost, reason)) {
        lost.under_way.reset();  // and leaves again at once
        return;
    }
    lost.refusal = reason;
    if (reason != mqtt::ReasonCode::quota_exceeded || now >= lost.since + patience) {
        lost.is_acknowledged = true;
        return;
    }
    lost.under_way.reset();
    lost.again_at = now + shard.settings.retry.interval;
}

void Client::will_published(mqtt::ReasonCode reason, Shard& shard, Instant now) {
    const bool is_refused = mqtt::is_failure(reason);
    ++(is_refused ? shard.counters.wills_refused : shard.counters.wills_published);
    if (is_refused) shard.tell(WillRefused{client_id_, will_->topic, reason});
    else shard.tell(WillPublished{client_id_, will_->topic});
    give_up_upstream(shard, now);
    state_ = Disconnected{now};
    record(shard, now);
}

}  // namespace trunkline::gateway
