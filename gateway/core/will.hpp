#pragma once
// What is to be published when a client is lost.

#include <cstddef>
#include <string>
#include <vector>

#include "protocol/mqtt/types.hpp"

namespace trunkline::gateway {

/// The gateway keeps it and publishes it, so that it can be updated, which MQTT does not know, and outlives sleep
/// (MQTT-SN 1.2 §6.3, §6.4).
struct Will {
    std::string topic;
    std::vector<std::byte> message;
    mqtt::QoS qos{};
    bool retain = false;
    friend bool operator==(const Will&, const Will&) = default;
};

}  // namespace trunkline::gateway
