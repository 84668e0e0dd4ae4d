#include "simulator/live/rtus.hpp"

#include <algorithm>
#include <cassert>

#include "simulator/oracle/device_facts.hpp"

namespace trunkline::sim {

Rtus::Rtus(const Scenario& scenario, StationChannels& channels, Pipe* pipe, Oracle& oracle, const runtime::Url& broker,
           PacketTap& tap, runtime::EventLoop& loop, const RunClock& clock)
    : oracle_(oracle), clients_(loop, clock, broker, scenario.seed, tap) {
    for (std::size_t sensor = 0; sensor < scenario.sensors.size(); ++sensor) {
        const SensorPlan& plan = scenario.sensors[sensor];
        if (plan.protocol == DeviceProtocol::mqtt_sn) continue;
        sensors_.push_back(sensor);
        clients_.add(Rtu(scenario, sensor, Instant{}, pipe), scenario.links[plan.field_link], channels.of(sensor),
                     {StreamOwner::Kind::rtu, static_cast<std::uint32_t>(sensor)}, plan.id);
    }
}

std::size_t Rtus::client_of(std::size_t sensor) const {
    const auto found = std::lower_bound(sensors_.begin(), sensors_.end(), sensor);
    assert(found != sensors_.end() && *found == sensor);
    return static_cast<std::size_t>(found - sensors_.begin());
}

void Rtus::advance(Instant now) {
    clients_.advance(now, [&](std::size_t client, bool) { tell(client, now); });
}

void Rtus::tell(std::size_t client, Instant now) {
    tell_sensor_facts(oracle_, sensors_[client], clients_.client(client).facts(), now);
    clients_.client(client).facts_taken();
}

void Rtus::lose_connection(std::size_t sensor, Instant now) {
    const std::size_t client = client_of(sensor);
    clients_.lose_connection(client, now);
    tell(client, now);
}

void Rtus::connect_at(std::size_t sensor, Instant at, Instant now) {
    const std::size_t client = client_of(sensor);
    clients_.client(client).connect_at(at);
    clients_.settle(client, now);
}

void Rtus::set_pace(std::size_t sensor, unsigned factor, Instant now) {
    const std::size_t client = client_of(sensor);
    clients_.client(client).set_pace(factor, now);
    clients_.settle(client, now);
}

void Rtus::leave(Instant now) {
    for (std::size_t client = 0; client < clients_.size(); ++client) {
        clients_.client(client).leave(now);
        clients_.settle(client, now);
    }
}

}  // namespace trunkline::sim
