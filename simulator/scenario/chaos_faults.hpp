#pragma once
// Faults that the seed draws, as "faults" would have them.

#include <string>
#include <vector>

#include "simulator/scenario/draft.hpp"

namespace trunkline::sim::reading {

/// How often each kind comes, in proportion; `kind` is a word of "do".
struct ChaosShare {
    std::string kind;
    std::uint64_t weight = 0;
};

/// The words that a mix may have.
std::span<const std::string_view> chaos_kinds();

/// Faults of the mix, so many in an hour of the run phase in the mean, each with drawn victims, moment, length and
/// figures, and all over when the phase ends: JSON objects, by their beginning. Kinds that have no victim in this
/// scenario are left out.
std::vector<std::string> draw_chaos_faults(const Draft& draft, const std::vector<ChaosShare>& mix, double per_hour);

}  // namespace trunkline::sim::reading
