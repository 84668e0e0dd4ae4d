#pragma once
// Messages on their way from the broker to one sensor.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/core/wire_topic.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/mqtt/client.hpp"
#include "protocol/mqttsn/retry.hpp"
#include "protocol/mqttsn/types.hpp"

namespace trunkline::gateway {

/// A bounded queue, and the exchange that is running for its first message: at most one (MQTT-SN 1.2 §6.6). QoS 1
/// messages stay the broker's until the sensor has them: they are acknowledged upstream when they leave the queue.
class Downlink {
public:
    struct Message {
        std::string topic;
        std::vector<std::byte> payload;
        mqtt::QoS qos{};
        bool retain = false;
        mqtt::PacketId packet_id{};
        bool is_of_lost_connection = false;  // its PacketId means nothing to the present one
        bool was_sent = false;               // the next time carries DUP
        std::uint8_t refused_ids = 0;        // how often the sensor did not know its topic id
    };
    enum class Step : std::uint8_t { registering, publishing };
    enum class Added : std::uint8_t { queued, displaced_another, repeated, dropped };

    // filling
    /// A full queue drops its oldest QoS 0 message for the new one, and without any the new one: unacknowledged, so
    /// that the broker keeps it if its QoS is 1.
    Added add(const mqtt::ClientMessage& arrived, std::size_t limit);
    /// The connection to the broker is gone.
    void upstream_lost();
    /// The broker has kept the session: it sends again what was not acknowledged, so the copies here go, but for one
    /// that is on its way to the sensor.
    void session_resumed();
    void clear() { *this = Downlink(); }

    // serving, from the front
    /// The message to begin an exchange for; nothing while one is running, during a pause, and when there is none.
    Message* next();
    /// Begins the exchange for next(). Its MsgId is in a space of its own.
    mqttsn::MsgId begin(Step step, WireTopic topic, const mqttsn::RetrySettings& retry, Instant now);
    /// The answer that the running exchange waits for?
    bool awaits(Step step, mqttsn::MsgId msg_id) const {
        return exchange_ && exchange_->step == step && exchange_->msg_id == msg_id;
    }
    /// The running exchange, for retransmission. Requires one.
    Message& running() { return queue_.front(); }
    Step step() const { return exchange_->step; }
    mqttsn::MsgId msg_id() const { return exchange_->msg_id; }
    WireTopic topic() const { return exchange_->topic; }
    /// Ends the exchange, if any; its message stays the first.
    void step_back() { exchange_.reset(); }
    /// The same, and nothing begins until then: the sensor said congestion.
    void pause(Instant until) {
        exchange_.reset();
        paused_until_ = until;
    }
    /// Takes the first message out, and with it the exchange.
    Message take_first();

    // time
    /// What the passing of time demands of the running exchange. A pause that is over is forgotten.
    mqttsn::Retry::Due advance(Instant now);
    std::optional<Instant> next_deadline() const { return exchange_ ? exchange_->retry.deadline() : paused_until_; }

    // getters
    /// Something is being sent, or can be.
    bool is_busy() const { return exchange_.has_value() || (!queue_.empty() && !paused_until_); }
    bool empty() const { return queue_.empty(); }
    std::size_t size() const { return queue_.size(); }

private:
    struct Exchange {
        Step step{};
        mqttsn::MsgId msg_id{};
        WireTopic topic;
        mqttsn::Retry retry;
    };
    bool drop_oldest_qos_0();

    std::vector<Message> queue_;  // nothing on the heap while empty; as long as a window
    std::optional<Exchange> exchange_;
    std::optional<Instant> paused_until_;
    std::uint16_t last_msg_id_ = 0;
};

}  // namespace trunkline::gateway
