#include "simulator/report/notes.hpp"

#include "simulator/plan/durations.hpp"
#include "simulator/plan/link_damage.hpp"
#include "simulator/plan/link_lag.hpp"
#include "simulator/report/figures.hpp"

namespace trunkline::sim {

std::vector<std::string> notes_on(const Scenario& scenario) {
    std::vector<std::string> notes;
    if (may_arrive_damaged(scenario))
        notes.push_back("no promise is checked: datagrams may arrive damaged (\"checksum\": false)");
    std::uint64_t sensors = 0;
    for (std::size_t sensor = 0; sensor < scenario.sensors.size(); ++sensor) {
        if (scenario.sensors[sensor].qos == 2 && may_outlast_quarantine(scenario, sensor)) ++sensors;
    }
    if (sensors == 0) return notes;
    notes.push_back("exactly once is not promised for " + grouped(sensors) + (sensors == 1 ? " sensor" : " sensors") +
                    ": on their links a copy may lag for the " + duration_text(msgid_quarantine) +
                    " for which gateways remember a MsgId, or longer");
    return notes;
}

}  // namespace trunkline::sim
