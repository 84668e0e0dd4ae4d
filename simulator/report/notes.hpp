#pragma once
// What a reader of a report has to know of a scenario before its verdict.

#include <string>
#include <vector>

#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// Sentences on promises that this scenario takes itself out of; none, usually.
std::vector<std::string> notes_on(const Scenario& scenario);

}  // namespace trunkline::sim
