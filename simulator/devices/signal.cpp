#include "simulator/devices/signal.hpp"

#include <cassert>
#include <cmath>

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

Signal::Signal(const SignalPlan& plan, Duration interval, Random random)
    : random_(random), mean_(plan.mean), sigma_(plan.sigma) {
    assert(plan.tau > Duration::zero());
    decay_ = exp_of_minus(static_cast<double>(interval.count()) / static_cast<double>(plan.tau.count()));
    spread_ = sigma_ * std::sqrt(1.0 - decay_ * decay_);  // the square root is exact to the bit (IEEE 754 §5.4.1)
    offset_ = sigma_ * draw_normal(random_);
}

std::int64_t Signal::sample() {
    const double value = mean_ + offset_;
    offset_ = offset_ * decay_ + spread_ * draw_normal(random_);
    return static_cast<std::int64_t>(std::floor(value * 1000.0 + 0.5));
}

}  // namespace trunkline::sim
