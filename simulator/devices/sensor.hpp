#pragma once
// An MQTT-SN sensor: the protocol's client and the habits of the device around it.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "protocol/mqttsn/client.hpp"
#include "simulator/devices/dialler.hpp"
#include "simulator/devices/measurements.hpp"
#include "simulator/devices/sensor_facts.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// What a sensor has to say of itself and to its gateway.
struct SensorOutputs {
    std::vector<SensorFact> facts;
    std::unique_ptr<mqttsn::ClientOutputs> client;
};

/// Connects at a draw within its first interval, offers a reading every `sample`, and publishes one at a time, the
/// oldest that waits first. A reading that was given up is not sent again: its time is over, the next one is on its
/// way.
///
/// With a sleep cycle it goes to sleep when it has been connected for `awake` and nothing waits; after `asleep` it
/// connects if readings wait, or else only takes its messages. With QoS -1 it never connects.
class Sensor {
public:
    /// `index`: of a sensor that speaks MQTT-SN. The scenario and the pipe (measurements.hpp) outlive
    /// it. `start` is the run's beginning on the
    /// driver's line of time.
    Sensor(const Scenario& scenario, std::size_t index, Instant start, Pipe* pipe = nullptr);

    /// It is about to be woken: brings near what it has beside itself. In two steps (bring_near.hpp).
    void expect(unsigned step) const {
        if (step == 0) measurements_.expect();
        client_.expect(step);
        if (step == 1) bring_beginning_near(plan_.topic.data());
    }

    // inputs
    void received(ByteView datagram, Instant now);
    void advance(Instant now);
    /// Its connection is gone all at once: it knows, its gateway does not.
    void lose_connection(Instant now);
    /// Says DISCONNECT, and comes back as after a loss. Nothing happens unless it is connected or asleep.
    void hang_up(Instant now);
    /// Without a connection: wants one at this moment, whatever its habit.
    void connect_at(Instant at, Instant now);
    /// From now on so many times as many readings as planned.
    void set_pace(unsigned factor, Instant now) { measurements_.set_pace(factor, now); }
    /// What its calendar is ahead of its timers, and when sampling ends by them.
    void set_clock(Duration calendar_ahead, Instant sampling_ends) {
        measurements_.set_clock(calendar_ahead, sampling_ends);
    }

    // outputs
    const mqttsn::Datagrams& datagrams() const { return client_.datagrams(); }
    void datagrams_taken() { client_.datagrams_taken(); }
    /// The same as values.
    std::vector<mqttsn::Datagram> take_datagrams() { return client_.take_datagrams(); }
    std::span<const SensorFact> facts() const { return facts_; }
    void facts_taken() { facts_.clear(); }
    /// While nothing is to be taken: the memory for outputs changes hands (see mqttsn::Client).
    void swap_outputs(SensorOutputs& outputs) {
        facts_.swap(outputs.facts);
        client_.swap_outputs(outputs.client);
    }

    // deadline
    std::optional<Instant> next_deadline() const;

    // getters
    bool is_connected() const { return client_.is_active(); }
    std::size_t waiting() const { return measurements_.waiting(); }
    const mqttsn::Client& client() const { return client_; }

private:
    bool is_connectionless() const { return plan_.qos < 0; }
    mqttsn::Topic topic() const;
    void wake_to_send(Instant now);
    void offer_due(Instant now);
    void drop_excess();
    void publish_next(Instant now);
    void subscribe_if_needed(Instant now);
    void sleep_if_time(Instant now);
    void settle(Instant now);
    void reconnect_later(const mqttsn::ClientLost& lost, Instant now);

    void heed(const mqttsn::ClientConnected&, Instant now);
    void heed(const mqttsn::ClientLost& lost, Instant now);
    void heed(const mqttsn::ClientAsleep&, Instant now);
    void heed(const mqttsn::ClientPublished& published, Instant now);
    void heed(const mqttsn::ClientSubscribed& subscribed, Instant now);
    void heed(const mqttsn::ClientMessage& message, Instant now);
    void heed(const mqttsn::ClientDisconnected&, Instant now);
    // A sensor changes no will and unsubscribes never.
    void heed(const mqttsn::ClientWillChanged&, Instant) {}
    void heed(const mqttsn::ClientUnsubscribed&, Instant) {}

    const SensorPlan& plan_;
    Measurements measurements_;
    mqttsn::Client client_;
    Dialler dialler_;
    std::optional<Instant> sleep_at_;         // connected: its time awake is over
    std::optional<Instant> wake_at_;          // asleep
    std::optional<mqttsn::ClientLost> lost_;  // and the dialler has to hear of it
    std::optional<Measurement> sending_;
    std::uint64_t publishes_before_ = 0;  // the client's count when the running exchange began
    bool is_asleep_ = false;              // and also while waking, until it is connected
    bool must_subscribe_ = false;
    bool is_hanging_up_ = false;  // and SensorLeft has to follow
    std::vector<SensorFact> facts_;
};

}  // namespace trunkline::sim
