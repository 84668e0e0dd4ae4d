#pragma once
// Rows on their way out of the tables.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/core/store_batch.hpp"
#include "protocol/base/instant.hpp"
#include "runtime/store/rows.hpp"

namespace trunkline::broker {

using runtime::nanoseconds;
using runtime::null_number;
using runtime::wall_time;

/// Who gets the rows of the tables.
class Rows {
public:
    Rows(Store::Visitor& visitor, const WallClock& clock) : visitor_(visitor), clock_(clock) {}

    const WallClock& clock() const { return clock_; }
    void record(StoreRecord record) { visitor_.record(std::move(record)); }
    /// A row that cannot be believed.
    void damaged(std::string_view table, std::int64_t row, std::string_view what) { damages_.add(table, row, what); }
    const std::vector<std::string>& damages() const { return damages_.found(); }

private:
    Store::Visitor& visitor_;
    const WallClock& clock_;
    runtime::Damages damages_;
};

}  // namespace trunkline::broker
