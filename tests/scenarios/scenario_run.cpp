#include "tests/scenarios/scenario_run.hpp"

#include "simulator/main/run_counters.hpp"
#include "simulator/report/report_json.hpp"
#include "simulator/world/world.hpp"

namespace trunkline::sim {

ScenarioRun::ScenarioRun(const std::string& name, const ReadOptions& options, TraceDetail detail,
                         const PlantedDefects& defects, PacketListener* listener)
    : scenario(load_scenario(TRUNKLINE_SOURCE_DIR "/scenarios/" + name, options)),
      oracle_(scenario),
      world_(std::make_unique<World>(scenario, oracle_, detail, defects, listener)) {
    while (world_->run_until(Instant(scenario.length()))) {}
    verdict = oracle_.finish(world_->now());
}

ScenarioRun::~ScenarioRun() = default;

const Trace& ScenarioRun::trace() const { return world_->trace(); }

std::string ScenarioRun::report() const { return report_json(scenario, verdict, run_counters(*world_)); }

}  // namespace trunkline::sim
