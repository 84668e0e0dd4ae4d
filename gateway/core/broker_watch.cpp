#include "gateway/core/broker_watch.hpp"

#include <utility>
#include <variant>

namespace trunkline::gateway {

namespace {

/// A sign of life is late after that many intervals.
constexpr int patience = 2;

mqtt::ClientSettings watch_settings(const Settings& settings, BrokerId broker, mqtt::ProtocolVersion version) {
    mqtt::ClientSettings watch;
    watch.version = version;
    // Brokers of one cluster share their sessions: one ClientId for all would have them throw each other out.
    watch.client_id = settings.own_client_id + "-watch-" + std::to_string(static_cast<unsigned>(broker) + 1);
    watch.keep_alive = settings.broker_watch_interval;
    watch.answer_timeout = Duration(settings.broker_watch_interval) * patience;
    return watch;
}

bool says_unavailable(mqtt::ReasonCode reason) {
    return reason == mqtt::ReasonCode::server_unavailable || reason == mqtt::ReasonCode::server_busy ||
           reason == mqtt::ReasonCode::use_another_server || reason == mqtt::ReasonCode::server_moved;
}

}  // namespace

BrokerWatch::BrokerWatch(SensorId owner, BrokerId broker, const Settings& settings)
    : owner_(owner),
      broker_(broker),
      interval_(settings.broker_watch_interval),
      client_(watch_settings(settings, broker, settings.upstream_version)) {
    deadlines_.set(Timer::retry, Instant{});
}

void BrokerWatch::open(Shard& shard, Instant now) {
    client_ = mqtt::Client(watch_settings(shard.settings, broker_, shard.brokers.version(broker_).version()));
    const Credentials credentials = shard.credentials.of(client_.settings().client_id);
    client_.change_credentials(credentials.user_name, credentials.password);
    connection_ = shard.connections.open(owner_, broker_);
    connected_at_.reset();
    deadlines_.set(Timer::connect, now + interval_ * patience);
}

void BrokerWatch::upstream_opened(Shard& shard, Instant now) {
    was_opened_ = true;
    client_.transport_opened(now);
    settle(shard, now);
}

void BrokerWatch::upstream_received(ByteView bytes, Shard& shard, Instant now) {
    client_.received(bytes, now);
    settle(shard, now);
}

void BrokerWatch::upstream_closed(Shard& shard, Instant now) {
    const bool came_to_nothing = !was_opened_;
    let_go(now);
    if (came_to_nothing) failed(shard, now);
    settle(shard, now);
}

void BrokerWatch::advance(Shard& shard, Instant now) {
    if (deadlines_.take_due(Timer::retry, now)) open(shard, now);
    if (deadlines_.take_due(Timer::connect, now) && connection_) {
        shard.connections.release(*connection_);
        let_go(now);
        client_.events_taken();
        failed(shard, now);
    }
    client_.advance(now);
    settle(shard, now);
}

void BrokerWatch::shut_down(Shard& shard, Instant now) {
    deadlines_.clear_all();
    if (!connection_) return;
    client_.disconnect(mqtt::ReasonCode::success, now);
    shard.connections.collect(*connection_, client_);
    shard.connections.release(*connection_);
    let_go(now);
    client_.events_taken();
}

void BrokerWatch::settle(Shard& shard, Instant now) {
    if (connection_) {
        shard.connections.collect(*connection_, client_);
        if (client_.close_requested()) {
            shard.connections.release(*connection_);
            let_go(now);
        }
    }
    std::optional<mqtt::ReasonCode> refusal;
    std::optional<mqtt::ClientDisconnected::Cause> end;
    for (const mqtt::ClientEvent& event : client_.events()) {
        if (std::holds_alternative<mqtt::ClientConnected>(event)) {
            deadlines_.clear(Timer::connect);
            connected_at_ = now;
            is_refused_ = false;
            shard.brokers.version(broker_).accepted(client_.settings().version);
            shard.brokers.answered(broker_, now);
        }
        if (const auto* refused = std::get_if<mqtt::ClientRefused>(&event)) refusal = refused->reason;
        if (const auto* lost = std::get_if<mqtt::ClientDisconnected>(&event)) end = lost->cause;
    }
    client_.events_taken();
    if (refusal) return refused(*refusal, shard, now);
    if (!end) return;
    if (*end == mqtt::ClientDisconnected::Cause::answer_timeout) return failed(shard, now);
    if (connected_at_) return connection_lost(shard, now);
    // Without a CONNACK: some of 3.1.1 answer 5.0 like this [MQTT-3.1.2-2], and so does a broker that is dying.
    BrokerVersion& version = shard.brokers.version(broker_);
    if (!version.may_fall_back(client_.settings().version, false)) return failed(shard, now);
    version.fall_back();
    open(shard, now);
}

/// Was it the connection, or the broker? Who throws us out again and again is at least there.
void BrokerWatch::connection_lost(Shard& shard, Instant now) {
    if (now - *connected_at_ >= interval_) return open(shard, now);
    deadlines_.set(Timer::retry, now + interval_);
}

void BrokerWatch::refused(mqtt::ReasonCode reason, Shard& shard, Instant now) {
    BrokerVersion& version = shard.brokers.version(broker_);
    const mqtt::ProtocolVersion spoken = client_.settings().version;
    const bool is_version = reason == mqtt::ReasonCode::unsupported_protocol_version;
    if (is_version && version.may_fall_back(spoken, true)) {
        version.fall_back();
        return open(shard, now);
    }
    if (says_unavailable(reason)) return failed(shard, now);
    if (!is_version) version.accepted(spoken);
    if (!std::exchange(is_refused_, true))
        shard.tell(WatchRefused{shard.settings.brokers[static_cast<std::size_t>(broker_)], reason});
    shard.brokers.answered(broker_, now);
    deadlines_.clear(Timer::connect);
    deadlines_.set(Timer::retry, now + interval_);
}

void BrokerWatch::failed(Shard& shard, Instant now) {
    shard.brokers.version(broker_).failed();
    shard.brokers.fell_silent(broker_);
    deadlines_.clear(Timer::connect);
    deadlines_.set(Timer::retry, now + interval_);
}

void BrokerWatch::let_go(Instant now) {
    connection_.reset();
    if (was_opened_) client_.transport_closed(now);
    was_opened_ = false;
}

}  // namespace trunkline::gateway
