#pragma once
// A will that has been accepted and not been published.

#include <chrono>
#include <optional>

#include "broker/core/message.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/mqtt/types.hpp"

namespace trunkline::broker {

/// Belongs to a session (§3.1.2.5). [MQTT-3.1.2-7]
struct HeldWill {
    MessagePtr message;  // its times are those of CONNECT; they begin when it is published
    mqtt::QoS qos{};
    bool retain = false;
    std::chrono::seconds delay{0};                       // Will Delay Interval
    std::optional<std::chrono::seconds> message_expiry;  // counts from its publication (§3.1.3.2.4)
    std::optional<Instant> due_at;                       // its connection is gone
    /// The broker went down while its connection was there: the client may still come back before anybody learns.
    bool is_grace = false;
};

}  // namespace trunkline::broker
