#include "simulator/links/link_direction.hpp"

#include <algorithm>

namespace trunkline::sim {

LinkDirection::LinkDirection(const LinkProfile& profile, Random random, Channel* channel, LinkWay way)
    : random_(random),
      loss_(profile),
      delay_(profile),
      channel_(channel),
      way_(way),
      keeps_order_(profile.keeps_order),
      duplicate_(profile.duplicate),
      reorder_(profile.reorder),
      duplicate_lag_(profile.duplicate_lag),
      reorder_by_(profile.reorder_by) {}

void LinkDirection::change(const LinkProfile& profile) {
    loss_ = PacketLossModel(profile);
    delay_ = PacketDelay(profile);
    keeps_order_ = profile.keeps_order;
    duplicate_ = profile.duplicate;
    reorder_ = profile.reorder;
    duplicate_lag_ = profile.duplicate_lag;
    reorder_by_ = profile.reorder_by;
}

Transit LinkDirection::send(std::size_t octets, Instant now) {
    ++counts_.sent;
    // All draws for every packet, also on a cut link: what is lost takes as many numbers from the stream as what
    // arrives, and a link that duplicates as many as one that does not.
    const bool is_lost = loss_.loses(now, random_);
    const Duration under_way = delay_.draw(random_);
    const bool is_held_back = random_.chance(reorder_);
    const bool is_doubled = random_.chance(duplicate_);
    const double lag_share = random_.unit();
    const std::optional<Instant> leaves = channel_ != nullptr ? channel_->send(way_, octets, now) : now;
    if (!leaves) return lose(PacketLoss::queue_full);
    if (is_cut_) return lose(PacketLoss::cut);
    if (is_lost) return lose(PacketLoss::random);
    Instant arrives = *leaves + under_way + (is_held_back ? reorder_by_ : Duration::zero());
    if (keeps_order_) arrives = std::max(arrives, latest_);
    latest_ = std::max(arrives, latest_);
    if (!is_doubled) return {arrives, std::nullopt, {}};
    ++counts_.duplicated;
    const auto lag = Duration(static_cast<Duration::rep>(lag_share * static_cast<double>(duplicate_lag_.count())));
    return {arrives, arrives + lag, {}};
}

Transit LinkDirection::lose(PacketLoss cause) {
    ++counts_.lost;
    if (cause == PacketLoss::queue_full) ++counts_.queue_full;
    return {std::nullopt, std::nullopt, cause};
}

}  // namespace trunkline::sim
