#pragma once
// report.html: what happened, for people. One file that needs nothing else, and says nothing of the real world.

#include <span>
#include <string>

#include "simulator/oracle/verdict.hpp"
#include "simulator/plan/scenario.hpp"
#include "simulator/report/run_counter.hpp"

namespace trunkline::sim {

/// The same scenario, seed, verdict and counters give the same page in every build.
std::string report_html(const Scenario& scenario, const Verdict& verdict, std::span<const RunCounter> counters = {});

}  // namespace trunkline::sim
