#pragma once
// How much of QoS 1 gets through a link that loses packets independently: the closed form, and the interval in which a
// measured share must lie if the implementation obeys it.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "simulator/plan/link_profile.hpp"

namespace trunkline::sim {

/// A stop-and-wait sender with bounded retries: p = loss each way, N = retransmissions, s = (1-p)^2.
struct StopAndWait {
    double delivered = 0.0;      // 1 - p^(N+1): at least one copy arrives
    double acknowledged = 0.0;   // 1 - (1-s)^(N+1): at least one round trip succeeds
    double transmissions = 0.0;  // expected sendings: (1-(1-s)^(N+1)) / s
};
/// By products and sums only, so that every build agrees to the last bit. loss < 1.
StopAndWait stop_and_wait(double loss, unsigned retry_limit);

/// The share that gets through bursts in which all is lost and between which nothing is (formula 6.3): with the share b
/// of bad time and a = 1/good + 1/bad, all N + 1 tries T apart are lost with b (b + (1 - b) exp(-a T))^N.
double through_bursts(const BurstsByTime& bursts, Duration spacing, unsigned retry_limit);

/// How far the distribution of these numbers is from the uniform one on [0, 1]: the largest difference (Kolmogorov).
double distance_from_uniform(std::vector<double> numbers);
/// What that difference stays below with this confidence if they are uniform: sqrt(-ln((1 - confidence)/2) / 2n).
double kolmogorov_bound(std::size_t numbers, double confidence);

struct Interval {
    double from = 0.0;
    double to = 0.0;
    bool contains(double value) const { return value >= from && value <= to; }
};
/// Where the true share lies with this confidence (one of known_confidences) when `successes` of `trials` were counted
/// (Wilson 1927: the score interval, which unlike the textbook one keeps its level near 0 and 1). trials > 0.
Interval wilson_interval(std::uint64_t successes, std::uint64_t trials, double confidence);

}  // namespace trunkline::sim
