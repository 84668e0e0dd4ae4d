#pragma once
// Which devices share a channel.

#include <cstddef>
#include <vector>

#include "simulator/links/channel.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// One channel for each station and link: devices at the same station with the same link send and hear through the same
/// modem. Indexes are those of Scenario::sensors.
class StationChannels {
public:
    explicit StationChannels(const Scenario& scenario);

    /// Stays where it is for the table's life.
    Channel& of(std::size_t sensor) { return channels_[channel_of_[sensor]]; }

private:
    std::vector<Channel> channels_;
    std::vector<std::size_t> channel_of_;
};

}  // namespace trunkline::sim
