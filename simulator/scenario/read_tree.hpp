#pragma once
// From the tree of a JSON text to the plan.

#include <string>
#include <vector>

#include "simulator/scenario/field.hpp"
#include "simulator/scenario/scenario_reader.hpp"

namespace trunkline::sim::reading {

/// As read_scenario(), for a text that was parsed; the overrides of the options are not applied. `asked`, if there is
/// one, is told which keys and words are taken at each place that the reader comes to, also if it then refuses one.
Scenario read_tree(const Node& root, const std::string& file, const ReadOptions& options,
                   std::vector<Asked>* asked = nullptr);

}  // namespace trunkline::sim::reading
