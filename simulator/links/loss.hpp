#pragma once
// Which packets a link loses.

#include <variant>

#include "protocol/base/random.hpp"
#include "simulator/links/bursts.hpp"
#include "simulator/links/correlated.hpp"
#include "simulator/plan/link_profile.hpp"

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

/// Whichever model the profile names.
class PacketLossModel {
public:
    explicit PacketLossModel(const LinkProfile& profile);

    /// Instants do not go back.
    bool loses(Instant now, Random& random);

private:
    std::variant<IndependentLoss, CorrelatedChance, LossBurstsByPacket, LossBurstsByTime, LossInFourStates> model_;
};

}  // namespace trunkline::sim
