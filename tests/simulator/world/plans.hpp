#pragma once
// Small scenarios for tests of the world.

#include <cstddef>

#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// So many sensors behind one gateway, each sampling every 10 s for ten minutes over a field link with this loss; one
/// observer of everything.
Scenario small_plan(std::size_t sensors, double loss);

}  // namespace trunkline::sim
