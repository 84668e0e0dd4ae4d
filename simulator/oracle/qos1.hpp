#pragma once
// The promise of QoS 1 and 2: what is acknowledged is delivered at least once, unless a limit or an absence is the
// cause.

#include <vector>

#include "simulator/oracle/books.hpp"

namespace trunkline::sim {

/// When the run is over: acknowledged readings that are nowhere, of all pairs whose QoS promises their arrival.
void find_lost_readings(const Books& books, Instant end, std::vector<Finding>& findings);

}  // namespace trunkline::sim
