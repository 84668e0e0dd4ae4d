#include "simulator/links/link_direction.hpp"

namespace trunkline::sim {

LinkDirection::LinkDirection(const LinkProfile& profile, Random random)
    : random_(random), loss_(profile), delay_(profile.delay, profile.jitter) {}

Transit LinkDirection::send([[maybe_unused]] std::size_t octets, Instant now) {
    ++packets_;
    // Both draws for every packet, also on a cut link: what is lost takes as many numbers from the stream as what
    // arrives.
    const bool lost = loss_.loses(now, random_);
    const Duration under_way = delay_.draw(random_);
    if (lost || is_cut_) {
        ++packets_lost_;
        return {std::nullopt, is_cut_ ? PacketLoss::cut : PacketLoss::random};
    }
    return {now + under_way, {}};
}

void LinkDirection::change(const LinkProfile& profile) {
    loss_ = PacketLossModel(profile);
    delay_ = UniformDelay(profile.delay, profile.jitter);
}

}  // namespace trunkline::sim
