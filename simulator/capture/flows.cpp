#include "simulator/capture/flows.hpp"

#include "simulator/plan/addresses.hpp"

namespace trunkline::sim {

namespace {

std::uint16_t port_of(std::uint64_t stream) {
    constexpr std::uint64_t first = 32768;  // where Linux begins to take them from
    constexpr std::uint64_t count = 28232;
    return static_cast<std::uint16_t>(first + stream % count);
}

}  // namespace

Flow flow_of(const Scenario& scenario, std::uint32_t sensor) {
    const SensorPlan& plan = scenario.sensors[sensor];
    return {plan.station + ".field", sensor_address(sensor), gateway_address(plan.gateway)};
}

Flow flow_of(const Scenario& scenario, const OpenedStream& stream) {
    const std::uint32_t index = stream.owner.index;
    Flow flow;
    switch (stream.owner.kind) {
        case StreamOwner::Kind::gateway:
            flow = {scenario.gateways[index].id + ".broker", gateway_address(index), broker_address()};
            break;
        case StreamOwner::Kind::actor:
            flow = {scenario.actors[index].id + ".broker", actor_address(index), broker_address()};
            break;
        case StreamOwner::Kind::rtu:
            flow = {scenario.sensors[index].station + ".uplink", sensor_address(index), broker_address()};
            break;
    }
    flow.client.port = port_of(stream.number);
    return flow;
}

}  // namespace trunkline::sim
