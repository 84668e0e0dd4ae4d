#pragma once
// events.ndjson: what happened, one JSON object a line (docs/report.md).

#include <string>

#include "simulator/oracle/verdict.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// By time: the verdict's journal, with the beginnings and ends of faults and the broken promises. The last lines say
/// what of the journal is left out.
std::string events_ndjson(const Scenario& scenario, const Verdict& verdict);

}  // namespace trunkline::sim
