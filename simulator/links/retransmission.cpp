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

RetransmissionTimeouts steady_timeouts(const LinkProfile& profile) {
    RetransmissionTimeouts timeouts;
    const Duration four_deviations = profile.jitter * 8 / 3;
    timeouts.initial = 2 * profile.delay + std::max<Duration>(std::chrono::milliseconds(200), four_deviations);
    return timeouts;
}

RetransmissionTimeouts handshake_timeouts() { return {std::chrono::seconds(1), std::chrono::seconds(120), 6}; }

}  // namespace trunkline::sim
