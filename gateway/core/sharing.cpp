// What comes on the connections that sensors share, brought to those whom it concerns.

#include <algorithm>

#include "gateway/core/gateway.hpp"

namespace trunkline::gateway {

SharedConnection* Gateway::shared_of(SensorId id) const {
    // More than there can be of them: it is a sensor's id.
    const std::size_t index = static_cast<std::uint32_t>(id) - std::size_t{SharedConnection::first_owner};
    return index < shard_.shared.size() ? shard_.shared[index].get() : nullptr;
}

void Gateway::advance_shared(SensorId id, Instant due, Instant now) {
    const std::size_t index = static_cast<std::uint32_t>(id) - std::size_t{SharedConnection::first_owner};
    if (shared_armed_[index] == due) shared_armed_[index].reset();
    shard_.shared[index]->advance(shard_, now);
    shard_.shared_is_changed = true;
}

void Gateway::serve_shared(Instant now) {
    if (!shard_.shared_is_changed) [[likely]]
        return;
    // What one sensor does with its news may be news for others.
    while (std::exchange(shard_.shared_is_changed, false)) {
        for (const auto& connection : shard_.shared) serve(*connection, now);
    }
    for (std::size_t index = 0; index < shard_.shared.size(); ++index)
        timers_.arm(shard_.shared[index]->owner(), shard_.shared[index]->next_deadline(), shared_armed_[index]);
}

/// All news first, then what sensors make of them: who goes on with an exchange must know which ones are over.
void Gateway::serve(SharedConnection& connection, Instant now) {
    std::vector<SharedConnection::Output> outputs = std::move(shared_outputs_);
    std::vector<SensorId> reached = std::move(reached_);
    connection.catch_up(shard_, now);
    connection.take_outputs(outputs);
    for (const SharedConnection::Output& output : outputs) {
        if (const auto* told = std::get_if<SharedConnection::Told>(&output)) {
            tell(told->sensor, told->event, reached);
        } else if (const auto* all = std::get_if<SharedConnection::ToldAll>(&output)) {
            for (std::size_t at = 0; at < places_.size(); ++at) {
                const bool is_there = places_[at].client && places_[at].client->shared_owner() == connection.owner();
                if (is_there) tell(SensorId(static_cast<std::uint32_t>(at)), all->event, reached);
            }
        } else {
            hand_out(connection, std::get<SharedConnection::Arrived>(output), reached, now);
        }
    }
    connection.receivers_done();
    for (const SensorId id : reached) {
        if (!place(id).client) continue;
        place(id).client->serve_shared(shard_, now);
        settle(id);
    }
    outputs.clear();
    reached.clear();
    shared_outputs_ = std::move(outputs);
    reached_ = std::move(reached);
}

void Gateway::tell(SensorId id, const mqtt::ClientEvent& event, std::vector<SensorId>& reached) {
    if (!place(id).client) return;
    place(id).client->upstream_told(event);
    if (reached.empty() || reached.back() != id) reached.push_back(id);
}

void Gateway::hand_out(SharedConnection& connection, const SharedConnection::Arrived& arrived,
                       std::vector<SensorId>& reached, Instant now) {
    Ticket ticket = no_ticket;
    for (const SharedSubscriptions::Receiver& receiver : connection.receivers(arrived)) {
        Client* const client = place(receiver.sensor).client.get();
        if (client == nullptr) continue;
        ticket = std::max(ticket, client->take(arrived.message, receiver.qos, shard_, now));
        if (reached.empty() || reached.back() != receiver.sensor) reached.push_back(receiver.sensor);
    }
    connection.taken(arrived.message, ticket, shard_, now);
}

}  // namespace trunkline::gateway
