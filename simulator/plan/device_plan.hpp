#pragma once
// What a device is besides its readings: what it speaks, its will, its sleep, how it comes back, where it listens.

#include <chrono>
#include <cstdint>
#include <string>

#include "protocol/base/instant.hpp"

namespace trunkline::sim {

enum class DeviceProtocol : std::uint8_t {
    mqtt_sn,  // through the gateway, over the field link
    mqtt,     // an RTU, straight to the broker: 3.1.1 over TCP
    mqtt5,
};

/// How an MQTT-SN sensor names its topic on the wire (1.2 §5.3.11).
enum class TopicKind : std::uint8_t { registered, predefined, short_name };

/// What others are told when the device is lost. Held by the gateway for MQTT-SN, by the broker for MQTT.
struct WillPlan {
    std::string topic;
    std::string payload;
    std::uint8_t qos = 1;  // 0 to 2
    bool retain = false;
    Duration delay{};  // MQTT 5: Will Delay Interval, whole seconds
};

/// MQTT-SN 1.2 §6.14: asleep, then awake to take what waits and to send what was measured.
struct SleepPlan {
    Duration asleep{};  // whole seconds
    Duration awake{};
};

/// How a device comes back: after a draw from zero to the back-off ("full jitter"), or after all of it, so that those who
/// fell together come together. It doubles from the first to the last. Both are positive.
struct BackoffPlan {
    Duration first = std::chrono::seconds(1);
    Duration last = std::chrono::seconds(60);
    bool is_drawn = true;
};

/// Report by exception: which of its measurements a device tells. The first one always.
struct ReportingPlan {
    std::int64_t deadband = 0;  // thousandths of the signal's unit: at least so far from the last one told; positive
    Duration at_least{};        // not sooner than this after the last one
    Duration at_most{};         // also if nothing has changed (heartbeat); zero: never
};

/// Where a device listens.
struct CommandsPlan {
    std::string topic;
    std::uint8_t qos = 1;  // 0 to 2
};

}  // namespace trunkline::sim
