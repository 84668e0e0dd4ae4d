#include "simulator/links/link_direction.hpp"

#include <algorithm>
#include <utility>

#include "simulator/links/correlated.hpp"
#include "simulator/links/slots.hpp"

namespace trunkline::sim {

/// What few links do: kept apart, so that the others stay small.
struct LinkDirection::Rare {
    explicit Rare(const LinkProfile& profile)
        : loss(profile),
          delay(profile),
          draws_damage(may_damage_or_more(profile)),
          duplicates(profile.duplicate, profile.duplicate_correlation),
          reorders(profile.reorder, profile.reorder_correlation),
          corrupts(profile.corrupt, profile.corrupt_correlation),
          has_checksum(profile.has_checksum),
          gap(profile.reorder_gap),
          skips_delay(profile.reorder_skips_delay),
          duplicate_lag(profile.duplicate_lag),
          reorder_by(profile.reorder_by),
          largest_octets(profile.lora && profile.mtu_octets != 0 ? profile.mtu_octets + udp_ip_octets
                                                                 : profile.mtu_octets),
          queue_octets(profile.queue_octets),
          lora(profile.lora) {
        if (profile.slots) slots.emplace(*profile.slots);
    }
    static bool may_damage_or_more(const LinkProfile& profile) {
        return profile.duplicate_correlation > 0.0 || profile.reorder_correlation > 0.0 || profile.reorder_gap > 1 ||
               profile.reorder_skips_delay || profile.corrupt > 0.0 || profile.mtu_octets != 0 || profile.slots ||
               profile.lora;
    }
    static bool is_wanted(const LinkProfile& profile) {
        return may_damage_or_more(profile) || profile.duplicate > 0.0 || profile.reorder > 0.0 || profile.bursts ||
               profile.loss_correlation > 0.0 || profile.delay_correlation > 0.0 ||
               profile.distribution != DelayDistribution::uniform;
    }
    /// netem's order: within the gap nothing is reordered, and nothing is drawn.
    bool is_reordered(Random& random) {
        const bool chosen = ++since_reordered >= gap && reorders.happens(random);
        if (chosen) since_reordered = 0;
        return chosen;
    }
    RareLuck draw(Random& random, Instant now);

    PacketLossModel loss;
    PacketDelay delay;
    bool draws_damage;  // and a slot: two numbers more of the stream
    CorrelatedChance duplicates;
    CorrelatedChance reorders;
    CorrelatedChance corrupts;
    bool has_checksum;
    unsigned gap;
    unsigned since_reordered = 0;
    bool skips_delay;
    Duration duplicate_lag;
    Duration reorder_by;
    std::size_t largest_octets;  // of a packet, as send() is told it; 0: any
    std::uint64_t queue_octets;
    std::optional<Slots> slots;
    std::optional<LoraPlan> lora;
    LoraTransmitter transmitter;  // of a device; the gateway's is the channel's
};

/// All draws of one packet.
struct LinkDirection::RareLuck : Luck {
    RareLuck() = default;
    explicit RareLuck(const Luck& plain) : Luck(plain) {}

    bool is_reordered = false;
    bool is_doubled = false;
    double lag_share = 0.0;
    std::optional<double> damage;
    double slot_share = 0.0;
};

LinkDirection::LinkDirection(const LinkProfile& profile, Random random, Channel* channel, LinkWay way)
    : random_(random), channel_(channel), way_(way) {
    change(profile);
}
LinkDirection::LinkDirection(LinkDirection&&) noexcept = default;
LinkDirection& LinkDirection::operator=(LinkDirection&&) noexcept = default;
LinkDirection::~LinkDirection() = default;

void LinkDirection::change(const LinkProfile& both_ways) {
    const LinkProfile& profile = both_ways.in(way_);
    loss_ = profile.loss;
    delay_ = profile.delay;
    jitter_ = profile.jitter;
    keeps_order_ = profile.keeps_order;
    if (!Rare::is_wanted(profile)) return rare_.reset();
    const std::unique_ptr<Rare> before = std::exchange(rare_, std::make_unique<Rare>(profile));
    // What a device's transmitter has begun goes on.
    if (before && before->lora && rare_->lora) rare_->transmitter = std::move(before->transmitter);
}

/// All draws for every packet, also on a cut link: what is lost takes as many numbers from the stream as what arrives,
/// and a link that duplicates as many as one that does not.
LinkDirection::Luck LinkDirection::draw() {
    Luck luck;
    Random random = random_;  // in registers meanwhile
    luck.is_lost = random.chance(loss_);
    luck.under_way = draw_uniform_delay(delay_, jitter_, random);
    for (int unused = 0; unused < 3; ++unused) random.next();  // nothing is held back or doubled
    random_ = random;
    return luck;
}

LinkDirection::RareLuck LinkDirection::Rare::draw(Random& random, Instant now) {
    RareLuck luck;
    luck.is_lost = loss.loses(now, random);
    luck.under_way = delay.draw(random);
    luck.is_reordered = is_reordered(random);
    luck.is_doubled = duplicates.happens(random);
    luck.lag_share = random.unit();
    if (!draws_damage) return luck;
    const bool is_damaged = corrupts.happens(random);
    const double place = random.unit();
    if (is_damaged) luck.damage = place;
    if (slots) luck.slot_share = random.unit();
    return luck;
}

/// Onto the wire or the air; nothing: no room to wait for it.
std::optional<Instant> LinkDirection::leave(std::size_t octets, Instant now) {
    if (channel_ == nullptr) return now;
    if (!channel_->has_room(way_, now)) return std::nullopt;
    if (!rare_ || !rare_->lora) return channel_->send(way_, octets, now);
    Channel::Lora& here = channel_->lora();
    LoraTransmitter& transmitter = way_ == LinkWay::up ? rare_->transmitter : here.gateway;
    return transmitter.send(*rare_->lora, octets - udp_ip_octets, rare_->queue_octets, here.air, now);
}

Transit LinkDirection::send(std::size_t octets, Instant now) {
    ++counts_.sent;
    counts_.octets += octets;
    if (rare_ || (channel_ != nullptr && !channel_->is_wide())) return send_with_care(octets, now);
    const Luck luck = draw();
    if (is_cut_) return lose(PacketLoss::cut);
    if (luck.is_lost) return lose(PacketLoss::random);
    return {arrive_at(now + luck.under_way), std::nullopt, {}};
}

/// The same where more may happen to it.
Transit LinkDirection::send_with_care(std::size_t octets, Instant now) {
    const RareLuck luck = rare_ ? rare_->draw(random_, now) : RareLuck(draw());
    if (rare_ && rare_->largest_octets != 0 && octets > rare_->largest_octets) return lose(PacketLoss::too_large);
    const std::optional<Instant> leaves = leave(octets, now);
    if (!leaves) return lose(PacketLoss::queue_full);
    const Transit transit = arrive(luck, *leaves, octets, now);
    if (channel_ != nullptr) channel_->hold(way_, transit.arrives.value_or(*leaves));
    return transit;
}

Transit LinkDirection::arrive(const RareLuck& luck, Instant leaves, std::size_t octets, Instant now) {
    if (is_cut_) return lose(PacketLoss::cut);
    if (luck.is_lost) return lose(PacketLoss::random);
    if (luck.damage) {
        ++counts_.damaged;
        if (discards_damaged_ || rare_->has_checksum) return lose(PacketLoss::damaged);
    }
    const bool overtakes = luck.is_reordered && rare_->skips_delay;
    Instant arrives = leaves + (overtakes ? Duration::zero() : luck.under_way);
    if (luck.is_reordered) arrives += rare_->reorder_by;
    if (rare_ && rare_->slots) arrives = rare_->slots->leaves(octets, arrives, now, luck.slot_share);
    arrives = arrive_at(arrives);
    Transit transit{arrives, std::nullopt, {}, luck.damage};
    if (!luck.is_doubled) return transit;
    ++counts_.duplicated;
    const auto most = static_cast<double>(rare_->duplicate_lag.count());
    const auto lag = Duration(static_cast<Duration::rep>(luck.lag_share * most));
    transit.copy_arrives = arrives + lag;
    return transit;
}

/// Not before those before it, on a link that keeps their order.
Instant LinkDirection::arrive_at(Instant at) {
    if (keeps_order_) at = std::max(at, latest_);
    latest_ = std::max(at, latest_);
    return at;
}

Transit LinkDirection::lose(PacketLoss cause) {
    ++counts_.lost;
    if (cause == PacketLoss::queue_full) ++counts_.queue_full;
    if (cause == PacketLoss::too_large) ++counts_.too_large;
    return {std::nullopt, std::nullopt, cause};
}

void damage(std::span<std::byte> datagram, double share) {
    if (datagram.empty()) return;
    const auto bit = static_cast<std::size_t>(share * static_cast<double>(8 * datagram.size()));
    datagram[bit / 8] ^= std::byte{1} << bit % 8;
}

}  // namespace trunkline::sim
