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

/// One entry of the timeline. Which members mean something depends on the kind; all indexes are the scenario's.
struct FaultPlan {
    enum class Kind : std::uint8_t {
        station_down,     // nothing passes between `sensors` and their gateway or broker
        link,             // the field links of `sensors` are `overlay` meanwhile
        gateway_restart,  // `gateways` are gone for `length`
        broker_restart,   // the broker is gone for `length`
        partition,        // nothing passes between `gateways` and the broker
        disconnect,       // `sensors` lose their connection at once, without a word
        actor_absent,     // `actors` are away for `length`
        actor_stalled,    // `actors` stay connected for `length`, and neither read nor say anything
        pipe,             // something happens to the pipe: `pipe`
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

    Duration ends() const { return at + length; }
};

}  // namespace trunkline::sim
