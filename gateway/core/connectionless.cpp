#include "gateway/core/connectionless.hpp"

#include "gateway/core/harmless_name.hpp"
#include "gateway/core/short_topic.hpp"
#include "protocol/base/utf8.hpp"
#include "protocol/mqtt/topic_name.hpp"

namespace trunkline::gateway {

namespace {

mqtt::ClientSettings upstream_settings(const Settings& settings) {
    mqtt::ClientSettings upstream;
    upstream.version = settings.upstream_version;
    upstream.client_id = settings.own_client_id;
    upstream.keep_alive = settings.upstream_keep_alive;
    upstream.answer_timeout = settings.upstream_answer_timeout;
    return upstream;
}

}  // namespace

Connectionless::Connectionless(const Settings& settings)
    : upstream_(owner, upstream_settings(settings), Random(settings.seed, settings.own_client_id, "back-off")) {}

void Connectionless::publish(const mqttsn::Publish& packet, Shard& shard, Instant now) {
    const ShortTopic short_topic(packet.topic_id);
    std::optional<std::string_view> topic;
    if (packet.topic_id_type == mqttsn::TopicIdType::predefined) topic = shard.predefined.topic_of(packet.topic_id, "");
    if (packet.topic_id_type == mqttsn::TopicIdType::short_name) topic = short_topic.name();
    // Normal ids belong to clients, and this sensor is none. Some say the length of a name instead, and then the name.
    ByteView data = packet.data;
    const auto length = static_cast<std::size_t>(packet.topic_id);
    if (packet.topic_id_type == mqttsn::TopicIdType::normal && shard.settings.takes_qos_minus_1_names &&
        length <= data.size() && is_mqtt_utf8(data.first(length))) {
        topic = as_text(data.first(length));
        data = data.subspan(length);
    }
    if (!topic || !mqtt::is_topic_name(*topic) || !is_harmless(*topic))
        return shard.counters.drop_uplink(DropCause::unknown_topic);
    if (!shard.rules->lets_in("") || !shard.rules->may_publish("", *topic)) {
        ++shard.counters.publish_denied;
        return shard.counters.drop_uplink(DropCause::denied);
    }
    if (upstream_.is_slow(shard)) return shard.counters.drop_uplink(DropCause::upstream_slow);
    if (upstream_.publish(*topic, data, mqtt::QoS::at_most_once, packet.retain, shard, now)) {
        ++shard.counters.publish_forwarded;
        return;
    }
    if (waiting_.size() >= shard.settings.maximum_connectionless_waiting) {
        waiting_.erase(waiting_.begin());  // the newest reading is worth most
        shard.counters.drop_uplink(DropCause::upstream_away);
    }
    waiting_.push_back({std::string(*topic), {data.begin(), data.end()}, packet.retain});
    want(shard, now);
}

void Connectionless::want(Shard& shard, Instant now) {
    is_wanted_ = true;
    if (upstream_.is_down()) upstream_.open(shard, now);
}

void Connectionless::upstream_opened(Shard& shard, Instant now) {
    upstream_.opened(shard, now);
    react(shard, now);
}

void Connectionless::upstream_received(ByteView bytes, Shard& shard, Instant now) {
    upstream_.received(bytes, shard, now);
    react(shard, now);
}

void Connectionless::upstream_closed(Shard& shard, Instant now) {
    upstream_.closed(shard, now);
    react(shard, now);
}

void Connectionless::advance(Shard& shard, Instant now) {
    if (upstream_.is_due_to_move(false, shard, now)) {
        upstream_.end(false, shard, now);
        upstream_.open(shard, now);
    }
    upstream_.advance(shard, now);
    react(shard, now);
}

void Connectionless::react(Shard& shard, Instant now) {
    for (const mqtt::ClientEvent& event : upstream_.events()) {
        const auto* lost = std::get_if<mqtt::ClientDisconnected>(&event);
        if (lost == nullptr || !upstream_.was_accepted()) continue;
        ++shard.counters.upstream_losses;
        shard.tell(UpstreamLost{shard.settings.own_client_id, lost->clause, lost->reason});
    }
    upstream_.events_taken();
    if (is_wanted_ && upstream_.is_down()) upstream_.open_later(shard, now);
    if (!upstream_.is_connected()) return;
    for (const Waiting& message : waiting_) {
        const bool taken =
            upstream_.publish(message.topic, message.payload, mqtt::QoS::at_most_once, message.retain, shard, now)
                .has_value();
        if (taken) ++shard.counters.publish_forwarded;
        else shard.counters.drop_uplink(DropCause::upstream_away);
    }
    waiting_.clear();
}

}  // namespace trunkline::gateway
