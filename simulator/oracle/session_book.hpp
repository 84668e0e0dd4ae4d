#pragma once
// What both ends can know of the session of a client that connects straight to the broker.

#include <optional>

#include "protocol/base/instant.hpp"

namespace trunkline::sim {

struct SessionBook {
    std::optional<Instant> lost_at;  // the last connection; nothing: connected, or never was
    unsigned attempts = 0;           // CONNECTs that may have reached the broker since then, this one included
    bool had_session = false;        // that outlives connections, from its last CONNACK on
    Instant connected_at{};          // its last CONNACK

    /// CONNACK arrived. `outlives`: what was asked for.
    void connected(bool outlives, Instant now) { *this = {std::nullopt, 0, outlives, now}; }
};

}  // namespace trunkline::sim
