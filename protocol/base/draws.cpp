#include "protocol/base/draws.hpp"

#include "protocol/base/exact_math.hpp"

namespace trunkline {

double draw_share(Random& random) {
    // In the middle between two of the 2^52 numbers k/2^52: exact in a double's 53 bits.
    return (static_cast<double>(random.next() >> 12U) + 0.5) * 0x1.0p-52;
}

double draw_normal(Random& random) { return normal_quantile(draw_share(random)); }

double draw_exponential(Random& random) { return -log_of(draw_share(random)); }

}  // namespace trunkline
