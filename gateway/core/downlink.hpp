#pragma once
// Messages on their way from the broker to one sensor.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gateway/core/settings.hpp"
#include "gateway/core/store_batch.hpp"
#include "gateway/core/wire_topic.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/mqtt/client.hpp"
#include "protocol/mqttsn/retry.hpp"
#include "protocol/mqttsn/types.hpp"

namespace trunkline::gateway {

/// A bounded queue, and the exchange that is running for its first message: at most one (MQTT-SN 1.2 §6.6). QoS 1 and 2
/// messages stay the broker's until the sensor has them: they are acknowledged upstream when they leave the queue.
/// A QoS 2 message that was sent keeps its MsgId whatever happens to either connection: the sensor may have it, and
/// another MsgId would make another message of it. When the message goes, the exchange is held until it comes again.
class Downlink {
public:
    struct Message {
        std::string topic;
        std::vector<std::byte> payload;
        mqtt::QoS qos{};
        bool retain = false;
        mqtt::PacketId packet_id{};
        bool is_of_lost_connection = false;   // its PacketId means nothing to the present one
        bool was_sent = false;                // the next time carries DUP
        bool is_received = false;             // QoS 2: PUBREC came, PUBREL is left
        mqttsn::MsgId msg_id{};               // QoS 2: the sensor may know the message by it
        std::uint8_t refused_ids = 0;         // how often the sensor did not know its topic id
        bool is_own = false;                  // the broker is done with it: nobody but the gateway has it
        QueueNumber number{};                 // of an own one that is stored
        Instant expires_at = Instant::max();  // of an own one
    };
    /// A QoS 2 exchange whose message is the broker's again.
    struct Held {
        mqtt::PacketId packet_id{};
        mqttsn::MsgId msg_id{};
        bool is_received = false;
    };
    enum class Step : std::uint8_t { registering, publishing, releasing };
    enum class Added : std::uint8_t {
        queued,
        repeated,
        dropped,           // QoS 0
        left_with_broker,  // unacknowledged: it comes again on the broker's next connection
        refused
    };
    struct Addition {
        Added added{};
        std::size_t displaced = 0;  // older ones of QoS 0 that gave way
        friend bool operator==(const Addition&, const Addition&) = default;
    };
    struct Limits {
        std::size_t messages = 0;       // when one of QoS 0 comes
        std::size_t broker_window = 0;  // when one of QoS 1 or 2 comes
        std::size_t octets = 0;
        DownlinkPolicy policy{};
        bool broker_keeps_rest = true;  // what has no room stays there, unacknowledged
    };

    // filling
    /// What a full queue does, the policy decides; one message fits in any case.
    Addition add(const mqtt::ClientMessage& arrived, const Limits& limits);
    /// One that the broker is done with; `was_here`: before a restart. What has no room is dropped.
    Addition add_own(Message message, bool was_here, const Limits& limits);
    /// A PacketId for one of these, of QoS 2, that none of them has.
    mqtt::PacketId new_packet_id();
    /// The sensor's connection ends, though its session is kept here: what is of QoS 0 goes.
    void keep_for_later();
    /// Takes out the own ones whose time is over, but for one that is on its way to the sensor.
    std::vector<Message> take_expired(Instant now);
    /// The connection to the broker is gone.
    void upstream_lost();
    /// The broker has kept the session: it sends again what was not acknowledged, so the copies here go, but for one
    /// that is on its way to the sensor.
    void session_resumed();
    /// The broker begins a new session: no PacketId means anything in it. Those of exchanges that are not over.
    std::vector<mqtt::PacketId> session_lost();
    /// The sensor's connection ends, and the broker's with it: all that is here is the broker's again.
    void sensor_lost();
    /// An exchange from before a restart.
    void hold(Held held) { held_.push_back(held); }
    /// The broker is done with this message.
    void forget(mqtt::PacketId packet_id) {
        std::erase_if(held_, [&](const Held& held) { return held.packet_id == packet_id; });
    }
    /// The next MsgId is the one after this.
    void start_after(mqttsn::MsgId msg_id) { last_msg_id_ = static_cast<std::uint16_t>(msg_id); }
    void clear() { *this = Downlink(); }

    // serving, from the front
    /// The message to begin an exchange for; nothing while one is running, during a pause, and when there is none.
    Message* next();
    /// Gives the next() message, of QoS 2, the MsgId that it will be sent with. False: it has it.
    bool claim_msg_id();
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
    /// An exchange is running, and it names its topic in this way.
    bool runs_with(mqttsn::TopicIdType type) const { return exchange_ && exchange_->topic.type == type; }
    /// How long the answer that ends the running exchange took. Nothing: more than one copy was sent, and nobody knows
    /// which one was answered. Requires one.
    std::optional<Duration> round_trip(Instant now) const {
        return exchange_->was_repeated ? std::nullopt : std::optional(now - exchange_->begun_at);
    }
    /// Another copy of the running exchange's message leaves.
    void repeated() { exchange_->was_repeated = true; }
    bool is_repeated() const { return exchange_->was_repeated; }
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
    /// The broker holds something back that it sends on its next connection only.
    bool has_left_some() const { return has_left_some_; }
    std::size_t size() const { return queue_.size(); }
    std::span<const Message> waiting() const { return queue_; }
    /// Octets of their topics and payloads.
    std::size_t octets() const { return octets_; }

private:
    struct Exchange {
        Step step{};
        mqttsn::MsgId msg_id{};
        WireTopic topic;
        mqttsn::Retry retry;
        Instant begun_at;
        bool was_repeated = false;
    };
    static std::size_t octets_of(const Message& message) { return message.topic.size() + message.payload.size(); }
    /// Whether the first message is on its way to the sensor, or may have been.
    bool is_first_busy() const { return exchange_ || (!queue_.empty() && queue_.front().msg_id != mqttsn::MsgId{}); }
    bool has_room_for(std::size_t octets, std::size_t messages, const Limits& limits) const {
        return queue_.empty() || (queue_.size() < messages && octets_ + octets <= limits.octets);
    }
    bool drop_oldest_qos_0();
    /// Something: the new message has no room, and this becomes of it. Older ones of QoS 0 may have given way.
    std::optional<Added> make_room(std::size_t octets, bool is_qos_0, const Limits& limits, std::size_t& displaced);
    /// A message that has come again goes on with the exchange that was held for it.
    void take_up(Message& message, bool dup);
    /// Keeps the exchange of a message that goes, if there is one.
    void hold(const Message& message);
    mqttsn::MsgId new_msg_id();

    std::vector<Message> queue_;  // nothing on the heap while empty; as long as a window
    std::size_t octets_ = 0;      // of the queue
    bool has_left_some_ = false;  // with the broker
    std::vector<Held> held_;      // one for each of the broker's identifiers at most
    std::optional<Exchange> exchange_;
    std::optional<Instant> paused_until_;
    std::uint16_t last_msg_id_ = 0;
    std::uint16_t last_packet_id_ = 0;  // of own messages
};

}  // namespace trunkline::gateway
