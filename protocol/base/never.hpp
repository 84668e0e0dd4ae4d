#pragma once
// Optional instants as one number each, while the earliest of several is looked for.

#include <optional>

#include "protocol/base/instant.hpp"

namespace trunkline {

/// The end of time. What would happen then does not happen.
constexpr Instant never = Instant::max();

/// For deadlines of many parts, which are asked for after each input: of optionals that are compared g++ makes stores,
/// and loads that wait for them, which takes twice as long as numbers do.
constexpr Instant or_never(const std::optional<Instant>& at) { return at ? *at : never; }

/// The way back.
constexpr std::optional<Instant> if_ever(Instant at) {
    if (at == never) return std::nullopt;
    return at;
}

}  // namespace trunkline
