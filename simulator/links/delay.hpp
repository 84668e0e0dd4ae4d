#pragma once
// How long a packet is under way.

#include <optional>

#include "protocol/base/instant.hpp"
#include "protocol/base/random.hpp"
#include "simulator/plan/link_profile.hpp"

namespace trunkline::sim {

/// Draws delays as the profile says, in whole nanoseconds, from shortest_delay() to longest_delay(). Each packet draws
/// for itself, so a later one may overtake.
///
/// With a correlation, packets in a row have similar delays. netem mixes each draw with the one before, which makes the
/// distribution narrower the stronger the correlation is; here the delays keep their distribution: correlated are
/// normal values, of which each is turned into the delay that has the same share below it (a Gaussian copula).
class PacketDelay {
public:
    explicit PacketDelay(const LinkProfile& profile);

    Duration draw(Random& random);

private:
    double next_share(Random& random);

    Duration base_;
    Duration jitter_;
    Duration longest_;
    DelayDistribution distribution_;
    double correlation_;
    std::optional<double> normal_;  // of the packet before, while there is a correlation
};

}  // namespace trunkline::sim
