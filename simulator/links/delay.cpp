#include "simulator/links/delay.hpp"

#include <algorithm>
#include <cmath>

#include "protocol/base/draws.hpp"
#include "protocol/base/exact_math.hpp"

namespace trunkline::sim {

namespace {

/// How far from the base the delay with this share of delays below it lies, in jitters.
double offset_of(DelayDistribution distribution, double share) {
    switch (distribution) {
        case DelayDistribution::uniform:
            return 2.0 * share - 1.0;
        case DelayDistribution::normal:
            return std::clamp<double>(normal_quantile(share), -normal_ends, normal_ends);
        case DelayDistribution::exponential:
            return std::min<double>(-log_of(1.0 - share), exponential_ends);
        case DelayDistribution::pareto:
            // (1 - share)^(-1/3): shape 3, least value 1, mean 3/2 (iproute2's netem/pareto.c).
            return std::min<double>((exp_of(-log_of(1.0 - share) / 3.0) - 1.5) * 4.0 / 3.0, pareto_ends);
    }
    return 0.0;
}

}  // namespace

PacketDelay::PacketDelay(const LinkProfile& profile)
    : base_(profile.delay),
      jitter_(profile.jitter),
      longest_(longest_delay(profile)),
      distribution_(profile.distribution),
      correlation_(profile.delay_correlation) {}

double PacketDelay::next_share(Random& random) {
    const double share = draw_share(random);
    if (correlation_ == 0.0) return share;
    const double fresh = normal_quantile(share);
    // The square root is exact to the bit (IEEE 754 §5.4.1).
    normal_ = normal_ ? correlation_ * *normal_ + std::sqrt(1.0 - correlation_ * correlation_) * fresh : fresh;
    return std::clamp(normal_share_below(*normal_), 0x1.0p-53, 1.0 - 0x1.0p-53);
}

Duration PacketDelay::draw(Random& random) {
    const double share = next_share(random);
    if (jitter_ == Duration::zero()) return base_;
    const double offset = offset_of(distribution_, share) * static_cast<double>(jitter_.count());
    return std::clamp(base_ + Duration(std::llround(offset)), Duration::zero(), longest_);
}

}  // namespace trunkline::sim
