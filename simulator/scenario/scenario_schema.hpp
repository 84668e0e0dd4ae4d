#pragma once
// The JSON Schema of scenarios, for editors.

#include <string_view>

namespace trunkline::sim {

/// The text of simulator/scenario/scenario.schema.json (draft 2020-12). It says what stands where and of which shape;
/// what depends on other places (ids that exist, sizes in all, what does not go together) only the reader knows. Tests
/// hold the two against each other: the same keys and words at each place.
std::string_view scenario_schema();

}  // namespace trunkline::sim
