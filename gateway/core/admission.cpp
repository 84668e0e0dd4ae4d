// What is turned away before a sensor's own machine sees it: too many, too fast, not in the list. Sensors are told by
// "congestion" wherever the protocol has a place for it; silence is for a flood of strangers only.

#include <utility>

#include "gateway/core/congestion_answer.hpp"
#include "gateway/core/gateway.hpp"
#include "gateway/core/ways.hpp"

namespace trunkline::gateway {

bool Gateway::turns_away(const mqttsn::Message& message, const Address& from, Instant now) {
    const Settings& settings = shard_.settings;
    if (settings.sources.messages_per_second == 0 && settings.sensor_messages_per_second == 0) [[likely]]
        return false;
    const std::optional<SensorId>* known = by_address_.find(from);
    Place* const sensor = known == nullptr ? nullptr : &place(**known);
    const bool is_from_fast_source = !sources_.may_send(shard_.origin(from).address, now);
    const bool is_fast_sensor =
        sensor != nullptr && settings.sensor_messages_per_second != 0 && !sensor->allowance.try_take(1, now);
    if (!is_from_fast_source && !is_fast_sensor) return false;
    const auto answer = congestion_answer(message);
    // Without its PINGRESP, or after its own answers were ignored, a sensor would take the gateway for dead.
    if (sensor != nullptr && !answer) return false;
    ++shard_.counters.too_fast;
    if (const auto* connect = std::get_if<mqttsn::Connect>(&message)) {
        refuse(*connect, from, mqttsn::ReturnCode::congestion, SensorRefused::Cause::too_fast, now);
    } else if (sensor == nullptr) {
        shard_.counters.dropped(DropCause::too_fast);
    } else {
        ++shard_.counters.congestion_answers;
        shard_.send(from, *answer);
        sensor->client->heard(now);
        settle(**known);
    }
    return true;
}

std::optional<SensorRefused::Cause> Gateway::obstacle_to_connect(std::optional<SensorId> known,
                                                                 const Address& from) const {
    if (shard_.is_behind()) return SensorRefused::Cause::store_behind;
    const std::optional<Address> before = known ? places_[static_cast<std::size_t>(*known)].address : std::nullopt;
    if (before == from) return std::nullopt;  // it is counted already
    const Address source = shard_.origin(from).address;
    const bool is_new_there = !before || !Sources::is_same(shard_.origin(*before).address, source);
    if (is_new_there && !sources_.has_room_for_sensor(source)) return SensorRefused::Cause::too_many_from_address;
    if (!sources_.may_begin_connecting(source)) return SensorRefused::Cause::too_many_connecting;
    return std::nullopt;
}

bool Gateway::proves_nothing(const Address& from) { return is_plain(from) && !ForwardedNodes::is_node(from); }

std::optional<SensorRefused::Cause> Gateway::obstacle_to_add(const Address& from, Instant now) {
    const auto has_room = [this] { return by_client_id_.size() < shard_.settings.maximum_sensors; };
    const bool is_one_too_many = proves_nothing(from) && newcomers_.is_full();
    if (has_room() && !is_one_too_many) [[likely]]
        return std::nullopt;
    if (const std::optional<SensorId> oldest = newcomers_.to_displace(now)) {
        ++shard_.counters.newcomers_displaced;
        no_newcomer(*oldest);
        place(*oldest).client->displace(shard_, now);
        settle(*oldest);
        if (has_room()) return std::nullopt;  // else the store is to know first
    }
    return has_room() ? SensorRefused::Cause::too_many_newcomers : SensorRefused::Cause::too_many_sensors;
}

void Gateway::no_newcomer(SensorId id) {
    if (std::exchange(place(id).is_newcomer, false)) newcomers_.remove(id);
}

bool Gateway::may_answer_stranger(const Address& from, Instant now) {
    const bool may = stranger_answers_.try_take(1, now) || !proves_nothing(from) || by_address_.find(from) != nullptr;
    if (!may) ++shard_.counters.strangers_unanswered;
    return may;
}

void Gateway::take_stock(SensorId id) {
    Place& sensor = place(id);
    const SensorShare share = sensor.client->share();
    const std::optional<Address> address = sensor.client->address();
    const bool has_moved = address != sensor.address;
    const bool was_connecting = sensor.share.state == SensorState::connecting;
    const bool is_connecting = share.state == SensorState::connecting;
    if (was_connecting && (!is_connecting || has_moved))
        sources_.ended_connecting(shard_.origin(*sensor.address).address);
    if (has_moved) {
        if (sensor.address) sources_.sensor_went(shard_.origin(*sensor.address).address);
        place_at(id, address);
        if (address) sources_.sensor_came(shard_.origin(*address).address);
    }
    if (is_connecting && (!was_connecting || has_moved)) sources_.began_connecting(shard_.origin(*address).address);
    if (share == sensor.share) return;
    tally_.remove(sensor.share);
    tally_.add(share);
    sensor.share = share;
}

}  // namespace trunkline::gateway
