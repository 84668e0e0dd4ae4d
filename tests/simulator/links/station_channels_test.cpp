#include "simulator/links/station_channels.hpp"

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::sim;

TEST_CASE("devices share a channel at the same station with the same link, and nowhere else") {
    Scenario scenario;
    scenario.links.resize(2);
    const auto add = [&](const char* station, std::size_t link) {
        SensorPlan sensor;
        sensor.station = station;
        sensor.field_link = link;
        scenario.sensors.push_back(sensor);
    };
    add("PS-1", 0);
    add("PS-2", 0);
    add("PS-1", 0);
    add("PS-1", 1);
    StationChannels channels(scenario);
    CHECK(&channels.of(0) == &channels.of(2));
    CHECK(&channels.of(0) != &channels.of(1));
    CHECK(&channels.of(0) != &channels.of(3));
}
