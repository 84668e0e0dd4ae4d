#pragma once
// Sensors and the broker behind their gateway in one thread, which therefore knows of each message what became of it.

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "benchmarks/load/ledger.hpp"
#include "benchmarks/load/samples.hpp"
#include "benchmarks/load/wire.hpp"
#include "benchmarks/sensors/datagrams.hpp"
#include "benchmarks/sensors/secured.hpp"
#include "benchmarks/sensors/upstream_end.hpp"
#include "protocol/base/instant.hpp"
#include "runtime/time/real_clock.hpp"

namespace trunkline::load {

struct HerdPlan {
    std::uint16_t gateway = 0;   // its port, on 127.0.0.1
    std::uint16_t upstream = 0;  // where it finds its broker: this program
    std::size_t sensors = 50;
    std::size_t at_once = 300;  // CONNECTs that are not answered yet
    unsigned qos = 0;           // 0 or 1
    std::size_t rate = 0;       // messages a second of all sensors, sent when they are due; 0: one in flight each
    std::size_t payload = 64;   // octets
    std::size_t messages = 4;   // for each sleeper
    std::size_t flood = 0;      // CONNECTs, with DTLS ClientHellos, a second of strangers, each from another of 100,000
    bool dtls = false;          // with a key for each sensor
};

/// Without a rate a sensor has one message in flight: at QoS 1 until PUBACK, at QoS 0 until the broker has it.
class Herd final : private WireEvents, private DatagramReceiver, private PublishReceiver {
public:
    explicit Herd(const HerdPlan& plan);

    /// Is the broker and nothing else, for so long.
    void wait(Duration time);
    /// All connect, by short topic names, so that none has to be registered.
    void gather();
    void start();
    void stop() { is_publishing_ = false; }
    /// Strangers ask to be let in from now on, at the plan's rate.
    void start_flood();
    /// Handles what has come and sends what is due.
    void round();
    /// The target is about to be gone for a moment: from now on it counts when each sensor's next message has arrived.
    void expect_restart();
    /// It has, of every sensor.
    bool is_served() const { return unserved_ == 0; }
    /// Nothing is under way.
    bool is_done() const;
    /// Nothing has come for a while.
    bool is_stalled() const;

    std::size_t accepted() const { return accepted_; }
    std::uint64_t published() const { return published_; }
    std::uint64_t acknowledged() const { return acknowledged_; }
    std::uint64_t refused() const { return refused_; }      // by a return code
    std::uint64_t strangers() const { return strangers_; }  // that have said CONNECT
    std::uint64_t repeated() const { return repeated_; }    // after a second without an answer
    const Ledger& ledger() const { return ledger_; }
    Samples& serve_times() { return serve_times_; }        // from expect_restart()
    Samples& delivery_times() { return delivery_times_; }  // from when it was due
    // From just before it was sent to the arrival of the answer at the sensor's socket.
    Samples& connect_times() { return connect_times_; }
    Samples& acknowledge_times() { return acknowledge_times_; }

private:
    /// A message that is not done; number 0: none.
    struct Slot {
        std::uint64_t number = 0;
        Instant sent{};
    };
    struct Sensor {
        Instant connect_sent{};
        bool is_connected = false;
        bool is_unserved = false;
        std::uint64_t next = 1;
        std::array<Slot, 16> slots{};  // by the low bits of the message's number
    };

    void opened(ClientIndex) override {}
    void received(ClientIndex client, const mqtt::Frame& frame) override { upstream_.received(client, frame); }
    void closed(ClientIndex) override {}
    void readable() override;
    void datagram(SensorIndex index, ByteView octets, Instant arrived) override;
    void arrived(ByteView body) override;

    void put(SensorIndex index, ByteView message);
    void connect(SensorIndex index);
    void on_connack(Sensor& sensor, unsigned return_code, Instant arrived);
    void on_puback(SensorIndex index, ByteView octets, Instant arrived);
    void done(SensorIndex index, Slot& slot);
    void publish(SensorIndex index, Instant due);
    void put_publish(SensorIndex index, std::uint64_t number, Instant due, bool again);
    bool is_busy(const Sensor& sensor) const;
    void publish_due();
    void repeat_late();
    void flood_due();
    static Slot& slot(Sensor& sensor, std::uint64_t number) { return sensor.slots[number % sensor.slots.size()]; }

    HerdPlan plan_;
    runtime::RealClock clock_;
    Wire wire_;
    Datagrams datagrams_;
    std::unique_ptr<Secured> secured_;  // with DTLS
    UpstreamEnd upstream_;
    Ledger ledger_;
    std::vector<Sensor> sensors_;
    std::vector<std::byte> form_;  // of PUBLISH
    bool is_publishing_ = false;
    Instant now_{};     // of this round
    Instant heard_{};   // when something came last
    Instant looked_{};  // for what is late
    Instant next_due_{};
    SensorIndex turn_ = 0;  // whose message is due next
    bool is_flooding_ = false;
    Instant next_stranger_{};
    std::uint64_t strangers_ = 0;
    std::size_t accepted_ = 0;
    std::size_t unserved_ = 0;
    Instant restarted_{};
    std::uint64_t under_way_ = 0;
    std::uint64_t published_ = 0;
    std::uint64_t acknowledged_ = 0;
    std::uint64_t refused_ = 0;
    std::uint64_t repeated_ = 0;
    Samples serve_times_;
    Samples connect_times_;
    Samples delivery_times_;
    Samples acknowledge_times_;
};

}  // namespace trunkline::load
