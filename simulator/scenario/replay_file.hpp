#pragma once
// A recording for the signal model "replay".

#include <cstdint>
#include <vector>

#include "simulator/plan/signal_plan.hpp"
#include "simulator/scenario/field.hpp"

namespace trunkline::sim::reading {

/// Reads lines of `seconds,value` from the CSV file that the field names, relative to the scenario's folder: the first
/// column is the time since the run's beginning, rising, and `column` (from 2) the value. A first line that begins with
/// a letter is a heading; empty lines and those with # are passed over. Refuses what is else, with file and line.
std::vector<ReplayPoint> read_replay_file(const Field& file, std::uint64_t column);

}  // namespace trunkline::sim::reading
