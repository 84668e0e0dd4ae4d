#pragma once
// Losses that come in bursts: two states, each with its own probability of loss.

#include <cstdint>
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

/// The four states step by packet, from their stationary distribution on.
class LossInFourStates {
public:
    explicit LossInFourStates(const FourStates& plan) : plan_(plan) {}

    bool loses(Random& random);

private:
    enum class State : std::uint8_t { received_in_gap, received_in_burst, lost_in_burst, lost_alone };
    State first(double share) const;
    State next(double share) const;

    FourStates plan_;
    std::optional<State> state_;  // drawn with the first packet
};

}  // namespace trunkline::sim
