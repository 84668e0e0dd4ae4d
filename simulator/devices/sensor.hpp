#pragma once
// An MQTT-SN sensor: the protocol's client and the habits of the device around it.

#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "protocol/mqttsn/client.hpp"
#include "simulator/devices/signal.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// Why a sensor let go of a reading that it had not handed to its client.
enum class DropReason : std::uint8_t { not_connected, replaced_by_newer };

// What happened, by the reading's number.
struct ReadingOffered {
    std::uint64_t sequence = 0;
    Instant intended{};  // when it was due: latency counts from here, also if the device was late
};
struct ReadingSent {  // PUBLISH, or REGISTER before it, is under way
    std::uint64_t sequence = 0;
};
/// `transmissions`: PUBLISH datagrams that left for it in the exchange that has ended.
struct ReadingAcknowledged {
    std::uint64_t sequence = 0;
    unsigned transmissions = 0;
};
struct ReadingGivenUp {
    std::uint64_t sequence = 0;
    unsigned transmissions = 0;
};
struct ReadingRejected {
    std::uint64_t sequence = 0;
    unsigned transmissions = 0;
};
struct ReadingInterrupted {  // the connection ended during its exchange: it waits again, or is dropped if there is no
                             // room
    std::uint64_t sequence = 0;
    unsigned transmissions = 0;
};
struct ReadingDropped {
    std::uint64_t sequence = 0;
    DropReason reason{};
};
struct SensorConnected {};
struct SensorLost {};
using SensorFact = std::variant<ReadingOffered, ReadingSent, ReadingAcknowledged, ReadingGivenUp, ReadingRejected,
                                ReadingInterrupted, ReadingDropped, SensorConnected, SensorLost>;

/// Connects at a draw within its first interval, offers a reading every `sample`, and publishes one at a time, the
/// oldest that waits first. A reading that was given up is not sent again: its time is over, the next one is on its
/// way.
class Sensor {
public:
    /// The scenario outlives the sensor. `start` is the run's beginning on the driver's line of time.
    Sensor(const Scenario& scenario, std::size_t index, Instant start);

    // inputs
    void received(ByteView datagram, Instant now);
    void advance(Instant now);

    // outputs
    std::vector<mqttsn::Datagram> take_datagrams() { return client_.take_datagrams(); }
    std::span<const SensorFact> facts() const { return facts_; }
    void facts_taken() { facts_.clear(); }

    // deadline
    std::optional<Instant> next_deadline() const;

    // getters
    bool is_connected() const { return client_.is_active(); }
    std::size_t waiting() const { return waiting_.size(); }
    const mqttsn::Client& client() const { return client_; }

private:
    struct Waiting {
        std::uint64_t sequence = 0;
        std::int64_t milliseconds = 0;
        std::int64_t thousandths = 0;
    };
    void offer_due(Instant now);
    void keep(const Waiting& reading, bool is_oldest);
    void publish_next(Instant now);
    void heed_client(Instant now);
    void heed(const mqttsn::ClientConnected&);
    void heed(const mqttsn::ClientLost&);
    void heed(const mqttsn::ClientPublished& published);
    template <typename NotAskedFor>
    void heed(const NotAskedFor&) {}
    std::size_t capacity() const;

    const SensorPlan& plan_;
    const SignalPlan& signal_plan_;
    Signal signal_;
    mqttsn::Client client_;
    Instant start_;
    Instant sampling_ends_;
    Instant next_sample_;
    std::optional<Instant> connect_at_;
    std::uint64_t last_sequence_ = 0;
    std::uint64_t publishes_before_ = 0;  // the client's count when the running exchange began
    std::optional<Waiting> sending_;
    std::vector<Waiting> waiting_;  // oldest first
    std::vector<SensorFact> facts_;
};

}  // namespace trunkline::sim
