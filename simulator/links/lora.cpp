#include "simulator/links/lora.hpp"

#include <algorithm>
#include <numeric>

namespace trunkline::sim {

Duration lora_airtime(const LoraPlan& plan, std::size_t payload_octets) {
    const auto factor = static_cast<std::int64_t>(plan.spreading_factor);
    const std::int64_t chips = std::int64_t{1} << factor;
    // 16 ms or longer: 2^SF / BW >= 16 / 1000.
    const std::int64_t slow = chips * 1000 >= 16 * std::int64_t{plan.bandwidth} ? 1 : 0;
    const std::int64_t bits = 8 * static_cast<std::int64_t>(payload_octets) - 4 * factor + 28 + 16;
    const std::int64_t each = 4 * (factor - 2 * slow);
    const std::int64_t blocks = bits > 0 ? (bits + each - 1) / each : 0;
    const std::int64_t payload = 8 + blocks * (std::int64_t{plan.coding_rate} + 4);
    // In quarters of a symbol: the preamble ends with 4.25 of them.
    const std::int64_t quarters = 4 * (std::int64_t{plan.preamble} + payload) + 17;
    return Duration(quarters * chips * 250'000'000 / std::int64_t{plan.bandwidth});
}

Instant LoraAir::take(Instant earliest, Duration length, Instant now) {
    std::erase_if(taken_, [now](const Taken& each) { return each.to <= now; });
    Instant from = earliest;
    auto place = taken_.begin();
    for (; place != taken_.end() && place->from < from + length; ++place) from = std::max(from, place->to);
    taken_.insert(place, {from, from + length});
    return from;
}

std::optional<Instant> LoraTransmitter::send(const LoraPlan& plan, std::size_t datagram_octets,
                                             std::uint64_t queue_octets, LoraAir& air, Instant now) {
    std::erase_if(waiting_, [now](const Waiting& each) { return each.leaves <= now; });
    const std::uint64_t octets = datagram_octets + plan.frame_octets;
    const std::uint64_t before =
        std::accumulate(waiting_.begin(), waiting_.end(), std::uint64_t{0},
                        [](std::uint64_t sum, const Waiting& each) { return sum + each.octets; });
    if (before > 0 && before + octets > queue_octets) return std::nullopt;
    const Duration airtime = lora_airtime(plan, octets);
    const Instant leaves = air.take(std::max(now, rests_until_), airtime, now) + airtime;
    const double rest = static_cast<double>(airtime.count()) * (1.0 / plan.duty_cycle - 1.0);
    rests_until_ = leaves + Duration(static_cast<Duration::rep>(rest));
    waiting_.push_back({leaves, octets});
    return leaves;
}

}  // namespace trunkline::sim
