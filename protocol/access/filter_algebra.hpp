#pragma once
// How the topics of two filters lie to each other.

#include <string_view>

namespace trunkline {

/// Whether some topic matches both patterns.
bool patterns_overlap(std::string_view a, std::string_view b);

/// Whether every topic that matches `narrow` matches `wide` too.
bool pattern_covers(std::string_view wide, std::string_view narrow);

}  // namespace trunkline
