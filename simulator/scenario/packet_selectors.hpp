#pragma once
// Whose packets are wanted, as users write it.

#include <string>
#include <string_view>

#include "protocol/base/result.hpp"
#include "simulator/plan/packet_selection.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// Adds what a selector picks: "sensor:GLOB" (both sides of its gateway), "station:GLOB" (its sensors), "gateway:GLOB"
/// (its sensors and its connections to the broker), "actor:GLOB", "link:GLOB" ("PS-1.field", "PS-1.uplink",
/// "gw-west.broker", "scada.broker"), "broker.session:GLOB" (connections of these ClientIds), "broker" (all
/// connections). An error: what is wrong with it, and what would be right; a glob that picks nothing is wrong too.
Result<void, std::string> select_packets(const Scenario& scenario, std::string_view selector, PacketSelection& into);

}  // namespace trunkline::sim
