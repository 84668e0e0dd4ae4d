#include "simulator/links/slots.hpp"

#include <algorithm>
#include <cmath>

#include "simulator/links/delay.hpp"

namespace trunkline::sim {

Duration Slots::distance(double share) const {
    if (!plan_.distribution) {
        const auto range = static_cast<double>((plan_.longest - plan_.shortest).count());
        return plan_.shortest + Duration(static_cast<Duration::rep>(share * range));
    }
    const double offset = jitters_from_base(*plan_.distribution, share) * static_cast<double>(plan_.jitter.count());
    return std::max(Duration::zero(), plan_.shortest + Duration(std::llround(offset)));
}

void Slots::open_after(Instant instant, double share) {
    opens_ = instant + distance(share);
    packets_ = 0;
    octets_ = 0;
}

Instant Slots::leaves(std::size_t octets, Instant ready, Instant now, double share) {
    if (opens_ < ready) open_after(now, share);
    const Instant leaves = std::max(ready, opens_);
    ++packets_;
    octets_ += octets;
    const bool is_full =
        (plan_.packets != 0 && packets_ >= plan_.packets) || (plan_.octets != 0 && octets_ >= plan_.octets);
    if (is_full) open_after(leaves, share);
    return leaves;
}

}  // namespace trunkline::sim
