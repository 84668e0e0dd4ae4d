#include "protocol/base/draws.hpp"

#include "protocol/base/exact_math.hpp"

namespace trunkline {

double draw_normal(Random& random) { return normal_quantile(draw_share(random)); }

double draw_exponential(Random& random) { return -log_of(draw_share(random)); }

}  // namespace trunkline
