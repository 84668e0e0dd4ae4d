#pragma once
// One line that says how far a run is.

#include <string>

#include "simulator/oracle/oracle.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// " 42 %  00:05:00 of 00:12:00, 1,234 readings offered, 1,230 deliveries, 100 of 100 sensors connected".
std::string progress_line(const Scenario& scenario, Instant now, const OracleProgress& progress);

}  // namespace trunkline::sim
