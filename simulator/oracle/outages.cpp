#include "simulator/oracle/outages.hpp"

#include <algorithm>

namespace trunkline::sim {

namespace {

bool concerns(const Outage& outage, std::optional<std::size_t> gateway) {
    const bool is_of_broker = outage.of == Outage::Of::broker || outage.of == Outage::Of::broker_disk;
    return is_of_broker || outage.gateway == gateway;
}

}  // namespace

void Outages::began(Outage::Of of, std::size_t gateway, Instant now) {
    outages_.push_back({of, gateway, now, std::nullopt});
}

void Outages::ended(Outage::Of of, std::size_t gateway, Instant now) {
    const auto open = std::find_if(outages_.rbegin(), outages_.rend(), [&](const Outage& outage) {
        return outage.of == of && outage.gateway == gateway && !outage.until;
    });
    if (open != outages_.rend()) open->until = now;
}

const Outage* Outages::on_the_way(std::optional<std::size_t> gateway, Instant from, Instant to) const {
    const auto found = std::find_if(outages_.begin(), outages_.end(), [&](const Outage& outage) {
        return concerns(outage, gateway) && outage.overlaps(from, to);
    });
    return found == outages_.end() ? nullptr : &*found;
}

bool Outages::was_broker_disk_full(Instant from, Instant to) const {
    return std::any_of(outages_.begin(), outages_.end(), [&](const Outage& outage) {
        return outage.of == Outage::Of::broker_disk && outage.overlaps(from, to);
    });
}

Duration Outages::gateway_disk_full(std::size_t gateway, Instant from, Instant to) const {
    Duration sum{};
    for (const Outage& outage : outages_) {
        if (outage.of == Outage::Of::gateway_disk && outage.gateway == gateway && outage.overlaps(from, to))
            sum += outage.within(from, to);
    }
    return sum;
}

Duration Outages::time_away(std::optional<std::size_t> gateway, Instant from, Instant to) const {
    Duration sum{};
    for (const Outage& outage : outages_) {
        if (!concerns(outage, gateway) || !outage.overlaps(from, to)) continue;
        sum += outage.within(from, to);
    }
    return sum;
}

}  // namespace trunkline::sim
