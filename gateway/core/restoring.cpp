// What the gateway makes of its store: at a restart, and when a batch is durable.

#include <algorithm>
#include <utility>

#include "gateway/core/gateway.hpp"

namespace trunkline::gateway {

void Gateway::restore(const StoreRecord& record, Instant now) {
    std::visit([&](const auto& one) { restore_one(one, now); }, record);
    serve_shared(now);
}

std::optional<SensorId> Gateway::find_or_add(std::string_view client_id) {
    if (const auto known = find_id(client_id)) return known;
    if (by_client_id_.size() >= shard_.settings.maximum_sensors) return std::nullopt;
    return add(client_id);
}

void Gateway::restore_one(const SensorRecord& record, Instant now) {
    shard_.durability.restored(record.number);
    const std::optional<SensorId> id = find_or_add(record.client_id);
    if (!id) {  // there were more sensors than are allowed now
        shard_.durability.put(DropSensor{record.number});
        return;
    }
    place(*id).client->restore(record, shard_, now);
    settle(*id);
}

void Gateway::restore_one(const UplinkRecord& record, Instant now) {
    shard_.durability.restored(record.number);
    const std::optional<SensorId> id = find_or_add(record.client_id);
    if (!id) {
        ++shard_.counters.publish_refused;
        shard_.durability.put(DropUplink{record.number});
        return;
    }
    place(*id).client->restore(record, shard_, now);
    settle(*id);
}

template <typename Record>
void Gateway::restore_one(const Record& record, Instant) {
    if (const auto id = restored(record.sensor)) place(*id).client->restore(record, shard_);
}

void Gateway::restore_one(const QueuedRecord& record, Instant) {
    shard_.durability.restored(record.number);
    const auto id = restored(record.sensor);
    if (!id) return;
    place(*id).client->restore(record, shard_);
    settle(*id);
}

void Gateway::restore_one(const ReceivedRecord& record, Instant) {
    // Of more connections than there are now: their sessions are not asked for any more.
    if (record.connection < shard_.shared.size()) shard_.shared[record.connection]->restore(record.packet_id);
    else shard_.durability.put(DropReceived{record});
}

std::optional<SensorId> Gateway::restored(SensorNumber number) const {
    // Until the first other input, places are in the order of their sensors' numbers.
    const auto found =
        std::lower_bound(places_.begin(), places_.end(), number,
                         [](const Place& sensor, SensorNumber wanted) { return sensor.client->number() < wanted; });
    if (found == places_.end() || found->client->number() != number) return std::nullopt;
    return SensorId(static_cast<std::uint32_t>(found - places_.begin()));
}

void Gateway::stored(Ticket ticket, Instant now) {
    shard_.durability.stored(ticket);
    if (std::exchange(is_store_failing_, false)) shard_.tell(StoreHealed{});
    while (!awaiting_.empty() && awaiting_.front().ticket <= ticket) {
        const SensorId id = awaiting_.front().sensor;
        awaiting_.pop_front();
        if (!place(id).client) continue;
        place(id).client->stored(shard_, now);
        settle(id);
    }
    for (const auto& connection : shard_.shared) connection->stored(shard_, now);
    serve_shared(now);
}

void Gateway::store_failed(Ticket, const StoreError& error, Instant) {
    ++shard_.counters.store_failures;
    if (!std::exchange(is_store_failing_, true)) shard_.tell(StoreFailed{error.code, error.text});
}

}  // namespace trunkline::gateway
