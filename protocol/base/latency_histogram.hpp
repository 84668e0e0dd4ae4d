#pragma once
// How long something took, how often: counts between fixed bounds.

#include <array>
#include <cstddef>
#include <cstdint>

#include "protocol/base/instant.hpp"

namespace trunkline {

class LatencyHistogram {
public:
    /// Upper bounds; what took longer is counted behind the last.
    static constexpr std::array<std::chrono::microseconds, 12> bounds{
        std::chrono::microseconds(500), std::chrono::milliseconds(1),   std::chrono::milliseconds(2),
        std::chrono::milliseconds(5),   std::chrono::milliseconds(10),  std::chrono::milliseconds(25),
        std::chrono::milliseconds(50),  std::chrono::milliseconds(100), std::chrono::milliseconds(250),
        std::chrono::milliseconds(500), std::chrono::seconds(1),        std::chrono::seconds(5)};

    void add(Duration took) {
        std::size_t place = 0;
        while (place < bounds.size() && took > bounds[place]) ++place;
        ++counts_[place];
        sum_ += took;
    }
    void add(const LatencyHistogram& other) {
        for (std::size_t place = 0; place < counts_.size(); ++place) counts_[place] += other.counts_[place];
        sum_ += other.sum_;
    }
    /// Between the bound before it and bounds[place]; of bounds.size(): above the last.
    std::uint64_t count(std::size_t place) const { return counts_[place]; }
    Duration sum() const { return sum_; }

private:
    std::array<std::uint64_t, bounds.size() + 1> counts_{};
    Duration sum_{};
};

}  // namespace trunkline
