#pragma once
// Rows on their way out of the tables.

#include "broker/core/store_batch.hpp"
#include "protocol/base/instant.hpp"
#include "runtime/store/rows.hpp"

namespace trunkline::broker {

using runtime::nanoseconds;
using runtime::null_number;
using runtime::wall_time;

/// Wall times in rows become instants on this line.
class Rows : public runtime::Rows<Store::Visitor> {
public:
    Rows(Store::Visitor& visitor, const WallClock& clock) : runtime::Rows<Store::Visitor>(visitor), clock_(clock) {}

    const WallClock& clock() const { return clock_; }

private:
    const WallClock& clock_;
};

}  // namespace trunkline::broker
