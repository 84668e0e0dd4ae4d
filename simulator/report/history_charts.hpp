#pragma once
// The run over time, in report.html.

#include <string>

#include "simulator/oracle/causes.hpp"
#include "simulator/oracle/history.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// The charts, with the faults marked in each. Warm-up and drain are in them.
std::string history_charts(const Scenario& scenario, const History& history);

/// "replaced by newer".
std::string words_of(LossCause cause);

}  // namespace trunkline::sim
