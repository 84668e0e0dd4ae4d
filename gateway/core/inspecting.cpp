// What an operator sees of the gateway, and what he may change while it runs.

#include <algorithm>
#include <string>
#include <utility>

#include "gateway/core/gateway.hpp"

namespace trunkline::gateway {

Gauges Gateway::gauges() const {
    Gauges now = tally_.gauges();
    now.upstream_connections = upstream_count();
    now.spare_connections = shard_.spares.size();
    now.unsent_octets = shard_.connections.unsent_of_all();
    for (const auto& connection : shard_.shared) {
        now.shared_connections += connection->is_connected() ? 1 : 0;
        now.shared_filters += connection->filters();
        now.shared_uplink += connection->uplink_messages();
    }
    now.stored_messages = shard_.stored_messages;
    now.stored_octets = shard_.stored_message_bytes;
    now.unstored_operations = shard_.durability.open_operations();
    now.is_store_failing = is_store_failing_;
    now.is_shutting_down = is_shutting_down_;
    return now;
}

Figures Gateway::figures() const {
    Figures now{shard_.counters, gauges(), shard_.sensor_round_trips, shard_.broker_round_trips, {}};
    const Brokers& brokers = shard_.brokers;
    const std::vector<std::string>& names = shard_.settings.brokers;
    for (std::size_t index = 0; index < brokers.size(); ++index) {
        const BrokerId id{static_cast<std::uint8_t>(index)};
        now.brokers.push_back({index < names.size() ? names[index] : std::string(),
                               brokers.chosen() == id ? std::uint64_t{1} : 0,
                               brokers.is_well(id) ? std::uint64_t{1} : 0});
    }
    return now;
}

Page<const Client*> Gateway::sensors(PageWanted wanted) const {
    Page<const Client*> page;
    std::uint64_t at = wanted.from;
    const std::uint64_t end = std::min<std::uint64_t>(places_.size(), wanted.from + wanted.limit);
    for (; at < end; ++at) {
        if (const Client* client = places_[at].client.get()) page.rows.push_back(client);
    }
    if (at < places_.size()) page.next = at;
    return page;
}

const Client* Gateway::find(std::string_view client_id) const {
    const auto found = by_client_id_.find(client_id);
    return found == by_client_id_.end() ? nullptr : places_[static_cast<std::size_t>(found->second)].client.get();
}

bool Gateway::disconnect(std::string_view client_id, Instant now) {
    const auto found = by_client_id_.find(client_id);
    if (found == by_client_id_.end()) return false;
    const SensorId id = found->second;
    if (!place(id).client->address() && !place(id).client->is_connected()) return false;
    ++shard_.counters.operator_disconnects;
    place(id).client->expel(SensorGone::Cause::operator_request, shard_, now);
    settle(id);
    serve_shared(now);
    return true;
}

Gateway::Discarded Gateway::discard(std::string_view client_id, Instant now) {
    const std::optional<SensorId> id = find_id(client_id);
    if (!id) return Discarded::no_such_sensor;
    ++shard_.counters.operator_disconnects;
    const bool is_everywhere = place(*id).client->discard(shard_, now);
    settle(*id);
    serve_shared(now);
    return is_everywhere ? Discarded::everywhere : Discarded::here;
}

template <typename Do>
void Gateway::for_each_sensor(Do what) {
    for (std::size_t at = 0; at < places_.size(); ++at) {
        if (!places_[at].client) continue;
        what(*places_[at].client);
        settle(SensorId(static_cast<std::uint32_t>(at)));
    }
}

void Gateway::set_rules(std::shared_ptr<const SensorRules> rules, Instant now) {
    shard_.rules = std::move(rules);
    for_each_sensor([&](Client& client) {
        if (!shard_.rules->lets_in(client.client_id())) client.expel(SensorGone::Cause::not_allowed, shard_, now);
    });
    serve_shared(now);
}

void Gateway::set_predefined_topics(const std::vector<PredefinedTopic>& topics, Instant now) {
    shard_.predefined = PredefinedTopics(topics);
    for_each_sensor([&](Client& client) { client.topics_redefined(shard_, now); });
    serve_shared(now);
}

}  // namespace trunkline::gateway
