#include "simulator/links/correlated.hpp"

#include <algorithm>
#include <cmath>

#include "protocol/base/draws.hpp"
#include "protocol/base/exact_math.hpp"

namespace trunkline::sim {

double CorrelatedShare::draw(Random& random) {
    const double share = draw_share(random);
    if (correlation_ == 0.0) return share;
    const double fresh = normal_quantile(share);
    // The square root is exact to the bit (IEEE 754 §5.4.1).
    normal_ = normal_ ? correlation_ * *normal_ + std::sqrt(1.0 - correlation_ * correlation_) * fresh : fresh;
    return std::clamp(normal_share_below(*normal_), 0x1.0p-53, 1.0 - 0x1.0p-53);
}

}  // namespace trunkline::sim
