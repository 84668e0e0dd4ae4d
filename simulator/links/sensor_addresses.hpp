#pragma once
// Where sensors are that faults give other addresses to, and what becomes of packets meanwhile.

#include <cstddef>
#include <map>
#include <vector>

#include "protocol/base/address.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/instant.hpp"
#include "simulator/links/link_direction.hpp"
#include "simulator/plan/addresses.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// By index into Scenario::sensors. Holds only those whose address changes, and nothing of most scenarios.
class SensorAddresses {
public:
    explicit SensorAddresses(const Scenario& scenario);

    /// Some sensor's does, some time in the run.
    bool may_change() const { return !places_.empty(); }
    bool has_changed(std::size_t sensor) const { return changes_of(sensor).ports != 0; }
    AddressChanges changes_of(std::size_t sensor) const;
    /// Where it is in the virtual network.
    Address address_of(std::size_t sensor) const { return sensor_address(sensor, changes_of(sensor)); }

    /// The next of its planned changes has come.
    void changed(std::size_t sensor);

    /// What becomes of a packet from the sensor or to it: nothing of the old address arrives when the new one is there.
    Transit until_change(Transit transit, std::size_t sensor);
    /// A packet to an address that the sensor has had before.
    Transit misdirected();

    /// A datagram leaves the sensor.
    void sent(std::size_t sensor, ByteView datagram);
    /// A datagram reaches the sensor. Whether it shows that its gateway goes on with it at its new address, without a
    /// CONNECT; once for each change.
    bool shows_following(std::size_t sensor, ByteView datagram);

    /// What was lost here, after the links had counted it as sent and not lost, or never saw it.
    const PacketCounts& counts() const { return counts_; }

private:
    struct Moment {
        Instant at{};
        bool is_new_host = false;
    };
    struct Place {
        std::vector<Moment> moments;  // by time
        std::size_t next = 0;
        AddressChanges changes;
        bool is_unanswered = false;  // since its last change, and no CONNECT has left
    };
    std::map<std::size_t, Place> places_;
    PacketCounts counts_;
};

}  // namespace trunkline::sim
