#pragma once
// Where sensors are listened to, as users write it.

#include <vector>

#include "gateway/net/sensor_sockets.hpp"
#include "runtime/settings/given.hpp"

namespace trunkline::gateway {

inline constexpr std::string_view default_listener = "udp://127.0.0.1:10000";

/// All of --listen. Throws runtime::UsageError.
std::vector<SensorListener> sensor_listeners(const runtime::Given& given);

}  // namespace trunkline::gateway
