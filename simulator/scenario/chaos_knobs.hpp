#pragma once
// Values that the seed draws anew: limits so small and times so short that borders are met.

#include <string>
#include <vector>

#include "simulator/scenario/document.hpp"

namespace trunkline::sim::reading {

/// Of all values that chaos may turn, about a quarter, each with an extreme value: keep-alives, retries, stores and
/// windows of devices, limits of queues and windows of the broker and of gateways, buffers of links. Each is a
/// "PATH=VALUE" as for --set, and what it names is drawn independently of all others.
std::vector<std::string> draw_knobs(const Node& root, std::uint64_t seed);

}  // namespace trunkline::sim::reading
