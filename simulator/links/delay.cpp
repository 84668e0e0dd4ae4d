#include "simulator/links/delay.hpp"

#include <algorithm>
#include <cmath>

#include "protocol/base/draws.hpp"
#include "protocol/base/exact_math.hpp"

namespace trunkline::sim {

namespace {

double normal_offset(double share) { return std::clamp<double>(normal_quantile(share), -normal_ends, normal_ends); }

/// (1 - share)^(-1/3): shape 3, least value 1, mean 3/2 (iproute2's netem/pareto.c).
double pareto_offset(double share) {
    return std::min<double>((exp_of(-log_of(1.0 - share) / 3.0) - 1.5) * 4.0 / 3.0, pareto_ends);
}

}  // namespace

double jitters_from_base(DelayDistribution distribution, double share) {
    switch (distribution) {
        case DelayDistribution::uniform:
            return 2.0 * share - 1.0;
        case DelayDistribution::normal:
            return normal_offset(share);
        case DelayDistribution::exponential:
            return std::min<double>(-log_of(1.0 - share), exponential_ends);
        case DelayDistribution::pareto:
            return pareto_offset(share);
        case DelayDistribution::pareto_normal:
            // Of the same share (iproute2's netem/paretonormal.c).
            return 0.25 * normal_offset(share) + 0.75 * pareto_offset(share);
        case DelayDistribution::table:
            break;
    }
    return 0.0;
}

double PacketDelay::offset_of(double share) const {
    if (distribution_ != DelayDistribution::table) return jitters_from_base(distribution_, share);
    const auto place = static_cast<std::size_t>(share * static_cast<double>(table_->size()));
    return static_cast<double>((*table_)[std::min(place, table_->size() - 1)]) / delay_table_scale;
}

PacketDelay::PacketDelay(const LinkProfile& profile)
    : base_(profile.delay),
      jitter_(profile.jitter),
      longest_(longest_delay(profile)),
      distribution_(profile.distribution),
      share_(profile.delay_correlation),
      table_(&profile.delay_table) {}

Duration PacketDelay::draw(Random& random) {
    const double share = share_.draw(random);
    if (jitter_ == Duration::zero()) return base_;
    const double offset = offset_of(share) * static_cast<double>(jitter_.count());
    return std::clamp(base_ + Duration(std::llround(offset)), Duration::zero(), longest_);
}

}  // namespace trunkline::sim
