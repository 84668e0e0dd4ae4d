#pragma once
// The run over time, in report.json.

#include "simulator/oracle/history.hpp"
#include "simulator/plan/scenario.hpp"
#include "simulator/report/json_writer.hpp"

namespace trunkline::sim {

/// "faults": what was scripted, and when.
void write_faults(JsonWriter& json, const Scenario& scenario);
/// "history": a row of figures for each series, one figure a step.
void write_history(JsonWriter& json, const History& history);

}  // namespace trunkline::sim
