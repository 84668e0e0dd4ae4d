#pragma once
// Draws from distributions, equal to the last bit in every build. Each takes one number from the stream, so that
// another distribution leaves what follows where it was.

#include "protocol/base/random.hpp"

namespace trunkline {

/// Uniform in the open interval (0, 1): neither end, so that a quantile of it is finite.
inline double draw_share(Random& random) {
    // In the middle between two of the 2^52 numbers k/2^52: exact in a double's 53 bits.
    return (static_cast<double>(random.next() >> 12U) + 0.5) * 0x1.0p-52;
}

/// Mean 0 and standard deviation 1, by inversion; no further out than 8.3.
double draw_normal(Random& random);

/// Exponential with mean 1, by inversion; at most 37.
double draw_exponential(Random& random);

}  // namespace trunkline
