#include "gateway/core/upstream.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace trunkline::gateway {

Upstream::Upstream(SensorId owner, mqtt::ClientSettings settings, Random jitter)
    : owner_(owner), wants_clean_(settings.clean_start), client_(std::move(settings)), jitter_(jitter) {}

void Upstream::start_clean(Shard& shard, Instant now) {
    end(true, shard, now);
    has_connected_ = false;
    has_ended_old_ = true;
    open(shard, now);
}

void Upstream::open(Shard& shard, Instant now) {
    assert(is_down());
    mqtt::ClientSettings settings = client_.settings();
    settings.version = shard.broker_version.version();
    const bool is_v5 = settings.version == mqtt::ProtocolVersion::v5;
    is_probing_ = wants_clean_ && is_v5 && settings.session_expiry.count() != 0 && !has_connected_ && !has_ended_old_;
    settings.clean_start = wants_clean_ && !is_probing_ && !(is_v5 && has_connected_);
    // From the second connection on only another version makes another client: this one knows the session.
    const bool differs = settings.version != client_.settings().version ||
                         (!has_connected_ && settings.clean_start != client_.settings().clean_start);
    if (differs && client_.in_flight() == 0) client_ = mqtt::Client(std::move(settings));
    client_.change_will(will_for(client_.settings().version, shard.settings));
    connection_ = shard.connections.open(owner_);
    deadlines_.set(Timer::connect, now + shard.settings.upstream_answer_timeout);
    ++shard.counters.upstream_opens;
}

void Upstream::open_later(const Settings& settings, Instant now) {
    assert(is_down());
    if (connected_at_ && now - *connected_at_ >= settings.upstream_backoff_last) attempts_ = 0;
    connected_at_.reset();
    Duration window = settings.upstream_backoff_first;
    for (unsigned doubled = 0; doubled < attempts_ && window < settings.upstream_backoff_last; ++doubled) window *= 2;
    window = std::min(window, settings.upstream_backoff_last);
    attempts_ = static_cast<std::uint8_t>(std::min(attempts_ + 1, 255));
    const auto wait = jitter_.below(static_cast<std::uint64_t>(window.count()) + 1);
    deadlines_.set(Timer::reopen, now + Duration(static_cast<Duration::rep>(wait)));
}

void Upstream::opened(Shard& shard, Instant now) {
    client_.transport_opened(now);
    was_opened_ = true;
    settle(shard, now);
}

void Upstream::received(ByteView bytes, Shard& shard, Instant now) {
    client_.received(bytes, now);
    settle(shard, now);
    fall_back(shard, now);
}

void Upstream::closed(Shard& shard, Instant now) {
    let_go(now);
    settle(shard, now);
    fall_back(shard, now);
}

void Upstream::advance(Shard& shard, Instant now) {
    if (deadlines_.take_due(Timer::reopen, now)) deadlines_.set(Timer::turn, shard.reopen_rate.take_turn(now));
    if (deadlines_.take_due(Timer::turn, now)) open(shard, now);
    if (deadlines_.take_due(Timer::connect, now) && connection_) {
        shard.connections.release(*connection_);
        let_go(now);
    }
    client_.advance(now);
    settle(shard, now);
}

std::optional<mqtt::PacketId> Upstream::publish(std::string_view topic, ByteView payload, mqtt::QoS qos, bool retain,
                                                Shard& shard, Instant now) {
    // The client would keep a QoS 1 message for its next connection. The sensor is told to wait instead: it still has
    // the message, and a gateway that stops meanwhile would lose its copy.
    if (!client_.is_connected()) return std::nullopt;
    const std::optional<mqtt::PacketId> packet_id = client_.publish(topic, payload, qos, retain, now);
    settle(shard, now);
    return packet_id;
}

bool Upstream::publish_as(mqtt::PacketId packet_id, std::string_view topic, ByteView payload, bool retain,
                          bool was_sent, Shard& shard, Instant now) {
    const bool is_taken =
        client_.is_connected() && client_.publish_as(packet_id, topic, payload, retain, was_sent, now);
    settle(shard, now);
    return is_taken;
}

void Upstream::release(mqtt::PacketId packet_id, Shard& shard, Instant now) {
    client_.release(packet_id, now);
    settle(shard, now);
}

void Upstream::complete(mqtt::PacketId packet_id, Shard& shard, Instant now) {
    client_.complete(packet_id, now);
    settle(shard, now);
}

std::optional<mqtt::PacketId> Upstream::unsubscribe(std::string_view filter, Shard& shard, Instant now) {
    const std::optional<mqtt::PacketId> packet_id = client_.unsubscribe(filter, now);
    settle(shard, now);
    return packet_id;
}

std::optional<mqtt::PacketId> Upstream::subscribe(std::string_view filter, mqtt::QoS qos, Shard& shard, Instant now) {
    const std::optional<mqtt::PacketId> packet_id = client_.subscribe(filter, qos, now);
    settle(shard, now);
    return packet_id;
}

void Upstream::acknowledge(mqtt::PacketId packet_id, mqtt::ReasonCode reason, Shard& shard, Instant now) {
    client_.acknowledge(packet_id, reason);
    settle(shard, now);
}

std::optional<mqtt::ClientWill> Upstream::will_for(mqtt::ProtocolVersion version, const Settings& settings) const {
    const bool waits = version == mqtt::ProtocolVersion::v5;
    if (!will_ || !takes_will_ || !(waits || settings.will_upstream_311)) return std::nullopt;
    return mqtt::ClientWill{will_->topic, will_->message, will_->qos, will_->retain, settings.gateway_grace};
}

void Upstream::end(bool session_ends, Shard& shard, Instant now) {
    const auto expiry = session_ends ? std::optional(std::chrono::seconds(0)) : std::nullopt;
    finish(mqtt::ReasonCode::success, expiry, shard, now);
}

void Upstream::leave(Shard& shard, Instant now) {
    const bool waits = client_.settings().version == mqtt::ProtocolVersion::v5 && client_.settings().will;
    finish(waits ? mqtt::ReasonCode::disconnect_with_will_message : mqtt::ReasonCode::success, std::nullopt, shard,
           now);
}

void Upstream::finish(mqtt::ReasonCode reason, std::optional<std::chrono::seconds> session_expiry, Shard& shard,
                      Instant now) {
    deadlines_.clear_all();
    connected_at_.reset();
    attempts_ = 0;
    if (!connection_) return;
    if (client_.is_connected()) client_.disconnect(reason, now, session_expiry);
    shard.connections.collect(*connection_, client_);
    shard.connections.release(*connection_);
    let_go(now);
    client_.events_taken();  // nobody asks what became of it
}

void Upstream::settle(Shard& shard, Instant now) {
    if (!connection_) return;
    if (client_.is_connected()) {
        deadlines_.clear(Timer::connect);
        if (!connected_at_) {
            connected_at_ = now;
            has_connected_ = true;
            shard.broker_version.accepted(client_.settings().version);
        }
    }
    shard.connections.collect(*connection_, client_);
    if (!client_.close_requested()) return;
    shard.connections.release(*connection_);
    let_go(now);
}

void Upstream::fall_back(Shard& shard, Instant now) {
    if (!is_down() || connected_at_) return;
    BrokerVersion& broker = shard.broker_version;
    const mqtt::ProtocolVersion spoken = client_.settings().version;
    const mqtt::ClientEvent* last = client_.events().empty() ? nullptr : &client_.events().back();
    const auto* refused = last ? std::get_if<mqtt::ClientRefused>(last) : nullptr;
    using enum mqtt::ReasonCode;
    if (refused != nullptr && client_.settings().will &&
        (refused->reason == qos_not_supported || refused->reason == retain_not_supported)) {
        takes_will_ = false;  // [MQTT-3.2.2-12] [MQTT-3.2.2-13]
        client_.events_taken();
        return open(shard, now);
    }
    if (refused != nullptr && refused->reason != unsupported_protocol_version)
        return broker.accepted(spoken);  // it was understood
    // CONNACK 0x01 of 3.1.1 is none in 5.0; and some say nothing.
    const bool hung_up = last != nullptr && std::holds_alternative<mqtt::ClientDisconnected>(*last);
    const bool is_other_version = (refused != nullptr || hung_up) && client_.in_flight() == 0;
    if (!is_other_version || !broker.may_fall_back(spoken, refused != nullptr)) return broker.failed();
    broker.fall_back();
    client_.events_taken();
    open(shard, now);
}

void Upstream::let_go(Instant now) {
    connection_.reset();
    deadlines_.clear(Timer::connect);
    if (was_opened_) client_.transport_closed(now);
    was_opened_ = false;
}

}  // namespace trunkline::gateway
