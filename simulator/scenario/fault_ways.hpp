#pragma once
// Ways that faults cut each for itself: of a station to its gateway, of a gateway to the broker.

#include <string>
#include <vector>

#include "simulator/scenario/draft.hpp"

namespace trunkline::sim::reading {

/// One of both lists is empty.
struct FaultWay {
    std::string name;
    std::vector<std::size_t> sensors;
    std::vector<std::size_t> gateways;
};

/// The devices of these stations, ascending.
std::vector<std::size_t> sensors_at(const std::vector<std::size_t>& stations, const Draft& draft);

/// Stations by their links: "link:GLOB.field", or "link:GLOB.uplink", over which RTUs speak to the broker.
struct StationLinks {
    std::vector<std::size_t> stations;
    bool are_uplinks = false;  // there is an RTU at each
};
StationLinks stations_of_link(const Field& selector, const Draft& draft);
/// Those of these devices that speak plain MQTT.
std::vector<std::size_t> rtus_among(std::vector<std::size_t> devices, const Draft& draft);

/// "on" of a flap or a swizzle: "station:GLOB", "link:GLOB.field", "link:GLOB.uplink", "gateway:GLOB" or
/// "link:GLOB.broker", some of them with "pick".
std::vector<FaultWay> read_ways(const Field& on, const Draft& draft, const std::string& fault);

/// How long a way is whole and cut in turn. Means of exponential draws, or the same each time, from a drawn moment on.
struct Sojourns {
    Duration up{};
    Duration down{};
    bool is_exponential = true;
};

/// Each way for itself, between the fault's beginning and its end, after which all are whole.
std::vector<FaultSpell> draw_flaps(const std::vector<FaultWay>& ways, const Sojourns& sojourns, const FaultPlan& fault,
                                   std::uint64_t seed);

/// One way after the other is cut in the first third of the fault; in the last third they heal in another order.
std::vector<FaultSpell> draw_swizzle(const std::vector<FaultWay>& ways, const FaultPlan& fault, std::uint64_t seed);

}  // namespace trunkline::sim::reading
