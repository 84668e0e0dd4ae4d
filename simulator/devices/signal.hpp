#pragma once
// What a sensor measures: an Ornstein-Uhlenbeck process, equal to the last bit in every build.

#include <cstdint>

#include "protocol/base/instant.hpp"
#include "protocol/base/random.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// A draw with mean 0 and standard deviation 1: the sum of twelve uniforms less six (Irwin-Hall). Its tails end at six
/// deviations, which a pressure sensor does not miss; sums and products are the same on every machine, while the
/// library's logarithm and cosine are not.
double draw_normal(Random& random);

/// e^-x for x >= 0 by halving, a Taylor polynomial and squaring: IEEE 754 products and sums only. Relative error below
/// 1e-13 for x <= 32.
double exp_of_minus(double x);

/// x(t + T) = mean + (x(t) - mean) e^(-T/tau) + sigma sqrt(1 - e^(-2T/tau)) N: the exact transition of the process
/// (Uhlenbeck, Ornstein 1930; Gillespie 1996), so that the sampling interval does not change the statistics.
class Signal {
public:
    /// `interval`: from one sample to the next. The first value is of the stationary distribution.
    Signal(const SignalPlan& plan, Duration interval, Random random);

    /// The next sample, in thousandths, rounded half up: nobody sees the value behind it.
    std::int64_t sample();

private:
    Random random_;
    double mean_;
    double sigma_;
    double decay_;   // e^(-T/tau)
    double spread_;  // sigma sqrt(1 - decay²)
    double offset_;  // x - mean
};

}  // namespace trunkline::sim
