#include "simulator/links/draws.hpp"

#include <cassert>
#include <cmath>

namespace trunkline::sim {

double log_of(double x) {
    assert(x > 0.0);
    int exponent = 0;
    double mantissa = std::frexp(x, &exponent);  // takes bits apart: exact; mantissa in [1/2, 1)
    if (mantissa < 0.7071) {                     // nearer to one: the sum falls faster, and log_of(1) is zero
        mantissa *= 2.0;
        --exponent;
    }
    // ln m = 2 artanh t with t = (m - 1) / (m + 1), |t| < 0.172: t^(2k+1) / (2k+1) falls 33-fold per term.
    const double t = (mantissa - 1.0) / (mantissa + 1.0);
    double sum = 0.0;
    for (int term = 11; term >= 0; --term) sum = sum * t * t + 1.0 / (2 * term + 1);
    constexpr double log_of_two = 0.693147180559945309;
    return 2.0 * t * sum + log_of_two * exponent;
}

double draw_exponential(Random& random) { return -log_of(1.0 - random.unit()); }

}  // namespace trunkline::sim
