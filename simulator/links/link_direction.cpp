#include "simulator/links/link_direction.hpp"

namespace trunkline::sim {

LinkDirection::LinkDirection(const LinkProfile& profile, Random random)
    : random_(random), loss_(profile), delay_(profile.delay, profile.jitter) {}

Transit LinkDirection::send([[maybe_unused]] std::size_t octets, Instant now) {
    ++packets_;
    // Both draws for every packet: a lost one takes as many numbers from the stream as one that arrives.
    const bool lost = loss_.loses(now, random_);
    const Duration under_way = delay_.draw(random_);
    if (lost) {
        ++packets_lost_;
        return {std::nullopt, PacketLoss::random};
    }
    return {now + under_way, {}};
}

}  // namespace trunkline::sim
