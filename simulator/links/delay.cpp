#include "simulator/links/delay.hpp"

namespace trunkline::sim {

Duration UniformDelay::draw(Random& random) const {
    const auto width = static_cast<std::uint64_t>(2 * jitter_.count()) + 1;
    return base_ - jitter_ + Duration(static_cast<Duration::rep>(random.below(width)));
}

}  // namespace trunkline::sim
