#pragma once
// What goes wrong, when, and for how long.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/instant.hpp"
#include "simulator/plan/link_profile.hpp"
#include "simulator/plan/pipe_plan.hpp"

namespace trunkline::sim {

/// One way that is cut for a while: of a station's devices, or of a gateway to the broker.
struct FaultSpell {
    Duration at{};  // since the run's beginning, the warm-up included
    Duration length{};
    std::vector<std::size_t> sensors;
    std::vector<std::size_t> gateways;

    Duration ends() const { return at + length; }
};

/// One entry of the timeline. Which members mean something depends on the kind; all indexes are the scenario's.
struct FaultPlan {
    enum class Kind : std::uint8_t {
        station_down,     // nothing passes between `sensors` and their gateway or broker
        link,             // the field links of `sensors` are `overlay` meanwhile
        gateway_restart,  // `gateways` are gone for `length`
        broker_restart,   // the broker is gone for `length`
        partition,        // nothing passes between `gateways` and the broker, in `direction`
        disconnect,       // `sensors` and `actors` lose their connection at once, as `goodbye` says, and come back
        actor_absent,     // `actors` are away for `length`
        actor_stalled,    // `actors` stay connected for `length`, and neither read nor say anything
        pipe,             // something happens to the pipe: `pipe`
        flap,             // each way for itself is cut again and again: `spells`
        swizzle,          // ways are cut one after the other, and heal in another order: `spells`
        surge,            // `sensors` take `factor` times as many readings
        connect_storm,    // `sensors` lose their connections, and all come back within `spread`
        kick,             // the broker throws the clients of `sensors` and `actors` out
        broker_frozen,    // the broker stands still for `length`, and goes on where it was
        gateway_frozen,   // the same of `gateways`
        broker_disk,      // the broker's disk takes nothing for `length`
        gateway_disk,     // the disks of `gateways`
        skew,             // the clocks of `sensors` are ahead by `offset` and gain `drift_ppm`, until the fault ends
        new_address,      // `sensors` send from another address from then on, and do not know it
    };
    enum class Direction : std::uint8_t { both, up, down };  // up: from gateways to the broker
    /// Of gateways that have a backup.
    enum class BrokerWay : std::uint8_t { all, main, backup };
    enum class Goodbye : std::uint8_t {
        silent,  // the other end does not hear of it
        clean,   // with DISCONNECT
        reset,   // TCP: both ends know at once, and what was under way is gone
    };
    std::string id;
    Kind kind{};
    Duration at{};      // since the run's beginning, the warm-up included
    Duration length{};  // zero: a moment
    std::vector<std::size_t> sensors;
    std::vector<std::size_t> actors;
    std::vector<std::size_t> gateways;
    std::optional<LinkProfile> overlay;
    std::optional<PipeEvent> pipe;
    bool lose_unsynced = false;  // of a restart: what was written but not synced is gone, as after a power loss
    bool lose_state = false;     // of a restart: the disk is empty afterwards
    Direction direction = Direction::both;
    BrokerWay way = BrokerWay::all;  // of a partition: what is cut
    Goodbye goodbye = Goodbye::silent;
    std::vector<FaultSpell> spells;  // of a flap or a swizzle: what the seed has drawn
    unsigned factor = 1;
    Duration spread{};
    Duration offset{};
    std::int32_t drift_ppm = 0;  // above -1,000,000
    bool is_new_host = false;    // of a new address: another host, not only another port

    Duration ends() const { return at + length; }
};

/// A fault that is not played as one: its spells are.
constexpr bool has_spells(FaultPlan::Kind kind) {
    return kind == FaultPlan::Kind::flap || kind == FaultPlan::Kind::swizzle;
}

}  // namespace trunkline::sim
