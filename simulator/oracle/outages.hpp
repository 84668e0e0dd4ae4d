#pragma once
// When a part of the system was away: what happened then is judged more gently, and named.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/base/instant.hpp"

namespace trunkline::sim {

struct Outage {
    enum class Of : std::uint8_t { broker, gateway, partition, broker_disk, gateway_disk };
    Of of{};
    std::size_t gateway = 0;  // of a gateway, its disk, or its way to the broker
    Instant from{};
    std::optional<Instant> until;  // nothing: still away

    bool overlaps(Instant begin, Instant end) const { return from <= end && (!until || *until >= begin); }
    /// How much of it lies there, if it overlaps.
    Duration within(Instant begin, Instant end) const {
        return std::min(until.value_or(end), end) - std::max(from, begin);
    }
};

/// All outages of a run, by their beginning: dozens at most.
class Outages {
public:
    void began(Outage::Of of, std::size_t gateway, Instant now);
    /// Nothing happens if it had not begun.
    void ended(Outage::Of of, std::size_t gateway, Instant now);

    /// The first one that a reading or a will could have met on its way between these moments: of the broker, of this
    /// gateway, or between the two. `gateway` nothing: it goes straight to the broker.
    const Outage* on_the_way(std::optional<std::size_t> gateway, Instant from, Instant to) const;
    /// Whether the broker's disk took nothing at some time between these moments.
    bool was_broker_disk_full(Instant from, Instant to) const;
    /// For how long between these moments this gateway's disk took nothing.
    Duration gateway_disk_full(std::size_t gateway, Instant from, Instant to) const;
    /// How long something was away on that way between these moments; two at once count twice.
    Duration time_away(std::optional<std::size_t> gateway, Instant from, Instant to) const;

private:
    std::vector<Outage> outages_;
};

}  // namespace trunkline::sim
