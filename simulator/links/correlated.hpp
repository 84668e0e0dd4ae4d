#pragma once
// Luck that resembles the luck before it.

#include <optional>

#include "protocol/base/random.hpp"

namespace trunkline::sim {

/// Uniform shares in (0, 1), each correlated with the one before. netem mixes each draw with the last result, which
/// makes the distribution narrower the stronger the correlation is; here each share stays uniform: correlated are
/// normal values, of which each is turned into the share that lies below it (a Gaussian copula). One draw from the
/// stream each.
class CorrelatedShare {
public:
    /// From 0, independent, to below 1.
    explicit CorrelatedShare(double correlation) : correlation_(correlation) {}

    double draw(Random& random);

private:
    double correlation_;
    std::optional<double> normal_;  // before, while there is a correlation
};

/// Something that happens with a probability, more likely if it happened last time. Its share stays the probability.
/// Without a correlation it takes the same draw as Random::chance().
class CorrelatedChance {
public:
    CorrelatedChance(double probability, double correlation)
        : probability_(probability), is_independent_(correlation == 0.0), share_(correlation) {}

    bool happens(Random& random) {
        return is_independent_ ? random.chance(probability_) : share_.draw(random) < probability_;
    }

private:
    double probability_;
    bool is_independent_;
    CorrelatedShare share_;
};

}  // namespace trunkline::sim
