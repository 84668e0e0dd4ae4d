#include "gateway/core/upstream.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace trunkline::gateway {

namespace {

/// The same as move_pause when it holds messages for a sleeper.
constexpr Duration move_pause_of_sleepers = std::chrono::seconds(10);

}  // namespace

Upstream::Upstream(SensorId owner, mqtt::ClientSettings settings, Random jitter)
    : owner_(owner), wants_clean_(settings.clean_start), client_(std::move(settings)), jitter_(jitter) {}

void Upstream::start_clean(Shard& shard, Instant now) {
    end(true, shard, now);
    has_connected_ = false;
    has_ended_old_ = true;
    open(shard, now);
}

void Upstream::open(Shard& shard, Instant now) { open_one(true, shard, now); }

void Upstream::open_one(bool may_be_spare, Shard& shard, Instant now) {
    assert(is_down());
    mqtt::ClientSettings settings = client_.settings();
    broker_ = shard.brokers.chosen();
    settings.version = shard.brokers.version(broker_).version();
    const bool is_v5 = settings.version == mqtt::ProtocolVersion::v5;
    is_probing_ = wants_clean_ && is_v5 && settings.session_expiry.count() != 0 && !has_connected_ && !has_ended_old_;
    settings.clean_start = wants_clean_ && !is_probing_ && !(is_v5 && has_connected_);
    // From the second connection on only another version makes another client, and not while this one has messages
    // under way: it knows the session.
    const bool differs = settings.version != client_.settings().version ||
                         (!has_connected_ && settings.clean_start != client_.settings().clean_start);
    if (differs && client_.in_flight() != 0) client_.change_version(settings.version, settings.clean_start);
    else if (differs) client_ = mqtt::Client(std::move(settings));
    client_.change_will(will_for(client_.settings().version, shard.settings));
    Credentials credentials = shard.credentials.of(client_.settings().client_id);
    client_.change_credentials(std::move(credentials.user_name), std::move(credentials.password));
    connected_at_ = never;
    deadlines_.set(Timer::connect, now + shard.settings.upstream_answer_timeout);
    ++shard.counters.upstream_opens;
    if (may_be_spare) connection_ = shard.spares.take(owner_, broker_, shard.connections, now);
    is_untried_ = connection_.has_value();
    if (!is_untried_) {
        connection_ = shard.connections.open(owner_, broker_);
        return;
    }
    ++shard.counters.spares_taken;
    opened(shard, now);
}

void Upstream::open_later(Shard& shard, Instant now) {
    assert(is_down());
    const Settings& settings = shard.settings;
    if (connected_at_ != never && now - connected_at_ >= settings.upstream_backoff_last) attempts_ = 0;
    connected_at_ = never;
    tried_ = 0;
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
    is_untried_ = false;
    client_.received(bytes, now);
    settle(shard, now);
    fall_back(shard, now);
}

void Upstream::closed(Shard& shard, Instant now) {
    const bool came_to_nothing = !was_opened_;
    const bool was_spent = is_untried_;
    let_go(now);
    if (was_spent) {
        // The broker was tired of it, or is another process by now: that says nothing of this sensor, nor of the
        // version that was spoken.
        ++shard.counters.spares_lost;
        client_.events_taken();
        return open_one(false, shard, now);
    }
    settle(shard, now);
    if (came_to_nothing) try_another(shard, now);
    else fall_back(shard, now);
}

void Upstream::follow(Shard& shard, Instant now) {
    const bool is_good = !shard.brokers.has_failed(shard.brokers.chosen());
    const bool waits = is_good && deadlines_.is_set(Timer::reopen);
    const bool is_elsewhere = is_good && connection_ && broker_ != shard.brokers.chosen();
    // Nobody has closed it, but nobody is there: what its sensor says meanwhile is to be stored, or refused.
    const bool is_dead = client_.is_connected() && shard.brokers.has_failed(broker_);
    if (deadlines_.is_set(Timer::turn) || !(waits || is_elsewhere || is_dead)) return;
    deadlines_.clear(Timer::reopen);
    deadlines_.set(Timer::turn, shard.reopen_rate.take_turn(now));
}

bool Upstream::is_due_to_move(bool holds_messages, Shard& shard, Instant now) {
    const std::optional<Instant> turn = deadlines_.at(Timer::turn);
    const bool is_right = broker_ == shard.brokers.chosen() && !shard.brokers.has_failed(broker_);
    if (!connection_ || !turn || now < *turn || is_right) return false;
    const bool is_idle = client_.in_flight() == 0 && !holds_messages;
    if (is_idle || !shard.brokers.is_well(broker_)) return true;
    deadlines_.set(Timer::turn, now + (holds_messages ? move_pause_of_sleepers : move_pause));
    return false;
}

void Upstream::advance(Shard& shard, Instant now) {
    if (deadlines_.take_due(Timer::reopen, now)) deadlines_.set(Timer::turn, shard.reopen_rate.take_turn(now));
    if (deadlines_.take_due(Timer::turn, now) && !connection_) open(shard, now);
    if (deadlines_.take_due(Timer::connect, now) && connection_) {
        const bool came_to_nothing = !was_opened_;
        shard.connections.release(*connection_);
        let_go(now);
        if (came_to_nothing) try_another(shard, now);
    }
    client_.advance(now);
    settle(shard, now);
}

std::optional<mqtt::PacketId> Upstream::publish(std::string_view topic, ByteView payload, mqtt::QoS qos, bool retain,
                                                Shard& shard, Instant now) {
    // The client keeps a QoS 1 message for its next connection. After a while the sensor is told to wait instead: it
    // still has the message, and a gateway that stops meanwhile would lose its copy.
    const bool may_wait = qos == mqtt::QoS::at_least_once && is_back_soon(shard.settings, now);
    if (!client_.is_connected() && !may_wait) return std::nullopt;
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
    return subscribe(filter, mqtt::SubscriptionOptions{.qos = qos}, 0, shard, now);
}

std::optional<mqtt::PacketId> Upstream::subscribe(std::string_view filter, const mqtt::SubscriptionOptions& options,
                                                  std::uint32_t subscription_id, Shard& shard, Instant now) {
    const std::optional<mqtt::PacketId> packet_id = client_.subscribe(filter, options, subscription_id, now);
    settle(shard, now);
    return packet_id;
}

void Upstream::ask(Shard& shard, Instant now) {
    client_.ping(now);
    settle(shard, now);
}

void Upstream::acknowledge(mqtt::PacketId packet_id, mqtt::ReasonCode reason, Shard& shard, Instant now) {
    client_.acknowledge(packet_id, reason);
    settle(shard, now);
}

Seldom<mqtt::ClientWill> Upstream::will_for(mqtt::ProtocolVersion version, const Settings& settings) const {
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
    attempts_ = 0;
    tried_ = 0;
    if (connection_) hang_up(reason, session_expiry, shard, now);
    connected_at_ = never;
}

void Upstream::hang_up(mqtt::ReasonCode reason, std::optional<std::chrono::seconds> session_expiry, Shard& shard,
                       Instant now) {
    client_.disconnect(reason, now, session_expiry);
    shard.connections.collect(*connection_, client_);
    shard.connections.release(*connection_);
    let_go(now);
    client_.events_taken();  // nobody asks what became of it
}

void Upstream::settle(Shard& shard, Instant now) {
    if (!connection_) return;
    if (client_.is_connected()) {
        deadlines_.clear(Timer::connect);
        if (connected_at_ == never) {
            connected_at_ = now;
            has_moved_ = has_connected_ && broker_ != last_broker_;
            has_connected_ = true;
            last_broker_ = broker_;
            away_since_ = never;
            tried_ = 0;
            shard.brokers.version(broker_).accepted(client_.settings().version);
            shard.brokers.answered(broker_, now);
        }
    }
    shard.connections.collect(*connection_, client_);
    if (!client_.close_requested()) return;
    shard.connections.release(*connection_);
    let_go(now);
}

void Upstream::try_another(Shard& shard, Instant now) {
    shard.brokers.version(broker_).failed();
    shard.brokers.failed(broker_);
    const auto bit = [](BrokerId broker) { return static_cast<std::uint16_t>(1U << static_cast<unsigned>(broker)); };
    tried_ = static_cast<std::uint16_t>(tried_ | bit(broker_));
    if (is_down() && (tried_ & bit(shard.brokers.chosen())) == 0) open(shard, now);
}

void Upstream::fall_back(Shard& shard, Instant now) {
    if (!is_down() || connected_at_ != never) return;
    BrokerVersion& broker = shard.brokers.version(broker_);
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
    if (connected_at_ != never && away_since_ == never) away_since_ = now;
    connection_.reset();
    is_untried_ = false;
    deadlines_.clear(Timer::connect);
    if (was_opened_) client_.transport_closed(now);
    was_opened_ = false;
}

}  // namespace trunkline::gateway
