#pragma once
// How long it took after each fault until all was as before, as far as the steps of the history tell.

#include <optional>
#include <string>
#include <vector>

#include "simulator/oracle/history.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// Since the fault's end, up to the end of the first step in which it holds: never too short, at most a step too long.
/// Nothing: not by the run's end.
struct Recovery {
    std::string fault;
    std::uint64_t connected_before = 0;  // sensors
    std::uint64_t connected_least = 0;   // from the fault's beginning until the run's end
    std::optional<Duration> connected;   // 99 % of those before are
    std::optional<Duration> backlog;     // no more waits for subscribers than in the steps before
    std::optional<Duration> latency;     // the 99th percentile is at most 1.2 times that of the steps before
};

/// Of the faults that begin after the first step and end within the run. Where faults overlap, so do their figures.
std::vector<Recovery> recoveries(const Scenario& scenario, const History& history);

/// The same as HTML; empty without any.
std::string recovery_table(const Scenario& scenario, const History& history);

}  // namespace trunkline::sim
