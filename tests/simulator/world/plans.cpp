#include "tests/simulator/world/plans.hpp"

using namespace std::chrono_literals;

namespace trunkline::sim {

Scenario small_plan(std::size_t sensors, double loss) {
    Scenario scenario;
    scenario.name = "small";
    scenario.seed = 7001;
    scenario.warmup = 30s;
    scenario.run = 10min;
    scenario.drain = 3min;
    scenario.links.push_back({.id = "fibre", .delay = 4ms, .jitter = 0ms, .loss = 0.0});
    scenario.links.push_back({.id = "radio", .delay = 40ms, .jitter = 20ms, .loss = loss});
    scenario.signals.push_back({.id = "p", .mean = 62.0, .sigma = 0.4, .tau = 90s, .unit = "bar"});
    scenario.gateways.push_back({.id = "gw", .broker_link = 0});
    for (std::size_t sensor = 1; sensor <= sensors; ++sensor) {
        SensorPlan plan;
        plan.id = "PT@PS-1-" + std::to_string(sensor);
        plan.group = "PT";
        plan.station = "PS-1";
        plan.field_link = 1;
        plan.topic = "nl/PS-1/pt/" + std::to_string(sensor);
        plan.sample = 10s;
        plan.retry = {.interval = 2s, .limit = 3};
        plan.store_messages = 20;
        scenario.sensors.push_back(plan);
    }
    ActorPlan scada;
    scada.id = "scada";
    scada.clean_session = false;
    scada.session_expiry = 1h;
    scada.subscriptions.push_back({"nl/#", 1});
    scenario.actors.push_back(scada);
    return scenario;
}

}  // namespace trunkline::sim
