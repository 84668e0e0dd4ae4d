#pragma once
// Faults that contradict each other.

#include "simulator/scenario/draft.hpp"

namespace trunkline::sim::reading {

/// Refuses the fault that was read into `plan` if one before it lasts at the same time and both cannot be: a restart of
/// what is gone already, an actor that is away and hangs at once, a key of one link set to two values. `fault` is its
/// field, for the message.
void check_conflicts(const Field& fault, const Draft& draft, const FaultPlan& plan);
/// Whether it would be refused.
bool has_conflicts(const Field& fault, const Draft& draft, const FaultPlan& plan);

}  // namespace trunkline::sim::reading
