#pragma once
// Losses that come in bursts: two states, each with its own probability of loss.

#include <optional>

#include "protocol/base/instant.hpp"
#include "protocol/base/random.hpp"
#include "simulator/plan/link_profile.hpp"

namespace trunkline::sim {

/// The chain takes one step before each packet, and starts in its stationary distribution P/(P+R).
class LossBurstsByPacket {
public:
    explicit LossBurstsByPacket(const BurstsByPacket& plan) : plan_(plan) {}

    bool loses(Random& random);

private:
    BurstsByPacket plan_;
    std::optional<bool> is_bad_;  // drawn with the first packet
};

/// The chain changes its state at instants of its own. It starts in its stationary distribution bad/(good+bad), which
/// the lengths' lack of memory allows at any instant.
class LossBurstsByTime {
public:
    explicit LossBurstsByTime(const BurstsByTime& plan) : plan_(plan) {}

    /// Instants do not go back.
    bool loses(Instant now, Random& random);

private:
    Duration draw_length(Random& random) const;

    BurstsByTime plan_;
    std::optional<Instant> changes_at_;  // drawn with the first packet
    bool is_bad_ = false;
};

}  // namespace trunkline::sim
