#pragma once
// All sensors and RTUs, and the links between sensors and their gateways.

#include <memory>
#include <optional>
#include <vector>

#include "protocol/base/address.hpp"
#include "protocol/base/bring_near.hpp"
#include "simulator/devices/device_clock.hpp"
#include "simulator/devices/sensor.hpp"
#include "simulator/links/link_direction.hpp"
#include "simulator/links/sensor_addresses.hpp"
#include "simulator/links/station_channels.hpp"
#include "simulator/world/rtu_host.hpp"
#include "simulator/world/surroundings.hpp"

namespace trunkline::sim {

/// Moves datagrams and wake-ups between the queue and the sensors' machines, and their facts to the oracle. RTUs have
/// hosts of their own. All indexes are those of Scenario::sensors.
class Field {
public:
    explicit Field(Surroundings surroundings);

    /// Enters the first wake-ups.
    void start();
    /// It has nothing to do at this instant, though it is going to be woken.
    bool is_early(std::uint32_t sensor, Instant at) const { return !is_rtu_[sensor] && wakeups_[sensor].is_early(at); }
    /// It is going to be woken: what that needs is brought near. In three steps (bring_near.hpp).
    void expect(std::uint32_t sensor, unsigned step) const {
        const Place& place = places_[sensor];
        if (step == 0) {
            bring_near(place);
        } else if (place.sensor) {
            place.sensor->expect(step - 1);
        }
    }
    void wake(std::uint32_t sensor, Instant now);
    void received(std::uint32_t sensor, ByteView datagram, Instant now);
    /// The stream of an RTU has moved.
    void stream_moved(std::uint32_t sensor, StreamIndex stream, Instant now);
    /// Puts a datagram of the gateway on the sensor's link. One to nobody is dropped.
    void send_down(const Address& to, ByteView datagram, Instant now);

    /// The links of these sensors are cut, or whole again. Cuts that overlap all have to end.
    void cut(const std::vector<std::size_t>& sensors, bool is_cut, Instant now);
    /// They are without a connection all at once. Their gateways do not hear of it.
    void lose_connections(const std::vector<std::size_t>& sensors, Instant now);
    /// The connections of these RTUs are reset: the broker hears of it.
    void reset_connections(const std::vector<std::size_t>& rtus, Instant now);
    /// They say DISCONNECT, and come back.
    void hang_up(const std::vector<std::size_t>& sensors, Instant now);
    /// They lose their connections and want new ones, each at a draw within `spread`.
    void storm(const std::vector<std::size_t>& sensors, Duration spread, Random& luck, Instant now);
    /// From now on so many times as many readings as planned.
    void set_pace(const std::vector<std::size_t>& sensors, unsigned factor, Instant now);
    /// Their clocks are ahead by `offset` from now on, and gain. Zero and zero: what they show is right again.
    void set_clocks(const std::vector<std::size_t>& sensors, Duration offset, std::int32_t drift_ppm, Instant now);
    /// What is planned for this moment: sensors send from another address, and do not know it; RTUs lose their
    /// connections.
    void change_addresses(const std::vector<std::size_t>& sensors, Instant now);
    /// Their links fare as this profile says; nothing: as the scenario says.
    void change(const std::vector<std::size_t>& sensors, const LinkProfile* overlay);

    /// Of one that speaks MQTT-SN.
    const Sensor& sensor(std::size_t index) const { return *places_[index].sensor; }
    /// Of one that speaks plain MQTT.
    const Rtu& rtu(std::size_t index) const { return places_[index].rtu->rtu(); }
    const SensorAddresses& addresses() const { return addresses_; }
    /// On all links, both ways.
    PacketCounts datagrams() const;

private:
    struct Place {
        std::optional<Sensor> sensor;
        std::unique_ptr<RtuHost> rtu;  // instead
        LinkDirection up;
        LinkDirection down;
        unsigned cuts = 0;
        std::unique_ptr<DeviceClock> clock;  // of a sensor whose clock is wrong

        /// By the sensor's own clock.
        Instant own(Instant now) const { return clock ? clock->reads(now) : now; }
    };
    /// Has a sensor do something, and then its round.
    template <typename Input>
    void let(std::uint32_t sensor, Instant now, Input input);
    void round(std::uint32_t sensor, Instant now);
    void put(LinkWay way, std::uint32_t sensor, ByteView datagram, Instant now);

    Surroundings world_;
    StationChannels channels_;
    SensorAddresses addresses_;
    std::unique_ptr<Pipe> pipe_;  // of a scenario that has one
    std::vector<Place> places_;
    // Apart: nearly half of the wake-ups come too early, and need no more than these.
    std::vector<bool> is_rtu_;
    std::vector<Wakeup> wakeups_;  // of those that are none
    SensorOutputs outputs_;        // lent to each sensor while it is at work
};

}  // namespace trunkline::sim
