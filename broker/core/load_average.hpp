#pragma once
// How much a minute, over the last while: Mosquitto's load averages.

#include <cstdint>

#include "protocol/base/instant.hpp"

namespace trunkline::broker {

/// Averages of one counter's growth per minute over 1, 5 and 15 minutes, older growth weighing exponentially less.
class LoadAverage {
public:
    static constexpr int span_count = 3;
    static constexpr int span_minutes[span_count] = {1, 5, 15};

    /// The counter's value after `elapsed` since the last call. Nothing elapsed: only the value is noted.
    void sample(std::uint64_t counter, Duration elapsed);
    double per_minute(int span) const { return averages_[span]; }

private:
    std::uint64_t counter_ = 0;
    double averages_[span_count] = {};
};

}  // namespace trunkline::broker
