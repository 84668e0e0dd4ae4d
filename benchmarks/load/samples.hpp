#pragma once
// Durations of which percentiles are wanted.

#include <algorithm>
#include <cstddef>
#include <vector>

#include "protocol/base/instant.hpp"

namespace trunkline::load {

class Samples {
public:
    void add(Duration sample) { samples_.push_back(sample); }
    void add(const Samples& other) { samples_.insert(samples_.end(), other.samples_.begin(), other.samples_.end()); }
    void clear() { samples_.clear(); }
    bool empty() const { return samples_.empty(); }
    /// The smallest sample that `share` of all do not exceed. Not for none.
    Duration percentile(double share) {
        const auto rank = static_cast<std::size_t>(share * static_cast<double>(samples_.size() - 1));
        const auto place = samples_.begin() + static_cast<std::ptrdiff_t>(rank);
        std::nth_element(samples_.begin(), place, samples_.end());
        return *place;
    }

private:
    std::vector<Duration> samples_;
};

}  // namespace trunkline::load
