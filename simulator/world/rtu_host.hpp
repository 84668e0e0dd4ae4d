#pragma once
// Carries one RTU in the world.

#include <cstdint>
#include <memory>
#include <optional>

#include "simulator/devices/device_clock.hpp"
#include "simulator/devices/rtu.hpp"
#include "simulator/world/surroundings.hpp"

namespace trunkline::sim {

/// The RTU's driver: its stream to the broker, and its facts to the oracle.
class RtuHost {
public:
    /// `sensor`: index into Scenario::sensors, of one that speaks plain MQTT. Channel and pipe outlive it.
    RtuHost(Surroundings surroundings, std::uint32_t sensor, Channel& channel, Pipe* pipe);

    void start() { round(Instant{}); }
    void wake(Instant now);
    /// Also called for a stream that it has closed and whose last bytes are still under way.
    void stream_moved(StreamIndex stream, Instant now);

    /// Its link is cut, or whole again.
    void cut(bool is_cut);
    /// Its link fares as this profile says from now on. The profile outlives it.
    void change(const LinkProfile& link);
    /// It is without a connection all at once, and says nothing.
    void lose_connection(Instant now);
    /// The same, and the broker is told by the transport.
    void reset_connection(Instant now);
    /// It says DISCONNECT, and comes back.
    void hang_up(Instant now);
    /// Without a connection: it wants one at this moment.
    void connect_at(Instant at, Instant now);
    void set_pace(unsigned factor, Instant now);
    /// Its clock is ahead by `offset` from now on, and gains.
    void set_clock(Duration offset, std::int32_t drift_ppm, Instant now);

    const Rtu& rtu() const { return rtu_; }

private:
    void round(Instant now);
    void close_stream(Instant now);
    /// By the device's own clock.
    Instant own(Instant now) const { return clock_ ? clock_->reads(now) : now; }

    Surroundings world_;
    std::uint32_t sensor_;
    std::unique_ptr<DeviceClock> clock_;  // of one that is wrong
    Rtu rtu_;
    std::optional<StreamIndex> stream_;
    const LinkProfile* link_;
    Channel& channel_;
    Wakeup wakeup_;
};

}  // namespace trunkline::sim
