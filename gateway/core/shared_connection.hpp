#pragma once
// One of the few connections to the broker that the sensors of an aggregating gateway share.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gateway/core/shared_subscriptions.hpp"
#include "gateway/core/shared_uplink.hpp"
#include "gateway/core/store_batch.hpp"
#include "gateway/core/upstream.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/mqtt/client_events.hpp"

namespace trunkline::gateway {

/// MQTT-SN 1.2 §4.2: what sensors want of the broker goes over one MQTT session, the gateway's own, and what comes back
/// is told to whom it is for. It outlives the sensors: made for the first one, and kept. A message from the broker is
/// acknowledged when it stands in the queues of all its sensors, durably if there is a store, so that no sensor holds
/// up another. Sensors ask through a SharedUpstream each.
class SharedConnection {
public:
    /// In the tables of timers and connections; no sensor has these.
    static constexpr std::uint32_t first_owner = 0xfffffe00U;
    static constexpr std::size_t limit = 64;

    /// For one sensor.
    struct Told {
        SensorId sensor{};
        mqtt::ClientEvent event;
    };
    /// For all sensors with a session here.
    struct ToldAll {
        mqtt::ClientEvent event;
    };
    /// Whom it is for stands in receivers(), from the first of so many. taken() follows.
    struct Arrived {
        mqtt::ClientMessage message;
        std::size_t first = 0;
        std::size_t count = 0;
    };
    using Output = std::variant<Told, ToldAll, Arrived>;

    SharedConnection(std::size_t index, const Settings& settings);

    // inputs
    void upstream_opened(Shard& shard, Instant now);
    void upstream_received(ByteView bytes, Shard& shard, Instant now);
    void upstream_closed(Shard& shard, Instant now);
    void advance(Shard& shard, Instant now);
    /// Batches up to some ticket are durable.
    void stored(Shard& shard, Instant now);
    void follow_broker(Shard& shard, Instant now) { upstream_.follow(shard, now); }
    void shut_down(Shard& shard, Instant now);
    /// The store had this one.
    void restore(mqtt::PacketId received) { received_.insert(received); }
    /// The message stands in all queues that have room for it, once this batch is durable; no_ticket: it does.
    void taken(const mqtt::ClientMessage& message, Ticket ticket, Shard& shard, Instant now);

    // requests of sensors; the names are those of UpstreamSession
    /// Has the connection made, and kept.
    void want(Shard& shard, Instant now);
    std::optional<mqtt::PacketId> publish(SensorId sensor, std::string_view topic, ByteView payload, mqtt::QoS qos,
                                          bool retain, Shard& shard, Instant now);
    bool publish_as(SensorId sensor, SharedUplink::Message message, Shard& shard, Instant now);
    void release(SensorId sensor, mqtt::PacketId packet_id, Shard& shard, Instant now);
    /// False: not now.
    bool subscribe(SensorId sensor, mqtt::PacketId packet_id, std::string_view filter, mqtt::QoS qos, Shard& shard,
                   Instant now);
    void unsubscribe(SensorId sensor, std::string_view filter, Shard& shard, Instant now);
    void restore_subscription(SensorId sensor, std::string_view filter, mqtt::QoS qos, Shard& shard);
    /// Its session has ended; catch_up() follows.
    void forget(SensorId sensor, Shard& shard);

    /// Does what can be done now.
    void catch_up(Shard& shard, Instant now);

    // outputs
    /// `out` gets them, and gives its memory in return. What Arrived refers to is there until receivers_done().
    void take_outputs(std::vector<Output>& out) {
        out.clear();
        out.swap(outputs_);
    }
    std::span<const SharedSubscriptions::Receiver> receivers(const Arrived& arrived) const {
        return std::span(receivers_).subspan(arrived.first, arrived.count);
    }
    void receivers_done() { receivers_.clear(); }

    // deadline
    std::optional<Instant> next_deadline() const { return upstream_.next_deadline(); }

    // getters
    SensorId owner() const { return owner_; }
    bool is_connected() const { return upstream_.is_connected(); }
    bool is_slow(const Shard& shard) const { return upstream_.is_slow(shard); }
    bool is_back_soon(const Settings& settings, Instant now) const { return upstream_.is_back_soon(settings, now); }
    /// Nobody is asked at present, because nobody could be reached.
    bool is_pausing() const { return upstream_.is_pausing(); }
    mqtt::ProtocolVersion version() const { return upstream_.version(); }
    const std::string& client_id() const { return upstream_.client_id(); }
    std::size_t filters() const { return subscriptions_.size(); }
    /// Messages of sensors that wait for the broker, here and on their way.
    std::size_t uplink_messages() const { return uplink_.waiting() + upstream_.in_flight(); }

private:
    enum class Debt : std::uint8_t { puback, pubrec, pubcomp };
    struct Owed {
        Ticket ticket{};
        Debt debt{};
        mqtt::PacketId packet_id{};
    };

    /// What has happened, and what can be done now. Ends each input and request.
    void settle(Shard& shard, Instant now);
    void heed_events(Shard& shard, Instant now);
    void handle(mqtt::ClientConnected& event, Shard& shard, Instant now);
    void handle(mqtt::ClientRefused& event, Shard& shard, Instant now);
    void handle(mqtt::ClientDisconnected& event, Shard& shard, Instant now);
    void handle(mqtt::ClientPublished& event, Shard& shard, Instant now);
    void handle(mqtt::ClientGaveUp& event, Shard& shard, Instant now);
    void handle(mqtt::ClientReceived& event, Shard& shard, Instant now);
    void handle(mqtt::ClientReleased& event, Shard& shard, Instant now);
    void handle(mqtt::ClientSubscribed& event, Shard& shard, Instant now);
    void handle(mqtt::ClientUnsubscribed& event, Shard& shard, Instant now);
    void handle(mqtt::ClientMessage& event, Shard& shard, Instant now);
    void session_lost(Shard& shard);
    void pay(const Owed& owed, Shard& shard, Instant now);
    void send_waiting(Shard& shard, Instant now);
    void send_requests(Shard& shard, Instant now);
    void ask_for_retained(Shard& shard, Instant now);
    void tell(SensorId sensor, mqtt::ClientEvent event) { outputs_.push_back(Told{sensor, std::move(event)}); }
    /// Messages wait here for others.
    bool is_holding() const { return is_moving_ || subscriptions_.is_careful(); }
    void answer_sensors();

    SensorId owner_;
    std::uint8_t index_;
    bool is_wanted_ = false;
    bool has_begun_ = false;  // a session, in this life of the gateway
    bool is_refused_ = false;
    bool is_question_sent_ = false;
    bool is_moving_ = false;
    Upstream upstream_;
    SharedUplink uplink_;
    SharedSubscriptions subscriptions_;
    std::set<mqtt::PacketId> received_;  // QoS 2, in the queues; until PUBREL
    std::deque<Owed> owed_;              // tickets rise
    std::uint64_t owed_so_far_ = 0;      // all that was ever owed
    std::uint64_t retained_owed_ = 0;    // the same, with the last retained message
    std::vector<Output> outputs_;
    std::vector<SharedSubscriptions::Receiver> receivers_;
    std::vector<SharedSubscriptions::Answer> answers_;  // kept for its capacity, as are these
    std::vector<mqtt::ClientEvent> events_;
    std::vector<std::uint32_t> ids_;
};

}  // namespace trunkline::gateway
