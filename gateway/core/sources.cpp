#include "gateway/core/sources.hpp"

#include <algorithm>

namespace trunkline::gateway {

Sources::Prefix Sources::prefix_of(const Address& address) {
    Prefix prefix = address.ip;
    if (!address.is_v4()) std::fill(prefix.begin() + 8, prefix.end(), std::uint8_t{0});
    return prefix;
}

const Sources::Source* Sources::find(const Address& from) const {
    const auto found = sources_.find(prefix_of(from));
    return found == sources_.end() ? nullptr : &found->second;
}

bool Sources::may_send(const Address& from, Instant now) {
    if (limits_.messages_per_second == 0) return true;
    if (find(from) == nullptr && sources_.size() >= remembered) {
        forget_quiet(now);
        if (sources_.size() >= remembered) return others_.try_take(1, now);
    }
    return source(from).bucket.try_take(1, now);
}

/// Once a second at most: a flood of forged addresses must not make each datagram cost a walk.
void Sources::forget_quiet(Instant now) {
    if (now - forgot_at_ < std::chrono::seconds(1)) return;
    forgot_at_ = now;
    std::erase_if(sources_,
                  [&](const auto& entry) { return entry.second.is_idle() && entry.second.bucket.is_full(now); });
}

bool Sources::may_begin_connecting(const Address& from) const {
    if (connecting_ < limits_.connecting / 2) return true;
    if (connecting_ >= limits_.connecting) return false;
    const Source* known = find(from);
    const std::size_t own = known == nullptr ? 0 : known->connecting;
    const std::size_t sharers = connecting_sources_ + (own == 0 ? 1 : 0);
    return own < std::max<std::size_t>(1, limits_.connecting / 2 / sharers);
}

bool Sources::has_room_for_sensor(const Address& from) const {
    if (limits_.sensors == 0) return true;
    const Source* known = find(from);
    return known == nullptr || known->sensors < limits_.sensors;
}

void Sources::began_connecting(const Address& from) {
    ++connecting_;
    if (source(from).connecting++ == 0) ++connecting_sources_;
}

void Sources::ended_connecting(const Address& from) {
    --connecting_;
    Source& its = source(from);
    if (--its.connecting == 0) --connecting_sources_;
    if (its.is_idle() && limits_.messages_per_second == 0) sources_.erase(prefix_of(from));
}

void Sources::sensor_came(const Address& from) {
    if (limits_.sensors != 0) ++source(from).sensors;
}

void Sources::sensor_went(const Address& from) {
    if (limits_.sensors == 0) return;
    Source& its = source(from);
    --its.sensors;
    if (its.is_idle() && limits_.messages_per_second == 0) sources_.erase(prefix_of(from));
}

}  // namespace trunkline::gateway
