#pragma once
// report.json: what happened, for programs (docs/report.md). Nothing of the real world stands in it.

#include <span>
#include <string>

#include "simulator/oracle/verdict.hpp"
#include "simulator/plan/scenario.hpp"
#include "simulator/report/run_counter.hpp"

namespace trunkline::sim {

constexpr unsigned report_version = 1;

/// The same scenario, seed and verdict give the same text in every build. `counters` are of the world or the live
/// driver.
std::string report_json(const Scenario& scenario, const Verdict& verdict, std::span<const RunCounter> counters);

}  // namespace trunkline::sim
