#pragma once
// How long a packet is under way.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "protocol/base/draws.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/base/random.hpp"
#include "simulator/links/correlated.hpp"
#include "simulator/plan/link_profile.hpp"

namespace trunkline::sim {

/// How far from the base the draw with this share of draws below it lies, in jitters. A table is none of these.
double jitters_from_base(DelayDistribution distribution, double share);

/// The most frequent kind: uniform and without a correlation. One draw from the stream, also without jitter.
inline Duration draw_uniform_delay(Duration base, Duration jitter, Random& random) {
    const double share = draw_share(random);
    if (jitter == Duration::zero()) return base;
    const double offset = (2.0 * share - 1.0) * static_cast<double>(jitter.count());
    return std::max(base + Duration(std::llround(offset)), Duration::zero());
}

/// Draws delays as the profile says, in whole nanoseconds, from shortest_delay() to longest_delay(). Each packet draws
/// for itself, so a later one may overtake.
///
/// With a correlation, packets in a row have similar delays, and keep their distribution (correlated.hpp).
class PacketDelay {
public:
    /// A profile with a table of delays outlives it.
    explicit PacketDelay(const LinkProfile& profile);

    Duration draw(Random& random);

private:
    double offset_of(double share) const;

    Duration base_;
    Duration jitter_;
    Duration longest_;
    DelayDistribution distribution_;
    CorrelatedShare share_;
    const std::vector<std::int16_t>* table_;
};

}  // namespace trunkline::sim
