#include "simulator/oracle/log_histogram.hpp"

#include <algorithm>
#include <bit>
#include <cassert>

namespace trunkline::sim {

namespace {

// A power of two is cut into 128 buckets; below 256 each value has its own.
constexpr unsigned precision_bits = 7;
constexpr std::uint64_t half = 1U << precision_bits;
constexpr std::uint64_t linear = 2 * half;

std::size_t bucket_of(std::uint64_t microseconds) {
    if (microseconds < linear) return microseconds;
    const auto shift = static_cast<unsigned>(std::bit_width(microseconds)) - precision_bits - 1;
    return linear + (shift - 1) * half + ((microseconds >> shift) - half);
}

/// The largest value of a bucket.
std::uint64_t end_of(std::size_t bucket) {
    if (bucket < linear) return bucket;
    const std::uint64_t beyond = bucket - linear;
    const auto shift = static_cast<unsigned>(beyond / half) + 1;
    return ((beyond % half + half + 1) << shift) - 1;
}

std::uint64_t microseconds_of(Duration value) {
    return static_cast<std::uint64_t>(std::chrono::floor<std::chrono::microseconds>(value).count());
}

}  // namespace

void LogHistogram::add(Duration value) {
    value = std::max(value, Duration::zero());
    minimum_ = count_ == 0 ? value : std::min(minimum_, value);
    maximum_ = std::max(maximum_, value);
    ++count_;
    sum_ += microseconds_of(value);
    const std::size_t bucket = bucket_of(microseconds_of(value));
    if (bucket >= buckets_.size()) buckets_.resize(bucket + 1);
    ++buckets_[bucket];
}

void LogHistogram::add(const LogHistogram& other) {
    if (other.count_ == 0) return;
    minimum_ = count_ == 0 ? other.minimum_ : std::min(minimum_, other.minimum_);
    maximum_ = std::max(maximum_, other.maximum_);
    count_ += other.count_;
    sum_ += other.sum_;
    if (other.buckets_.size() > buckets_.size()) buckets_.resize(other.buckets_.size());
    for (std::size_t at = 0; at < other.buckets_.size(); ++at) buckets_[at] += other.buckets_[at];
}

std::vector<LogHistogram::Bucket> LogHistogram::buckets() const {
    std::vector<Bucket> filled;
    for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
        if (buckets_[bucket] > 0) filled.push_back({std::chrono::microseconds(end_of(bucket)), buckets_[bucket]});
    }
    return filled;
}

Duration LogHistogram::percentile(std::uint32_t of_100_000) const {
    assert(of_100_000 <= 100'000);
    if (count_ == 0) return Duration::zero();
    // In integers: a share as a floating-point number would round a rank up or down by its representation. Split, so
    // that the product of many values stays within 64 bits.
    const std::uint64_t whole = count_ / 100'000 * of_100_000;
    const std::uint64_t part = (count_ % 100'000 * of_100_000 + 99'999) / 100'000;
    const std::uint64_t rank = std::max<std::uint64_t>(1, whole + part);
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
        seen += buckets_[bucket];
        if (seen >= rank) return std::min<Duration>(std::chrono::microseconds(end_of(bucket)), maximum_);
    }
    return maximum_;
}

}  // namespace trunkline::sim
