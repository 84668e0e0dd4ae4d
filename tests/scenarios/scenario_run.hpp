#pragma once
// One run of a shipped scenario under the virtual clock.

#include <optional>
#include <string>

#include "simulator/main/run_counters.hpp"
#include "simulator/oracle/oracle.hpp"
#include "simulator/report/report_json.hpp"
#include "simulator/scenario/scenario_reader.hpp"
#include "simulator/world/world.hpp"

namespace trunkline::sim {

/// `name`: of the file below scenarios/. The run is over when it is made.
class ScenarioRun {
public:
    explicit ScenarioRun(const std::string& name, const ReadOptions& options = {},
                         TraceDetail detail = TraceDetail::checkpoints, const PlantedDefects& defects = {})
        : scenario(load_scenario(TRUNKLINE_SOURCE_DIR "/scenarios/" + name, options)),
          oracle(scenario),
          world(scenario, oracle, detail, defects) {
        while (world.run_until(Instant(scenario.length()))) {}
        verdict = oracle.finish(world.now());
    }

    /// To the byte what trunkline-sim writes as report.json.
    std::string report() const { return report_json(scenario, verdict, run_counters(world)); }

    Scenario scenario;
    Oracle oracle;
    World world;
    Verdict verdict;
};

}  // namespace trunkline::sim
