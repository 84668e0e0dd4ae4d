#pragma once
// One run of a shipped scenario under the virtual clock.

#include <cstddef>
#include <memory>
#include <string>

#include "simulator/oracle/oracle.hpp"
#include "simulator/scenario/scenario_reader.hpp"
#include "simulator/world/planted_defects.hpp"
#include "simulator/world/trace.hpp"

namespace trunkline::sim {

class PacketListener;
class World;

/// `name`: of the file below scenarios/. The run is over when it is made. `listener`: is told of every packet.
class ScenarioRun {
public:
    explicit ScenarioRun(const std::string& name, const ReadOptions& options = {},
                         TraceDetail detail = TraceDetail::checkpoints, const PlantedDefects& defects = {},
                         PacketListener* listener = nullptr);
    ScenarioRun(const ScenarioRun&) = delete;
    ScenarioRun& operator=(const ScenarioRun&) = delete;
    ~ScenarioRun();

    const Trace& trace() const;
    /// To the byte what trunkline-sim writes as report.json.
    std::string report() const;

    const Scenario scenario;
    Verdict verdict;

private:
    Oracle oracle_;
    std::unique_ptr<World> world_;  // apart: its headers are those of all cores, and cost seconds for each test
};

}  // namespace trunkline::sim
