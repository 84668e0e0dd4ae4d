#pragma once
// Latencies in logarithmic buckets, after Gil Tene's HdrHistogram: any number of values in a few kilobytes, each
// percentile within 0.8 % of the exact one.

#include <cstdint>
#include <vector>

#include "protocol/base/instant.hpp"

namespace trunkline::sim {

/// Counts durations, with a resolution of a microsecond up to 256 us and of 1/128 of the value above.
class LogHistogram {
public:
    /// Negative durations count as zero.
    void add(Duration value);
    void add(const LogHistogram& other);

    std::uint64_t count() const { return count_; }
    Duration minimum() const { return minimum_; }  // exact; zero when empty
    Duration maximum() const { return maximum_; }  // exact; zero when empty
    /// Of whole microseconds; zero when empty.
    Duration mean() const { return std::chrono::microseconds(count_ == 0 ? 0 : sum_ / count_); }
    /// The value that this share of all values does not exceed (99,900 of 100,000: p99.9), rounded up to its bucket's
    /// end, never beyond the maximum. Zero when empty.
    Duration percentile(std::uint32_t of_100_000) const;

    /// A bucket with values in it: the largest that it takes, in whole microseconds, and how many there are.
    struct Bucket {
        Duration largest{};
        std::uint64_t count = 0;
    };
    /// In rising order.
    std::vector<Bucket> buckets() const;

private:
    std::vector<std::uint64_t> buckets_;  // as long as the largest value needs
    std::uint64_t count_ = 0;
    std::uint64_t sum_ = 0;  // of whole microseconds
    Duration minimum_{};
    Duration maximum_{};
};

}  // namespace trunkline::sim
