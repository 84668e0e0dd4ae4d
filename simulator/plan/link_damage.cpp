#include "simulator/plan/link_damage.hpp"

#include <algorithm>

namespace trunkline::sim {

namespace {

bool damages_unnoticed(const LinkProfile& link) {
    return (link.corrupt > 0.0 && !link.has_checksum) ||
           std::any_of(link.down_differs.begin(), link.down_differs.end(), damages_unnoticed);
}

}  // namespace

bool may_arrive_damaged(const Scenario& scenario, std::size_t sensor) {
    const SensorPlan& plan = scenario.sensors[sensor];
    if (plan.protocol != DeviceProtocol::mqtt_sn) return false;
    if (damages_unnoticed(scenario.links[plan.field_link])) return true;
    return std::any_of(scenario.faults.begin(), scenario.faults.end(), [sensor](const FaultPlan& fault) {
        return fault.overlay && damages_unnoticed(*fault.overlay) &&
               std::binary_search(fault.sensors.begin(), fault.sensors.end(), sensor);
    });
}

bool may_arrive_damaged(const Scenario& scenario) {
    const bool has_such_links = std::any_of(scenario.links.begin(), scenario.links.end(), damages_unnoticed) ||
                                std::any_of(scenario.faults.begin(), scenario.faults.end(), [](const FaultPlan& fault) {
                                    return fault.overlay && damages_unnoticed(*fault.overlay);
                                });
    if (!has_such_links) return false;
    for (std::size_t sensor = 0; sensor < scenario.sensors.size(); ++sensor) {
        if (may_arrive_damaged(scenario, sensor)) return true;
    }
    return false;
}

}  // namespace trunkline::sim
