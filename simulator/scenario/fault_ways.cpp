#include "simulator/scenario/fault_ways.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "protocol/base/draws.hpp"
#include "protocol/base/random.hpp"
#include "simulator/scenario/selection.hpp"

namespace trunkline::sim::reading {

namespace {

constexpr std::string_view link_kind = "link:";
constexpr std::string_view field_end = ".field";
constexpr std::string_view uplink_end = ".uplink";
constexpr std::string_view broker_end = ".broker";

/// What stands between "link:" and its end; nothing: it is no such selector.
std::optional<std::string_view> between(std::string_view selector, std::string_view end) {
    const std::size_t frame = link_kind.size() + end.size();
    if (!selector.starts_with(link_kind) || !selector.ends_with(end) || selector.size() < frame) return std::nullopt;
    return selector.substr(link_kind.size(), selector.size() - frame);
}

std::vector<std::size_t> matching(std::string_view glob, const Names& names, const Field& field,
                                  std::string_view kind) {
    std::vector<std::size_t> found;
    for (std::size_t at = 0; at < names.size(); ++at) {
        if (glob_matches(glob, names[at])) found.push_back(at);
    }
    if (found.empty())
        field.complain("no " + std::string(kind) + " matches \"" + std::string(glob) + '"' + names.suggest(glob));
    return found;
}

std::vector<FaultWay> ways_of_stations(const std::vector<std::size_t>& stations, const Draft& draft) {
    std::vector<FaultWay> ways;
    for (const std::size_t station : stations)
        ways.push_back({"station:" + draft.station_names[station], sensors_at({station}, draft), {}});
    return ways;
}

std::vector<FaultWay> ways_of_rtus(const std::vector<std::size_t>& stations, const Draft& draft) {
    std::vector<FaultWay> ways;
    for (const std::size_t station : stations)
        ways.push_back({"uplink:" + draft.station_names[station], rtus_among(sensors_at({station}, draft), draft), {}});
    return ways;
}

std::vector<FaultWay> ways_of_gateways(const std::vector<std::size_t>& gateways, const Draft& draft) {
    std::vector<FaultWay> ways;
    for (const std::size_t gateway : gateways)
        ways.push_back({"gateway:" + draft.gateway_names[gateway], {}, {gateway}});
    return ways;
}

Random luck_of(const FaultPlan& fault, std::string_view of, std::uint64_t seed) {
    return Random(seed, "fault:" + fault.id, of);
}

Duration draw(Duration mean, const Sojourns& sojourns, Random& random) {
    if (!sojourns.is_exponential) return mean;
    const double drawn = static_cast<double>(mean.count()) * draw_exponential(random);
    return std::max<Duration>(std::chrono::milliseconds(1), Duration(static_cast<Duration::rep>(drawn)));
}

/// The numbers below `count`, each once.
std::vector<std::size_t> shuffled(std::size_t count, Random random) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t left = count; left > 1; --left)
        std::swap(order[left - 1], order[static_cast<std::size_t>(random.below(left))]);
    return order;
}

}  // namespace

std::vector<std::size_t> sensors_at(const std::vector<std::size_t>& stations, const Draft& draft) {
    std::set<std::string, std::less<>> names;
    for (const std::size_t station : stations) names.insert(draft.station_names[station]);
    std::vector<std::size_t> sensors;
    for (std::size_t at = 0; at < draft.plan.sensors.size(); ++at) {
        if (names.contains(draft.plan.sensors[at].station)) sensors.push_back(at);
    }
    return sensors;
}

std::vector<std::size_t> rtus_among(std::vector<std::size_t> devices, const Draft& draft) {
    std::erase_if(devices,
                  [&](std::size_t device) { return draft.plan.sensors[device].protocol == DeviceProtocol::mqtt_sn; });
    return devices;
}

StationLinks stations_of_link(const Field& selector, const Draft& draft) {
    const std::string text = selector.text();
    if (const auto glob = between(text, field_end))
        return {matching(*glob, draft.station_names, selector, "station"), false};
    const auto glob = between(text, uplink_end);
    if (!glob)
        selector.refuse("the links of stations are wanted, like \"link:PS-*.field\", or \"link:PS-*.uplink\" of RTUs");
    StationLinks links{matching(*glob, draft.station_names, selector, "station"), true};
    for (const std::size_t station : links.stations) {
        if (rtus_among(sensors_at({station}, draft), draft).empty())
            selector.complain("\"" + draft.station_names[station] +
                              "\" has no RTU, and so no uplink; other stations are wanted");
    }
    return links;
}

std::vector<FaultWay> read_ways(const Field& on, const Draft& draft, const std::string& fault) {
    const Field selector = selector_in(on);
    const std::string text = selector.text();
    if (between(text, field_end) || between(text, uplink_end)) {
        StationLinks links = stations_of_link(selector, draft);
        const auto stations = picked(on, std::move(links.stations), draft, fault);
        return links.are_uplinks ? ways_of_rtus(stations, draft) : ways_of_stations(stations, draft);
    }
    if (const auto glob = between(text, broker_end))
        return ways_of_gateways(picked(on, matching(*glob, draft.gateway_names, selector, "gateway"), draft, fault),
                                draft);
    if (text.starts_with("gateway:"))
        return ways_of_gateways(select_some(on, draft.gateway_names, draft, fault), draft);
    if (text.starts_with("station:"))
        return ways_of_stations(select_some(on, draft.station_names, draft, fault), draft);
    selector.refuse(
        "ways are wanted, like \"station:PS-*\", \"link:PS-*.field\", \"link:PS-*.uplink\", \"gateway:*\" or "
        "\"link:gw-1.broker\"");
}

std::vector<FaultSpell> draw_flaps(const std::vector<FaultWay>& ways, const Sojourns& sojourns, const FaultPlan& fault,
                                   std::uint64_t seed) {
    std::vector<FaultSpell> spells;
    for (const FaultWay& way : ways) {
        Random random = luck_of(fault, way.name, seed);
        // Where in its cycle it is when the fault begins.
        Duration at =
            fault.at +
            (sojourns.is_exponential
                 ? draw(sojourns.up, sojourns, random)
                 : Duration(static_cast<Duration::rep>(random.below(static_cast<std::uint64_t>(sojourns.up.count())))));
        while (at < fault.ends()) {
            const Duration length = std::min(draw(sojourns.down, sojourns, random), fault.ends() - at);
            spells.push_back({at, length, way.sensors, way.gateways});
            at += length + draw(sojourns.up, sojourns, random);
        }
    }
    return spells;
}

std::vector<FaultSpell> draw_swizzle(const std::vector<FaultWay>& ways, const FaultPlan& fault, std::uint64_t seed) {
    const auto count = static_cast<Duration::rep>(ways.size());
    const Duration step = fault.length / 3 / count;
    const std::vector<std::size_t> cut_as = shuffled(ways.size(), luck_of(fault, "cuts", seed));
    const std::vector<std::size_t> healed_as = shuffled(ways.size(), luck_of(fault, "heals", seed));
    std::vector<FaultSpell> spells;
    for (std::size_t way = 0; way < ways.size(); ++way) {
        const Duration at = fault.at + step * static_cast<Duration::rep>(cut_as[way]);
        const Duration ends = fault.ends() - step * static_cast<Duration::rep>(healed_as[way]);
        spells.push_back({at, ends - at, ways[way].sensors, ways[way].gateways});
    }
    return spells;
}

}  // namespace trunkline::sim::reading
