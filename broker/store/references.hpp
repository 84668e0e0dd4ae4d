#pragma once
// Whether what rows name is there.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/store/database.hpp"

namespace trunkline::broker {

/// Rows that name a row which is missing, or that nothing names although something must, one line each.
std::vector<std::string> dangling_references(runtime::Database& database);

/// How many rows each table has, in the order of FORMAT.md. Nothing of a table that cannot be read.
std::vector<std::pair<std::string_view, std::int64_t>> row_counts(runtime::Database& database);

}  // namespace trunkline::broker
