#pragma once
// How sensors come to the gateway, and how much waits for them.

#include <array>

#include "gateway/core/settings.hpp"
#include "runtime/settings/given.hpp"
#include "runtime/settings/key_table.hpp"

namespace trunkline::gateway {

/// For the program's table.
inline constexpr std::array<runtime::Key, 6> sensor_keys{{
    {.name = "forwarder",
     .argument = "NETWORK",
     .text = "Forwarders whose encapsulated messages are taken, as 10.0.0.9, 10.0.0.0/24, fd00::/8, or any;\n"
             "those of others are dropped.",
     .repeats = true},
    {.name = "trusted_network",
     .argument = "NETWORK",
     .text = "From there a sensor that wakes goes on though its address has changed; from elsewhere it has to\n"
             "connect again.",
     .repeats = true},
    {.name = "qos_minus1_names",
     .kind = runtime::ValueKind::flag,
     .text = "Take QoS -1 with a topic's name in front of the data, as Paho's clients send it."},
    {.name = "downlink_messages",
     .kind = runtime::ValueKind::number,
     .argument = "N",
     .otherwise = "20",
     .text = "Messages that wait here for one sensor; those beyond wait at the broker."},
    {.name = "downlink_bytes",
     .kind = runtime::ValueKind::number,
     .argument = "N",
     .otherwise = "65536",
     .text = "The same in bytes of topics and payloads."},
    {.name = "downlink_policy",
     .kind = runtime::ValueKind::choice,
     .argument = "drop-oldest|drop-newest|refuse",
     .otherwise = "drop-oldest",
     .text = "What gives way beyond either: the oldest or the newest of QoS 0, while QoS 1 and 2 wait at the\n"
             "broker; or whatever comes, and the broker hears that it was refused."},
}};

/// Throws runtime::UsageError.
void read_sensor_settings(const runtime::Given& given, Settings& core);

}  // namespace trunkline::gateway
