#include "simulator/links/retransmission.hpp"

#include <algorithm>
#include <cassert>

namespace trunkline::sim {

Duration RetransmissionTimeouts::after_loss(unsigned losses) const {
    assert(losses > 0);
    Duration timeout = initial;
    for (unsigned doubled = 1; doubled < losses && timeout < longest; ++doubled) timeout *= 2;
    return std::min(timeout, std::max(initial, longest));
}

namespace {

/// Four mean absolute deviations of a round trip, which is the sum of two delays.
Duration four_deviations(const LinkProfile& profile) {
    switch (profile.distribution) {
        case DelayDistribution::uniform:
            return profile.jitter * 8 / 3;  // of the triangle on two jitters either side: 2/3 jitter
        case DelayDistribution::normal:
            return profile.jitter * 9 / 2;  // 2/sqrt(pi) = 1.128
        case DelayDistribution::exponential:
            return profile.jitter * 13 / 3;  // of Gamma with shape 2: 8/e^2 = 1.083
        case DelayDistribution::pareto:
            return profile.jitter * 4;  // about 1
        case DelayDistribution::pareto_normal:
        case DelayDistribution::table:
            return profile.jitter * 4;  // of the order of one jitter
    }
    return Duration::zero();
}

Duration mean_delay(const LinkProfile& profile) {
    const bool is_exponential = profile.distribution == DelayDistribution::exponential;
    return profile.delay + (is_exponential ? profile.jitter : Duration::zero());
}

}  // namespace

RetransmissionTimeouts steady_timeouts(const LinkProfile& profile) {
    RetransmissionTimeouts timeouts;
    const LinkProfile& down = profile.in(LinkWay::down);
    const Duration deviations = std::max(four_deviations(profile), four_deviations(down));
    timeouts.initial =
        mean_delay(profile) + mean_delay(down) + std::max<Duration>(std::chrono::milliseconds(200), deviations);
    return timeouts;
}

RetransmissionTimeouts handshake_timeouts() { return {std::chrono::seconds(1), std::chrono::seconds(120), 6}; }

}  // namespace trunkline::sim
