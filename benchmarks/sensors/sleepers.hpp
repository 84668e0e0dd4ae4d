#pragma once
// Sensors that subscribe, fall asleep, and wake when messages wait for them; and the broker that has these for them.

#include <cstdint>
#include <vector>

#include "benchmarks/load/samples.hpp"
#include "benchmarks/load/wire.hpp"
#include "benchmarks/sensors/datagrams.hpp"
#include "benchmarks/sensors/herd.hpp"
#include "benchmarks/sensors/upstream_end.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/mqttsn/messages.hpp"
#include "runtime/time/real_clock.hpp"

namespace trunkline::load {

/// Each has a topic of its own. Of the plan it takes ports, sensors, at_once, messages and payload. What the target
/// does not do is a std::runtime_error.
class Sleepers final : private WireEvents, private DatagramReceiver, private PublishReceiver {
public:
    explicit Sleepers(const HerdPlan& plan);

    /// All connect, subscribe, and fall asleep.
    void put_to_bed();
    /// The broker has messages for all of them, which the target acknowledges: it keeps them.
    void fill();
    /// All wake, take what waits, and sleep on.
    void wake();

    /// Messages that have come to their sensors, each once.
    std::uint64_t taken() const { return taken_; }
    Samples& wake_times() { return wake_times_; }  // from PINGREQ to PINGRESP

private:
    /// What the sensor has asked for, and has not been answered.
    enum class Step : std::uint8_t { connect, subscribe, sleep, wake, none };
    struct Sensor {
        Step step = Step::none;
        ClientIndex connection = 0;         // by which the target has subscribed for it
        std::uint32_t subscription_id = 0;  // on that connection
        std::uint32_t taken = 0;            // a bit for each of its messages
        Instant asked{};
    };

    void opened(ClientIndex) override {}
    void received(ClientIndex client, const mqtt::Frame& frame) override;
    void closed(ClientIndex) override;
    void readable() override { datagrams_.receive(*this); }
    void datagram(SensorIndex index, ByteView octets, Instant arrived) override;
    void arrived(ByteView) override {}

    void heed(SensorIndex index, const mqttsn::ConnAck& packet);
    void heed(SensorIndex index, const mqttsn::SubAck& packet);
    void heed(SensorIndex index, const mqttsn::Disconnect& packet);
    void heed(SensorIndex index, const mqttsn::Publish& packet);
    void heed(SensorIndex index, const mqttsn::PingResp& packet);
    template <typename Other>
    void heed(SensorIndex, const Other&) {}

    void subscribed(ClientIndex client, const mqtt::Frame& frame);
    void publish(std::uint64_t number);
    /// So many at once, each from this step until it has nothing more to ask.
    void lead_all(Step first);
    void ask(SensorIndex index, Step step);
    void repeat();
    void done(Sensor& sensor);
    void put(SensorIndex index, const mqttsn::Message& message);

    HerdPlan plan_;
    runtime::RealClock clock_;
    Wire wire_;
    Datagrams datagrams_;
    UpstreamEnd upstream_;
    std::vector<Sensor> sensors_;
    std::size_t done_ = 0;            // of those that were led
    std::uint64_t acknowledged_ = 0;  // by the target
    std::uint64_t taken_ = 0;
    Instant heard_{};
    Instant arrived_{};  // of the datagram that is being heeded
    Samples wake_times_;
};

}  // namespace trunkline::load
