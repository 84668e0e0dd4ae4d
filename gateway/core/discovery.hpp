#pragma once
// How sensors find the gateway: ADVERTISE, and GWINFO for those who search (MQTT-SN 1.2 §6.1).

#include <chrono>
#include <optional>

#include "gateway/core/shard.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/instant.hpp"

namespace trunkline::gateway {

/// Takes part only if the settings name a group. Serving means: the broker is there.
class Discovery {
public:
    /// One GWINFO to the group answers everybody who has searched just before: more in a row would let a stranger
    /// choose how much the gateway says to all.
    static constexpr Duration pause = std::chrono::seconds(1);

    /// Says that the gateway is there when it begins to serve, and from then on at the interval. A sensor that misses
    /// it a few times looks for another gateway.
    void heed(bool is_serving, Shard& shard, Instant now) {
        const bool begins = is_serving && !was_serving_;
        was_serving_ = is_serving;
        if (!is_serving || (!begins && now < advertise_at_)) return;
        const std::chrono::seconds interval = shard.settings.advertise_interval;
        const mqttsn::GwId gateway{shard.settings.gateway_id};
        shard.send(*shard.settings.discovery_group,
                   mqttsn::Advertise{gateway, static_cast<std::uint16_t>(interval.count())});
        advertise_at_ = now + interval;
    }

    /// SEARCHGW. `asker`: it did not go to the group but to us, and so does the answer, which is no longer than the
    /// question.
    void searched(std::optional<Address> asker, Shard& shard, Instant now) {
        if (!was_serving_) return;
        const mqttsn::GwInfo answer{mqttsn::GwId{shard.settings.gateway_id}, {}};
        if (asker) return shard.send(*asker, answer);
        if (answered_at_ && now - *answered_at_ < pause) return;
        answered_at_ = now;
        shard.send(*shard.settings.discovery_group, answer);
    }

    std::optional<Instant> next_deadline() const { return was_serving_ ? std::optional(advertise_at_) : std::nullopt; }

private:
    bool was_serving_ = false;
    Instant advertise_at_{};
    std::optional<Instant> answered_at_;
};

}  // namespace trunkline::gateway
