#pragma once
// "on" of a fault: a selector, or {"of": selector, "pick": …}, of which the seed draws some.

#include <string>
#include <vector>

#include "simulator/scenario/draft.hpp"

namespace trunkline::sim::reading {

/// The field with the selector itself. Refuses an object with other keys than "of" and "pick".
Field selector_in(const Field& on);

/// Of `all`, which is not empty and ascends, those that "pick" has the seed draw for the fault with this id: a share
/// (0.25, 1.0; at least one) or a count (3). Without "pick": all. Ascending.
std::vector<std::size_t> picked(const Field& on, std::vector<std::size_t> all, const Draft& draft,
                                const std::string& fault);

/// Those of `names` that "on" selects and picks.
std::vector<std::size_t> select_some(const Field& on, const Names& names, const Draft& draft, const std::string& fault);

}  // namespace trunkline::sim::reading
