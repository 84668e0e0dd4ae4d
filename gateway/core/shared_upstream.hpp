#pragma once
// A sensor's session over a connection that it shares.

#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/core/shared_connection.hpp"
#include "gateway/core/upstream_session.hpp"

namespace trunkline::gateway {

/// The session is the gateway's: it is there from the first CONNECT on, whatever the broker remembers. Its
/// subscriptions stand with the shared connection, what waits for the sensor in its own queue.
class SharedUpstream final : public UpstreamSession {
public:
    /// `connection` outlives it.
    SharedUpstream(SensorId owner, SharedConnection& connection) : owner_(owner), connection_(connection) {}

    void told(const mqtt::ClientEvent& event) override {
        if (is_open_) events_.push_back(event);
    }
    void open(Shard& shard, Instant now) override {
        is_open_ = true;
        connection_.want(shard, now);
        if (connection_.is_connected()) events_.push_back(mqtt::ClientConnected{true});
        else if (connection_.is_pausing()) events_.push_back(mqtt::ClientRefused{mqtt::ReasonCode::server_unavailable});
    }
    void open_later(Shard& shard, Instant now) override {
        is_open_ = true;
        connection_.want(shard, now);
    }
    std::optional<mqtt::PacketId> publish(std::string_view topic, ByteView payload, mqtt::QoS qos, bool retain,
                                          Shard& shard, Instant now) override {
        return connection_.publish(owner_, topic, payload, qos, retain, shard, now);
    }
    bool publish_as(mqtt::PacketId packet_id, std::string_view topic, ByteView payload, bool retain, bool was_sent,
                    Shard& shard, Instant now) override {
        return connection_.publish_as(owner_,
                                      {packet_id,
                                       std::string(topic),
                                       {payload.begin(), payload.end()},
                                       mqtt::QoS::exactly_once,
                                       retain,
                                       was_sent},
                                      shard, now);
    }
    void release(mqtt::PacketId packet_id, Shard& shard, Instant now) override {
        connection_.release(owner_, packet_id, shard, now);
    }
    std::optional<mqtt::PacketId> subscribe(std::string_view filter, mqtt::QoS qos, Shard& shard,
                                            Instant now) override {
        const mqtt::PacketId packet_id = new_packet_id();
        if (!connection_.subscribe(owner_, packet_id, filter, qos, shard, now)) return std::nullopt;
        return packet_id;
    }
    /// Answered here: what the broker sends from now on is not for this sensor.
    std::optional<mqtt::PacketId> unsubscribe(std::string_view filter, Shard& shard, Instant now) override {
        connection_.unsubscribe(owner_, filter, shard, now);
        const mqtt::PacketId packet_id = new_packet_id();
        events_.push_back(mqtt::ClientUnsubscribed{packet_id, mqtt::ReasonCode::success});
        return packet_id;
    }
    void restore_subscription(std::string_view filter, mqtt::QoS qos, Shard& shard) override {
        connection_.restore_subscription(owner_, filter, qos, shard);
    }
    void end(bool session_ends, Shard& shard, Instant) override {
        is_open_ = false;
        events_.clear();
        if (session_ends) forget(shard);
    }
    /// The end of the session.
    void forget(Shard& shard) { connection_.forget(owner_, shard); }

    std::span<const mqtt::ClientEvent> events() const override { return events_; }
    void events_taken() override { std::vector<mqtt::ClientEvent>().swap(events_); }

    bool is_connected() const override { return is_open_ && connection_.is_connected(); }
    bool is_slow(const Shard& shard) const override { return connection_.is_slow(shard); }
    bool is_back_soon(const Settings& settings, Instant now) const override {
        return is_open_ && connection_.is_back_soon(settings, now);
    }
    mqtt::ProtocolVersion version() const override { return connection_.version(); }
    bool is_down() const override { return !is_open_; }
    bool is_shared() const override { return true; }
    const SharedConnection& connection() const { return connection_; }

private:
    mqtt::PacketId new_packet_id() {
        last_request_ = static_cast<std::uint16_t>(last_request_ % last_own_packet_id + 1);
        return mqtt::PacketId{last_request_};
    }

    SensorId owner_;
    bool is_open_ = false;
    std::uint16_t last_request_ = 0;  // of SUBSCRIBE and UNSUBSCRIBE: answered apart from what is published
    SharedConnection& connection_;
    std::vector<mqtt::ClientEvent> events_;
};

}  // namespace trunkline::gateway
