#pragma once
// Links that ship with the program. docs/scenario.md says where each figure comes from.

#include <span>
#include <string_view>

namespace trunkline::sim::reading {

/// A link in the words of a scenario, so that its text can be copied into one.
struct LinkPreset {
    std::string_view name;  // as in "preset:vsat"
    std::string_view keys;  // JSON
};

std::span<const LinkPreset> link_presets();

}  // namespace trunkline::sim::reading
