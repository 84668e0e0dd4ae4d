// Several brokers: each is watched, and connections follow the choice among them.

#include "gateway/core/gateway.hpp"

namespace trunkline::gateway {

namespace {

/// The first watch in the tables of timers and connections, beside sensors.
constexpr std::uint32_t first_watch = 0xffffff00U;

/// More than there can be watches: it is a sensor's id.
std::size_t watch_index(SensorId id) { return static_cast<std::uint32_t>(id) - std::size_t{first_watch}; }

}  // namespace

void Gateway::begin_watches() {
    if (shard_.brokers.size() == 1) return;
    for (std::size_t index = 0; index < shard_.brokers.size(); ++index) {
        const SensorId id{static_cast<std::uint32_t>(first_watch + index)};
        watches_.emplace_back(id, BrokerId(static_cast<std::uint8_t>(index)), shard_.settings);
        timers_.arm(id, Instant{}, watches_armed_.emplace_back());
    }
}

BrokerWatch* Gateway::watch_of(SensorId id) {
    const std::size_t index = watch_index(id);
    return index < watches_.size() ? &watches_[index] : nullptr;
}

void Gateway::advance_watch(SensorId id, Instant due, Instant now) {
    std::optional<Instant>& armed = watches_armed_[watch_index(id)];
    if (armed == due) armed.reset();
    watches_[watch_index(id)].advance(shard_, now);
    settle_watch(id);
}

void Gateway::settle_watch(SensorId id) {
    const std::size_t index = watch_index(id);
    timers_.arm(id, watches_[index].next_deadline(), watches_armed_[index]);
}

void Gateway::follow_choice(Instant now) {
    const bool has_changed = shard_.brokers.take_change();
    const bool has_lost_all = shard_.brokers.take_loss_of_all();
    if (!has_changed && !has_lost_all) return;
    const BrokerId chosen = shard_.brokers.chosen();
    if (has_changed) shard_.spares.broker_changed();
    if (has_changed && chosen != followed_) {
        followed_ = chosen;
        ++shard_.counters.broker_changes;
        shard_.tell(BrokerChosen{shard_.settings.brokers.at(static_cast<std::size_t>(chosen))});
    }
    for (std::size_t index = 0; index < places_.size(); ++index) {
        if (!places_[index].client) continue;
        places_[index].client->follow_broker(shard_, now);
        settle(SensorId(static_cast<std::uint32_t>(index)));
    }
    for (const auto& connection : shard_.shared) connection->follow_broker(shard_, now);
    shard_.shared_is_changed = true;
    connectionless_.follow_broker(shard_, now);
    settle_own(now);
}

}  // namespace trunkline::gateway
