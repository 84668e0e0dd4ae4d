#pragma once
// Which packets a link loses.

#include "protocol/base/random.hpp"

namespace trunkline::sim {

/// Independent losses (Bernoulli; netem "loss random P"): each packet is lost with the same probability, whatever
/// happened to the one before.
class IndependentLoss {
public:
    explicit IndependentLoss(double probability) : probability_(probability) {}

    /// True: this packet is lost. One draw per packet, also at 0 and 1, so that changing the probability does not shift
    /// the other draws of the stream.
    bool loses(Random& random) const;

private:
    double probability_;
};

}  // namespace trunkline::sim
