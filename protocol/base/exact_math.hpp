#pragma once
// Functions that are equal to the last bit in every build: IEEE 754 sums, products, quotients and square roots only,
// since the libraries' logarithms, exponentials and sines differ between machines.

namespace trunkline {

/// The natural logarithm for x > 0. Relative error below 1e-14.
double log_of(double x);

/// e^x. Relative error below 1e-13 for |x| <= 32; zero below -700. x <= 700.
double exp_of(double x);

/// The sine of a part of a whole turn, from 0 to below 1. Error below 1e-13.
double sine_of_turn(double turn);

/// The share of a normal distribution (mean 0, deviation 1) that lies below z. Error below 1e-13.
double normal_share_below(double z);

/// Its inverse: the value below which this share lies. 0 < share < 1. Relative error below 1e-14 (Wichura 1988,
/// algorithm AS 241, PPND16).
double normal_quantile(double share);

}  // namespace trunkline
