#include "simulator/links/bursts.hpp"

#include <algorithm>
#include <cassert>

#include "protocol/base/draws.hpp"

namespace trunkline::sim {

bool LossBurstsByPacket::loses(Random& random) {
    if (!is_bad_) {
        const double sum = plan_.enter_bad + plan_.leave_bad;
        is_bad_ = sum > 0.0 && random.chance(plan_.enter_bad / sum);
    } else if (random.chance(*is_bad_ ? plan_.leave_bad : plan_.enter_bad)) {
        is_bad_ = !*is_bad_;
    }
    return random.chance(*is_bad_ ? plan_.loss_bad : plan_.loss_good);
}

bool LossInFourStates::loses(Random& random) {
    const double share = random.unit();
    state_ = state_ ? next(share) : first(share);
    return *state_ == State::lost_in_burst || *state_ == State::lost_alone;
}

/// Weights of the stationary distribution, for p23 p31 of state 1 (plan/link_profile.hpp).
LossInFourStates::State LossInFourStates::first(double share) const {
    const double gap = plan_.p23 * plan_.p31;
    const double alone = gap * plan_.p14;
    const double burst_lost = plan_.p13 * plan_.p23;
    const double burst_received = plan_.p13 * plan_.p32;
    double rest = share * (gap + alone + burst_lost + burst_received);
    if (rest < gap || gap + alone + burst_lost + burst_received == 0.0) return State::received_in_gap;
    rest -= gap;
    if (rest < alone) return State::lost_alone;
    return rest - alone < burst_lost ? State::lost_in_burst : State::received_in_burst;
}

LossInFourStates::State LossInFourStates::next(double share) const {
    switch (*state_) {
        case State::received_in_gap:
            if (share < plan_.p14) return State::lost_alone;
            return share < plan_.p14 + plan_.p13 ? State::lost_in_burst : State::received_in_gap;
        case State::received_in_burst:
            return share < plan_.p23 ? State::lost_in_burst : State::received_in_burst;
        case State::lost_in_burst:
            if (share < plan_.p32) return State::received_in_burst;
            return share < plan_.p32 + plan_.p31 ? State::received_in_gap : State::lost_in_burst;
        case State::lost_alone:
            return State::received_in_gap;
    }
    return State::received_in_gap;
}

bool LossBurstsByTime::loses(Instant now, Random& random) {
    assert(plan_.good > Duration::zero());
    assert(plan_.bad > Duration::zero());
    if (!changes_at_) {
        const auto good = static_cast<double>(plan_.good.count());
        const auto bad = static_cast<double>(plan_.bad.count());
        is_bad_ = random.chance(bad / (good + bad));
        changes_at_ = now + draw_length(random);
    }
    while (*changes_at_ <= now) {
        is_bad_ = !is_bad_;
        *changes_at_ += draw_length(random);
    }
    return random.chance(is_bad_ ? plan_.loss_bad : plan_.loss_good);
}

Duration LossBurstsByTime::draw_length(Random& random) const {
    const auto mean = static_cast<double>((is_bad_ ? plan_.bad : plan_.good).count());
    // At least a nanosecond: time goes on.
    return std::max(Duration(1), Duration(static_cast<Duration::rep>(mean * draw_exponential(random))));
}

}  // namespace trunkline::sim
