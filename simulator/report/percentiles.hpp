#pragma once
// The percentiles that reports show.

#include <array>
#include <cstdint>
#include <string_view>

namespace trunkline::sim {

struct Percentile {
    std::string_view name;
    std::uint32_t of_100_000;
};
constexpr std::array<Percentile, 4> shown_percentiles = {
    {{"p50", 50'000}, {"p90", 90'000}, {"p99", 99'000}, {"p99.9", 99'900}}};

}  // namespace trunkline::sim
