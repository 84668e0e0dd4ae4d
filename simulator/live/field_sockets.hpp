#pragma once
// All MQTT-SN sensors of a live run, each behind a UDP socket of its own, their links impaired on the way to it.

#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/base/address.hpp"
#include "protocol/base/timer_queue.hpp"
#include "runtime/transport/udp_socket.hpp"
#include "simulator/devices/sensor.hpp"
#include "simulator/links/link_direction.hpp"
#include "simulator/links/sensor_addresses.hpp"
#include "simulator/links/station_channels.hpp"
#include "simulator/live/datagrams_under_way.hpp"
#include "simulator/live/packet_tap.hpp"
#include "simulator/live/programs.hpp"
#include "simulator/live/run_clock.hpp"
#include "simulator/oracle/log_histogram.hpp"
#include "simulator/oracle/oracle.hpp"

namespace trunkline::sim {

struct FieldCounters {
    PacketCounts datagrams;               // on the field links, both ways
    std::uint64_t datagrams_refused = 0;  // by the system: could not be sent
    std::uint64_t strangers = 0;          // datagrams that did not come from the sensor's gateway
    LogHistogram lateness;                // of the sensors' wake-ups: when they came, after they were due
};

/// Driver of the sensors. The link model stands between a sensor and its socket: what it loses never leaves, what it
/// delays leaves later. `sensor` is an index into Scenario::sensors, of one that speaks MQTT-SN.
class FieldSockets : private runtime::DatagramEvents {
public:
    /// Opens the sockets. Throws runtime::StartError. Everything outlives it.
    FieldSockets(const Scenario& scenario, StationChannels& channels, Pipe* pipe, Oracle& oracle,
                 const Programs& programs, PacketTap& tap, runtime::EventLoop& loop, const RunClock& clock);
    ~FieldSockets() override = default;

    /// Wakes the sensors and moves the datagrams that are due.
    void advance(Instant now);
    std::optional<Instant> next_deadline() const;

    /// Its link is cut, or whole again.
    void cut(std::size_t sensor, bool is_cut);
    /// Its link fares as this profile says from now on.
    void change(std::size_t sensor, const LinkProfile& link);
    /// It is without a connection all at once. Its gateway does not hear of it.
    void lose_connection(std::size_t sensor, Instant now);
    /// Without a connection: it wants one at this moment.
    void connect_at(std::size_t sensor, Instant at, Instant now);
    void set_pace(std::size_t sensor, unsigned factor, Instant now);
    /// What is planned for this moment: it has another socket, on the same host or another one, and does not know it.
    void change_address(std::size_t sensor);

    FieldCounters counters() const;

private:
    struct Place {
        Place(const Scenario& scenario, std::uint32_t index, Channel& channel, Pipe* pipe, runtime::UdpSocket opened);

        Sensor sensor;
        LinkDirection up;
        LinkDirection down;
        std::optional<runtime::UdpSocket> socket;  // always, but while it is changed
        std::optional<Instant> armed;
    };
    void datagram(runtime::UdpSocketId id, const Address& from, ByteView octets) override;
    runtime::UdpSocket open_socket(std::uint32_t sensor);
    /// On the link.
    void put(LinkWay way, std::uint32_t sensor, ByteView datagram, Instant now);
    void move(const DueDatagram& due, Instant now);
    void round(std::uint32_t sensor, Instant now);

    const Scenario& scenario_;
    Oracle& oracle_;
    const Programs& programs_;
    PacketTap& tap_;
    runtime::EventLoop& loop_;
    const RunClock& clock_;
    SensorAddresses addresses_;
    std::vector<Address> gateways_;             // by index into Scenario::gateways
    std::vector<std::optional<Place>> places_;  // by sensor; none for an RTU
    DatagramsUnderWay under_way_;
    TimerQueue<std::uint32_t> timers_;
    std::uint64_t strangers_ = 0;
    std::uint64_t refused_before_ = 0;  // by sockets that are closed
    LogHistogram lateness_;
};

}  // namespace trunkline::sim
