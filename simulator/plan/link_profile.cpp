#include "simulator/plan/link_profile.hpp"

#include <algorithm>

namespace trunkline::sim {

namespace {

Duration of_scale(Duration jitter, int offset) { return Duration(jitter.count() * offset / delay_table_scale); }

/// How far below and above the base the delay of one way may lie.
struct Reach {
    Duration below{};
    Duration above{};
};

Reach reach_of(const LinkProfile& link) {
    const Duration jitter = link.jitter;
    switch (link.distribution) {
        case DelayDistribution::uniform:
            return {jitter, jitter};
        case DelayDistribution::normal:
            return {normal_ends * jitter, normal_ends * jitter};
        case DelayDistribution::exponential:
            return {Duration::zero(), exponential_ends * jitter};
        case DelayDistribution::pareto:
            return {jitter * 2 / 3, pareto_ends * jitter};
        case DelayDistribution::pareto_normal:
            return {jitter * normal_ends / 4 + jitter / 2, pareto_ends * jitter};
        case DelayDistribution::table:
            return {of_scale(jitter, -link.delay_table.front()), of_scale(jitter, link.delay_table.back())};
    }
    return {};
}

}  // namespace

Duration shortest_delay(const LinkProfile& link) {
    if (link.reorder > 0.0 && link.reorder_skips_delay) return Duration::zero();
    const Duration up = std::max(Duration::zero(), link.delay - reach_of(link).below);
    return link.down_differs.empty() ? up : std::min(up, shortest_delay(link.down_differs.front()));
}

Duration longest_delay(const LinkProfile& link) {
    const Duration up = link.delay + reach_of(link).above;
    return link.down_differs.empty() ? up : std::max(up, longest_delay(link.down_differs.front()));
}

}  // namespace trunkline::sim
