#pragma once
// Which sensors share connections to the broker, and how much is kept for them, as users write it.

#include <array>
#include <vector>

#include "gateway/core/settings.hpp"
#include "gateway/net/sensor_sockets.hpp"
#include "runtime/settings/given.hpp"
#include "runtime/settings/key_table.hpp"

namespace trunkline::gateway {

/// For the program's table.
inline constexpr std::array<runtime::Key, 6> mode_keys{{
    {.name = "mode",
     .kind = runtime::ValueKind::choice,
     .argument = "transparent|aggregating",
     .otherwise = "transparent",
     .text = "One connection to the broker for each sensor (transparent), or a few for all, with sensors' sessions\n"
             "kept here (aggregating). A listener may have its own: udp://HOST:PORT?mode=aggregating."},
    {.name = "client_mode",
     .argument = "PATTERN=MODE",
     .text = "The same for sensors whose ClientId the pattern means (* any characters, ? one octet), whatever their\n"
             "listener says; the first pattern counts.",
     .repeats = true},
    {.name = "upstream_connections",
     .kind = runtime::ValueKind::number,
     .argument = "N",
     .otherwise = "4",
     .text = "How many connections sensors in aggregating mode share, up to 64. With --data, always the same number."},
    {.name = "queued_messages",
     .kind = runtime::ValueKind::number,
     .argument = "N",
     .otherwise = "1000",
     .text = "Messages of QoS 1 and 2 that wait here for one sensor, in aggregating mode; those beyond are dropped."},
    {.name = "queued_bytes",
     .kind = runtime::ValueKind::number,
     .argument = "N",
     .otherwise = "1048576",
     .text = "The same in bytes of topics and payloads."},
    {.name = "queued_bytes_in_all",
     .kind = runtime::ValueKind::number,
     .argument = "N",
     .otherwise = "268435456",
     .text = "The same of all such sensors together."},
}};

/// Throws runtime::UsageError. `listeners`: for their modes.
void read_modes(const runtime::Given& given, const std::vector<SensorListener>& listeners, Settings& core);

}  // namespace trunkline::gateway
