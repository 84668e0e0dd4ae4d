#pragma once
// What readings cost on the links.

#include <span>
#include <string>

#include "simulator/oracle/history.hpp"
#include "simulator/report/run_counter.hpp"

namespace trunkline::sim {

/// A table for report.html, from the driver's counters; empty where they say nothing of links. Packets and octets with
/// headers, repeated and lost ones included, for each reading that was offered, warm-up included.
std::string wire_cost_table(const History& history, std::span<const RunCounter> counters);

}  // namespace trunkline::sim
