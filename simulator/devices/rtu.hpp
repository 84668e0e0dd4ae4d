#pragma once
// A remote terminal unit: a device with plain MQTT, straight to the broker, and a sensor's habits.

#include <cstdint>
#include <span>
#include <vector>

#include "protocol/mqtt/client.hpp"
#include "simulator/devices/dialler.hpp"
#include "simulator/devices/measurements.hpp"
#include "simulator/devices/sensor_facts.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// Wants its first connection at a draw within its first interval and comes back whenever one has ended. Publishes what
/// waits while it is connected, oldest first, with up to the plan's number of them unacknowledged; those are part of
/// its session, and go on where they were on the next connection.
class Rtu {
public:
    /// `index`: of a sensor that speaks MQTT. The scenario and the pipe (measurements.hpp) outlive it.
    /// `start` is the run's beginning on the driver's
    /// line of time.
    Rtu(const Scenario& scenario, std::size_t index, Instant start, Pipe* pipe = nullptr);

    // inputs
    void transport_opened(Instant now);
    void received(ByteView bytes, Instant now);
    /// The connection is gone, or could not be opened; once per open request, also after close_requested().
    void transport_closed(Instant now);
    void advance(Instant now);
    /// Orderly end: DISCONNECT, and it does not come back.
    void leave(Instant now);
    /// Says DISCONNECT, and comes back as after a loss. Nothing happens unless it is connected.
    void hang_up(Instant now);
    /// Without a connection: wants one at this moment, whatever its habit.
    void connect_at(Instant at) { dialler_.start(at); }
    /// From now on so many times as many readings as planned.
    void set_pace(unsigned factor, Instant now) { measurements_.set_pace(factor, now); }
    /// What its calendar is ahead of its timers, and when sampling ends by them.
    void set_clock(Duration calendar_ahead, Instant sampling_ends) {
        measurements_.set_clock(calendar_ahead, sampling_ends);
    }

    // outputs
    /// True once: a transport is wanted.
    bool take_open_request() { return dialler_.take_request(); }
    std::size_t take_output(OutputBytes& out) { return client_.take_output(out); }
    /// Send the output first, then close, then transport_closed().
    bool close_requested() const { return client_.close_requested(); }
    std::span<const SensorFact> facts() const { return facts_; }
    void facts_taken() { facts_.clear(); }

    // deadline
    std::optional<Instant> next_deadline() const;

    // getters
    bool is_connected() const { return client_.is_connected(); }
    std::size_t waiting() const { return measurements_.waiting(); }
    std::size_t in_flight() const { return in_flight_.size(); }

private:
    struct InFlight {
        mqtt::PacketId packet_id{};
        std::uint64_t sequence = 0;
        unsigned transmissions = 1;
    };
    void offer_due(Instant now);
    void publish_waiting(Instant now);
    /// False: the client does not take it now, and it waits again.
    bool publish(const Measurement& measurement, Instant now);
    void subscribe_if_needed(Instant now);
    void settle(Instant now);

    void heed(const mqtt::ClientConnected& connected);
    void heed(const mqtt::ClientPublished& published);
    void heed(const mqtt::ClientSubscribed& subscribed);
    void heed(const mqtt::ClientMessage& message);
    // A refusal and a disconnect are followed by transport_closed(); an RTU unsubscribes never.
    void heed(const mqtt::ClientRefused&) {}
    void heed(const mqtt::ClientDisconnected&) {}
    void heed(const mqtt::ClientUnsubscribed&) {}
    void heed(const mqtt::ClientReceived&) {}  // the client completes QoS 2 itself
    void heed(const mqtt::ClientReleased&) {}
    void heed(const mqtt::ClientGaveUp&) {}

    const SensorPlan& plan_;
    Measurements measurements_;
    mqtt::Client client_;
    Dialler dialler_;
    std::vector<InFlight> in_flight_;  // QoS 1 and 2, in order
    bool is_connected_ = false;        // and SensorLost or SensorLeft has to follow
    bool is_subscribed_ = false;       // the session holds the commands
    bool must_subscribe_ = false;
    bool is_leaving_ = false;
    bool is_hanging_up_ = false;
    std::vector<SensorFact> facts_;
};

}  // namespace trunkline::sim
