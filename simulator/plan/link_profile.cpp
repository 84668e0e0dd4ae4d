#include "simulator/plan/link_profile.hpp"

#include <algorithm>

namespace trunkline::sim {

Duration shortest_delay(const LinkProfile& link) {
    Duration below{};
    switch (link.distribution) {
        case DelayDistribution::uniform:
            below = link.jitter;
            break;
        case DelayDistribution::normal:
            below = normal_ends * link.jitter;
            break;
        case DelayDistribution::exponential:
            break;
        case DelayDistribution::pareto:
            below = link.jitter * 2 / 3;
            break;
    }
    return std::max(Duration::zero(), link.delay - below);
}

Duration longest_delay(const LinkProfile& link) {
    switch (link.distribution) {
        case DelayDistribution::uniform:
            return link.delay + link.jitter;
        case DelayDistribution::normal:
            return link.delay + normal_ends * link.jitter;
        case DelayDistribution::exponential:
            return link.delay + exponential_ends * link.jitter;
        case DelayDistribution::pareto:
            return link.delay + pareto_ends * link.jitter;
    }
    return link.delay;
}

}  // namespace trunkline::sim
