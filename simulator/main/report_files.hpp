#pragma once
// The files of a report that tell what happened in the scenario.

#include "simulator/main/report_folder.hpp"
#include "simulator/main/virtual_run.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// Those that the scenario wants. Throws ReportError.
void write_report_files(const ReportFolder& folder, const Scenario& scenario, const Outcome& outcome);

}  // namespace trunkline::sim
