#pragma once
// All sensors of a live run, each behind a UDP socket of its own, their links impaired on the way to it.

#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/base/address.hpp"
#include "protocol/base/timer_queue.hpp"
#include "runtime/transport/udp_socket.hpp"
#include "simulator/devices/sensor.hpp"
#include "simulator/links/link_direction.hpp"
#include "simulator/live/datagrams_under_way.hpp"
#include "simulator/live/programs.hpp"
#include "simulator/live/run_clock.hpp"
#include "simulator/oracle/oracle.hpp"

namespace trunkline::sim {

struct FieldCounters {
    std::uint64_t datagrams = 0;          // put on a field link, both directions
    std::uint64_t datagrams_lost = 0;     // by the links of the scenario
    std::uint64_t datagrams_refused = 0;  // by the system: could not be sent
    std::uint64_t strangers = 0;          // datagrams that did not come from the sensor's gateway
    Duration latest_wake{};  // how late the latest wake-up of a sensor was: beyond some ms, the machine is too slow
};

/// Driver of the sensors. The link model stands between a sensor and its socket: what it loses never leaves, what it
/// delays leaves later.
class FieldSockets : private runtime::DatagramEvents {
public:
    /// Opens the sockets. Throws runtime::StartError. Everything outlives it.
    FieldSockets(const Scenario& scenario, Oracle& oracle, const Programs& programs, runtime::EventLoop& loop,
                 const RunClock& clock);
    ~FieldSockets() override = default;

    /// Wakes the sensors and moves the datagrams that are due.
    void advance(Instant now);
    std::optional<Instant> next_deadline() const;

    /// The links of these sensors are cut, or whole again. Cuts that overlap all have to end.
    void cut(const std::vector<std::size_t>& sensors, bool is_cut, Instant now);
    /// Their links fare as this profile says; nothing: as the scenario says.
    void change(const std::vector<std::size_t>& sensors, const LinkProfile* overlay);
    /// They are without a connection all at once. Their gateways do not hear of it.
    void lose_connections(const std::vector<std::size_t>& sensors, Instant now);

    FieldCounters counters() const;

private:
    struct Place {
        Place(const Scenario& scenario, std::uint32_t index, runtime::UdpSocket opened);

        Sensor sensor;
        LinkDirection up;
        LinkDirection down;
        runtime::UdpSocket socket;
        std::optional<Instant> armed;
        unsigned cuts = 0;
    };
    void datagram(runtime::UdpSocketId id, const Address& from, ByteView octets) override;
    void move(const DueDatagram& due, Instant now);
    void round(std::uint32_t sensor, Instant now);

    const Scenario& scenario_;
    Oracle& oracle_;
    const RunClock& clock_;
    std::vector<Address> gateways_;  // by index into Scenario::gateways
    std::vector<Place> places_;
    DatagramsUnderWay under_way_;
    TimerQueue<std::uint32_t> timers_;
    std::uint64_t strangers_ = 0;
    Duration latest_wake_{};
};

}  // namespace trunkline::sim
