#pragma once
// The gateway's sensors as JSON.

#include <string>

#include "gateway/core/gateway.hpp"

namespace trunkline::gateway {

/// {"sensors": [...], "next": PLACE}: state, address, link, and how much of what there is. Without "next": it was the
/// last page.
std::string sensors_json(const Gateway& core, const Page<const Client*>& page, Instant now);
/// The same of one, with its topic ids and subscriptions.
std::string sensor_json(const Gateway& core, const Client& client, Instant now);
/// {"messages": [...]}: what waits for it, the next one first; no payloads.
std::string buffer_json(const Client& client);

}  // namespace trunkline::gateway
