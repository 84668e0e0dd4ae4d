#include "simulator/devices/exact_math.hpp"

#include <cassert>

namespace trunkline::sim {

double draw_normal(Random& random) {
    double sum = -6.0;
    for (int drawn = 0; drawn < 12; ++drawn) sum += random.unit();
    return sum;
}

double exp_of_minus(double x) {
    assert(x >= 0.0);
    if (x > 700.0) return 0.0;  // below 1e-304: nothing that is ever added up
    int halvings = 0;
    for (; x > 0.125; ++halvings) x *= 0.5;
    // 1 - x (1 - x/2 (1 - x/3 (...))): the remainder after ten terms is below 1e-16.
    double sum = 1.0;
    for (int term = 10; term > 0; --term) sum = 1.0 - x / term * sum;
    for (; halvings > 0; --halvings) sum *= sum;
    return sum;
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

}  // namespace trunkline::sim
