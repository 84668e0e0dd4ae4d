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

/// The stations of "link:GLOB.field" whose field link has that name's end.
std::vector<std::size_t> stations_of_link(const Field& selector, const Draft& draft);

/// "on" of a flap or a swizzle: "station:GLOB", "link:GLOB.field", "gateway:GLOB" or "link:GLOB.broker", some of them
/// with "pick".
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
