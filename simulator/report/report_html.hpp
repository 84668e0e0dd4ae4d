#pragma once
// report.html: what happened, for people. One file that needs nothing else, and says nothing of the real world.

#include <string>

#include "simulator/oracle/verdict.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// The same scenario, seed and verdict give the same page in every build.
std::string report_html(const Scenario& scenario, const Verdict& verdict);

}  // namespace trunkline::sim
