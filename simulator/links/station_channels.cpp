#include "simulator/links/station_channels.hpp"

#include <map>
#include <string_view>
#include <utility>

namespace trunkline::sim {

StationChannels::StationChannels(const Scenario& scenario) {
    std::map<std::pair<std::string_view, std::size_t>, std::size_t> known;
    channel_of_.reserve(scenario.sensors.size());
    for (const SensorPlan& sensor : scenario.sensors) {
        const auto [entry, is_new] = known.try_emplace({sensor.station, sensor.field_link}, channels_.size());
        if (is_new) channels_.emplace_back(scenario.links[sensor.field_link]);
        channel_of_.push_back(entry->second);
    }
}

}  // namespace trunkline::sim
