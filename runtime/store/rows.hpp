#pragma once
// Rows on their way out of a store's tables.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/base/instant.hpp"

namespace trunkline::runtime {

/// Rows that cannot be believed are noted and left out, so that one of them hides no other.
class Damages {
public:
    void add(std::string_view table, std::int64_t row, std::string_view what) {
        found_.push_back("table " + std::string(table) + ", row " + std::to_string(row) + ": " + std::string(what));
    }
    const std::vector<std::string>& found() const { return found_; }

private:
    std::vector<std::string> found_;
};

/// What NULL counts as in a checksum.
constexpr std::int64_t null_number = -1;

inline std::int64_t nanoseconds(WallTime time) { return time.time_since_epoch().count(); }
inline WallTime wall_time(std::int64_t nanoseconds) { return WallTime(WallTime::duration(nanoseconds)); }

}  // namespace trunkline::runtime
