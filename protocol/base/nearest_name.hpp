#pragma once
// "Did you mean": the known name that is closest to what was written.

#include <span>
#include <string_view>

namespace trunkline {

/// The name with the fewest edits (insert, delete, replace, swap of neighbours; case counts half) if they are few for
/// its length; empty: none is near. The first of equally near ones.
std::string_view nearest_name(std::string_view written, std::span<const std::string_view> names);

}  // namespace trunkline
