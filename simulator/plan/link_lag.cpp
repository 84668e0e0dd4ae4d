#include "simulator/plan/link_lag.hpp"

#include <algorithm>

namespace trunkline::sim {

Duration longest_lag(const Scenario& scenario, std::size_t sensor) {
    std::vector<const LinkProfile*> links;
    const auto add = [&links](const LinkProfile& link) {
        links.push_back(&link);
        for (const LinkProfile& down : link.down_differs) links.push_back(&down);
    };
    add(scenario.links[scenario.sensors[sensor].field_link]);
    for (const FaultPlan& fault : scenario.faults) {
        if (fault.overlay && std::binary_search(fault.sensors.begin(), fault.sensors.end(), sensor))
            add(*fault.overlay);
    }
    Duration shortest = Duration::max();
    Duration longest{};
    Duration copies{};
    Duration held_back{};
    bool all_keep_order = true;
    for (const LinkProfile* link : links) {
        shortest = std::min(shortest, shortest_delay(*link));
        longest = std::max(longest, longest_delay(*link));
        if (link->duplicate > 0.0) copies = std::max(copies, link->duplicate_lag);
        if (link->reorder > 0.0) held_back = std::max(held_back, link->reorder_by);
        all_keep_order = all_keep_order && link->keeps_order;
    }
    return (all_keep_order ? Duration::zero() : longest - shortest) + held_back + copies;
}

bool may_outlast_quarantine(const Scenario& scenario, std::size_t sensor) {
    return scenario.sensors[sensor].protocol == DeviceProtocol::mqtt_sn &&
           longest_lag(scenario, sensor) >= msgid_quarantine;
}

}  // namespace trunkline::sim
