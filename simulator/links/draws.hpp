#pragma once
// Draws from distributions, equal to the last bit in every build: IEEE 754 sums, products and quotients only.

#include "protocol/base/random.hpp"

namespace trunkline::sim {

/// The natural logarithm for x > 0, to 1e-15 or so. The library's may differ between machines in the last bit.
double log_of(double x);

/// Exponential with mean 1, by inversion; never infinite.
double draw_exponential(Random& random);

}  // namespace trunkline::sim
