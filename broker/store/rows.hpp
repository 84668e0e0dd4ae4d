#pragma once
// Rows on their way out of the tables.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/core/store_batch.hpp"
#include "protocol/base/instant.hpp"

namespace trunkline::broker {

/// Who gets the rows of the tables. Damaged rows are noted and left out, so that one of them hides no other.
class Rows {
public:
    Rows(Store::Visitor& visitor, const WallClock& clock) : visitor_(visitor), clock_(clock) {}

    const WallClock& clock() const { return clock_; }
    void record(StoreRecord record) { visitor_.record(std::move(record)); }
    /// A row that cannot be believed.
    void damaged(std::string_view table, std::int64_t row, std::string_view what) {
        damages_.push_back("table " + std::string(table) + ", row " + std::to_string(row) + ": " + std::string(what));
    }
    const std::vector<std::string>& damages() const { return damages_; }

private:
    Store::Visitor& visitor_;
    const WallClock& clock_;
    std::vector<std::string> damages_;
};

/// What NULL counts as in a checksum.
constexpr std::int64_t null_number = -1;

inline std::int64_t nanoseconds(WallTime time) { return time.time_since_epoch().count(); }
inline WallTime wall_time(std::int64_t nanoseconds) { return WallTime(WallTime::duration(nanoseconds)); }

}  // namespace trunkline::broker
