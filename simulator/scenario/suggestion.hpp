#pragma once
// "Did you mean", as the end of a refusal.

#include <span>
#include <string>
#include <string_view>

namespace trunkline::sim::reading {

/// `; did you mean "delay"?`, or else `; "a", "b" and "c" are available` (at most eight), or empty without names.
std::string suggestion(std::string_view written, std::span<const std::string_view> names);

}  // namespace trunkline::sim::reading
