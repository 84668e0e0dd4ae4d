#pragma once
// What each kind of fault ("do") says besides its id and its time.

#include <span>
#include <string_view>

#include "simulator/scenario/draft.hpp"

namespace trunkline::sim::reading {

/// Reads one fault. `plan.id` and `plan.at` are known, the seed too.
struct FaultKind {
    std::string_view word;
    void (*read)(const Field& fault, const Draft& draft, FaultPlan& plan);
};

/// All kinds, in the order of the documentation.
std::span<const FaultKind> fault_kinds();

}  // namespace trunkline::sim::reading
