#pragma once
// "chaos": bad luck that is drawn from the seed.

#include <string>
#include <vector>

#include "simulator/scenario/draft.hpp"

namespace trunkline::sim::reading {

/// The knobs that the document's chaos turns with this seed, as "PATH=VALUE"; none without a chaos that wants them.
/// To be applied before the document is read.
std::vector<std::string> knobs_of(const Node& root, std::uint64_t seed);

/// After all that it may meet. Draws the faults, and adds them to the plan.
void read_chaos(const Field& chaos, Draft& draft);

}  // namespace trunkline::sim::reading
