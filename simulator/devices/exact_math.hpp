#pragma once
// What signals need of mathematics, equal to the last bit in every build: IEEE 754 sums, products and square roots
// only, since the libraries' exponentials, logarithms and sines differ.

#include "protocol/base/random.hpp"

namespace trunkline::sim {

/// A draw with mean 0 and standard deviation 1: the sum of twelve uniforms less six (Irwin-Hall). Its tails end at six
/// deviations, which a pressure sensor does not miss.
double draw_normal(Random& random);

/// e^-x for x >= 0 by halving, a Taylor polynomial and squaring. Relative error below 1e-13 for x <= 32.
double exp_of_minus(double x);

/// The sine of a part of a whole turn, from 0 to below 1, by its Taylor polynomial within a quarter. Error below 1e-13.
double sine_of_turn(double turn);

}  // namespace trunkline::sim
