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
