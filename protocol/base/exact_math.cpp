#include "protocol/base/exact_math.hpp"

#include <cassert>
#include <cmath>
#include <span>

namespace trunkline {

namespace {

double exp_of_minus(double x) {
    if (x > 700.0) return 0.0;  // below 1e-304: nothing that is ever added up
    int halvings = 0;
    for (; x > 0.125; ++halvings) x *= 0.5;
    // 1 - x (1 - x/2 (1 - x/3 (...))): the remainder after ten terms is below 1e-16.
    double sum = 1.0;
    for (int term = 10; term > 0; --term) sum = 1.0 - x / term * sum;
    for (; halvings > 0; --halvings) sum *= sum;
    return sum;
}

/// Coefficients from the constant term upwards.
double polynomial(std::span<const double> coefficients, double x) {
    double sum = 0.0;
    for (std::size_t at = coefficients.size(); at > 0; --at) sum = sum * x + coefficients[at - 1];
    return sum;
}

// AS 241: a quotient of polynomials for the middle, one for the flanks, one for the far tails.
constexpr double middle_above[] = {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
                                   1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
                                   3.3430575583588128105e4, 2.5090809287301226727e3};
constexpr double middle_below[] = {1.0,
                                   4.2313330701600911252e1,
                                   6.8718700749205790830e2,
                                   5.3941960214247511077e3,
                                   2.1213794301586595867e4,
                                   3.9307895800092710610e4,
                                   2.8729085735721942674e4,
                                   5.2264952788528545610e3};
constexpr double flank_above[] = {1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
                                  3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
                                  2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr double flank_below[] = {1.0,
                                  2.05319162663775882187e0,
                                  1.67638483018380384940e0,
                                  6.89767334985100004550e-1,
                                  1.48103976427480074590e-1,
                                  1.51986665636164571966e-2,
                                  5.47593808499534494600e-4,
                                  1.05075007164441684324e-9};
constexpr double tail_above[] = {6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                                 2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                 2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr double tail_below[] = {1.0,
                                 5.99832206555887937690e-1,
                                 1.36929880922735805310e-1,
                                 1.48753612908506148525e-2,
                                 7.86869131145613259100e-4,
                                 1.84631831751005468180e-5,
                                 1.42151175831644588870e-7,
                                 2.04426310338993978564e-15};

}  // namespace

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

double exp_of(double x) {
    assert(x <= 700.0);
    return x > 0.0 ? 1.0 / exp_of_minus(x) : exp_of_minus(-x);
}

double sine_of_turn(double turn) {
    assert(turn >= 0.0);
    assert(turn < 1.0);
    const bool is_negative = turn >= 0.5;
    if (is_negative) turn -= 0.5;
    if (turn > 0.25) turn = 0.5 - turn;
    const double x = turn * 6.283185307179586;
    // x (1 - x²/(2·3) (1 - x²/(4·5) (...))): after x^17 the remainder at a quarter turn is below 5e-14.
    double sum = 1.0;
    for (int power = 16; power > 0; power -= 2) sum = 1.0 - x * x / (power * (power + 1)) * sum;
    return is_negative ? -x * sum : x * sum;
}

double normal_share_below(double z) {
    if (z < 0.0) return 1.0 - normal_share_below(-z);
    if (z > 9.0) return 1.0;
    // 1/2 + density(z) (z + z³/3 + z⁵/(3·5) + ...): all terms positive, and falling once their number exceeds z².
    double term = z;
    double sum = z;
    for (int odd = 3; term > sum * 1e-17; odd += 2) {
        term *= z * z / odd;
        sum += term;
    }
    constexpr double density_at_zero = 0.398942280401432678;
    return 0.5 + density_at_zero * exp_of(-0.5 * z * z) * sum;
}

double normal_quantile(double share) {
    assert(share > 0.0);
    assert(share < 1.0);
    const double from_middle = share - 0.5;
    if (from_middle > -0.425 && from_middle < 0.425) {
        const double r = 0.180625 - from_middle * from_middle;
        return from_middle * polynomial(middle_above, r) / polynomial(middle_below, r);
    }
    const double r = std::sqrt(-log_of(from_middle < 0.0 ? share : 1.0 - share));
    const double z = r <= 5.0 ? polynomial(flank_above, r - 1.6) / polynomial(flank_below, r - 1.6)
                              : polynomial(tail_above, r - 5.0) / polynomial(tail_below, r - 5.0);
    return from_middle < 0.0 ? -z : z;
}

}  // namespace trunkline
