// "faults": what goes wrong, when, and for how long.

#include <algorithm>
#include <array>
#include <set>

#include "simulator/plan/durations.hpp"
#include "simulator/scenario/draft.hpp"
#include "simulator/scenario/fault_conflicts.hpp"

namespace trunkline::sim::reading {

namespace {

constexpr Duration shortest = std::chrono::milliseconds(1);

Duration length_of(const Field& field) { return field.duration(shortest, std::chrono::hours(24 * 366)); }

std::set<std::string, std::less<>> names_of(const std::vector<std::size_t>& stations, const Draft& draft) {
    std::set<std::string, std::less<>> names;
    for (const std::size_t station : stations) names.insert(draft.station_names[station]);
    return names;
}

std::vector<std::size_t> sensors_at(const std::vector<std::size_t>& stations, const Draft& draft) {
    const auto names = names_of(stations, draft);
    std::vector<std::size_t> sensors;
    for (std::size_t at = 0; at < draft.plan.sensors.size(); ++at) {
        if (names.contains(draft.plan.sensors[at].station)) sensors.push_back(at);
    }
    return sensors;
}

/// The stations of "link:GLOB.field".
std::vector<std::size_t> stations_of_link(const Field& on, const Draft& draft) {
    constexpr std::string_view kind = "link:";
    constexpr std::string_view end = ".field";
    const std::string selector = on.text();
    if (!selector.starts_with(kind) || !selector.ends_with(end) || selector.size() < kind.size() + end.size())
        on.refuse("the field links of stations are wanted, like \"link:PS-*.field\"");
    const std::string_view glob =
        std::string_view(selector).substr(kind.size(), selector.size() - kind.size() - end.size());
    std::vector<std::size_t> stations;
    for (std::size_t station = 0; station < draft.station_names.size(); ++station) {
        if (glob_matches(glob, draft.station_names[station])) stations.push_back(station);
    }
    if (stations.empty())
        on.complain("no station matches \"" + std::string(glob) + '"' + draft.station_names.suggest(glob));
    return stations;
}

void read_down(const Field& fault, const Draft& draft, FaultPlan& plan) {
    constexpr std::array<Key, 5> keys = {{{"id"}, {"at"}, {"do"}, {"on"}, {"for"}}};
    fault.allow(keys);
    plan.kind = FaultPlan::Kind::station_down;
    plan.length = length_of(fault.need("for"));
    const Field on = fault.need("on");
    plan.sensors = sensors_at(draft.station_names.select(on), draft);
    if (plan.sensors.empty()) on.complain("no device stands at these stations; nothing would happen");
}

/// `set` is laid over the link that the stations have: what it does not name stays.
void read_link_fault(const Field& fault, const Draft& draft, FaultPlan& plan) {
    constexpr std::array<Key, 6> keys = {{{"id"}, {"at"}, {"do"}, {"on"}, {"for"}, {"set"}}};
    fault.allow(keys);
    plan.kind = FaultPlan::Kind::link;
    plan.length = length_of(fault.need("for"));
    const Field on = fault.need("on");
    const std::vector<std::size_t> stations = stations_of_link(on, draft);
    const std::size_t link = draft.stations[stations.front()].field_link;
    for (const std::size_t station : stations) {
        if (draft.stations[station].field_link != link)
            on.complain("stations with the same link are wanted; \"" + draft.station_names[stations.front()] +
                        "\" and \"" + draft.station_names[station] + "\" differ");
    }
    plan.overlay = draft.plan.links[link];
    read_link(fault.need("set"), *plan.overlay);
    plan.sensors = sensors_at(stations, draft);
    // An RTU may have a link of its own.
    std::erase_if(plan.sensors, [&](std::size_t sensor) { return draft.plan.sensors[sensor].field_link != link; });
    if (plan.sensors.empty()) on.complain("no device speaks over this link; nothing would happen");
}

void read_restart(const Field& fault, const Draft& draft, FaultPlan& plan) {
    constexpr std::array<Key, 7> keys = {{{"id"}, {"at"}, {"do"}, {"on"}, {"down_for"}, {"state"}, {"lose_unsynced"}}};
    constexpr std::array<std::string_view, 2> states = {"kept", "lost"};
    fault.allow(keys);
    const Field on = fault.need("on");
    plan.length = length_of(fault.need("down_for"));
    if (on.text() == "broker") {
        plan.kind = FaultPlan::Kind::broker_restart;
    } else {
        plan.kind = FaultPlan::Kind::gateway_restart;
        plan.gateways = draft.gateway_names.select(on);
    }
    if (const auto state = fault.find("state")) plan.lose_state = state->word(states) == "lost";
    if (const auto unsynced = fault.find("lose_unsynced")) plan.lose_unsynced = unsynced->boolean();
}

void read_partition(const Field& fault, const Draft& draft, FaultPlan& plan) {
    constexpr std::array<Key, 6> keys = {{{"id"}, {"at"}, {"do"}, {"for"}, {"between"}, {"direction"}}};
    constexpr std::array<std::string_view, 1> directions = {"both"};
    constexpr std::array<std::string_view, 2> later = {"up", "down"};
    fault.allow(keys);
    plan.kind = FaultPlan::Kind::partition;
    plan.length = length_of(fault.need("for"));
    const Field between = fault.need("between");
    const std::vector<Field> sides = between.items();
    if (sides.size() != 2 || sides[1].text() != "broker")
        between.refuse("gateways and the broker are wanted, like [\"gateway:*\", \"broker\"]");
    plan.gateways = draft.gateway_names.select(sides[0]);
    if (const auto direction = fault.find("direction")) direction->word(directions, later);
}

void read_disconnect(const Field& fault, const Draft& draft, FaultPlan& plan) {
    constexpr std::array<Key, 5> keys = {{{"id"}, {"at"}, {"do"}, {"on"}, {"how"}}};
    constexpr std::array<std::string_view, 1> ways = {"silent"};
    constexpr std::array<std::string_view, 2> later = {"clean", "rst"};
    fault.allow(keys);
    plan.kind = FaultPlan::Kind::disconnect;
    plan.sensors = draft.sensor_names.select(fault.need("on"));
    if (const auto how = fault.find("how")) how->word(ways, later);
}

void read_pause(const Field& fault, const Draft& draft, FaultPlan& plan) {
    constexpr std::array<Key, 5> keys = {{{"id"}, {"at"}, {"do"}, {"on"}, {"for"}}};
    fault.allow(keys);
    plan.kind = FaultPlan::Kind::actor_absent;
    plan.length = length_of(fault.need("for"));
    plan.actors = draft.actor_names.select(fault.need("on"));
}

void read_stall(const Field& fault, const Draft& draft, FaultPlan& plan) {
    read_pause(fault, draft, plan);
    plan.kind = FaultPlan::Kind::actor_stalled;
}

/// What later faults must not contradict.
void note_overlay(const Field& fault, Draft& draft, const FaultPlan& plan) {
    if (plan.kind != FaultPlan::Kind::link) return;
    for (const Field::Named& key : fault.need("set").members()) draft.overlay_keys[plan.id].insert(key.key);
}

struct Deed {
    std::string_view name;
    void (*read)(const Field& fault, const Draft& draft, FaultPlan& plan);
};
constexpr std::array<Deed, 11> deeds = {{{"down", read_down},
                                         {"link", read_link_fault},
                                         {"restart", read_restart},
                                         {"partition", read_partition},
                                         {"disconnect", read_disconnect},
                                         {"pause", read_pause},
                                         {"stall", read_stall},
                                         {"leak", read_leak},
                                         {"pump-trip", read_pump_trip},
                                         {"valve", read_valve},
                                         {"pig", read_pig}}};

}  // namespace

void read_faults(const Field& faults, Draft& draft) {
    constexpr std::array<std::string_view, 7> later = {"flap", "skew",      "surge",  "connect-storm",
                                                       "kick", "disk-full", "swizzle"};
    std::array<std::string_view, deeds.size()> names;
    for (std::size_t at = 0; at < deeds.size(); ++at) names[at] = deeds[at].name;
    for (const Field& fault : faults.items()) {
        FaultPlan plan;
        const Field id = fault.need("id");
        plan.id = id.name();
        const std::string word = fault.need("do").word(names, later);
        const auto deed = std::find_if(deeds.begin(), deeds.end(), [&](const Deed& each) { return each.name == word; });
        deed->read(fault, draft, plan);
        // The user's times begin with the run, after the warm-up.
        const Field at = fault.need("at");
        const Duration since = at.duration(Duration::zero(), std::max(draft.plan.run, draft.written_run));
        plan.at = draft.plan.warmup + since;
        const bool fits = since <= draft.plan.run && plan.ends() <= draft.plan.length();
        if (!fits && draft.is_shortened()) {
            draft.plan.left_out.faults.push_back(plan.id);
            continue;
        }
        if (!fits)
            at.complain("a fault that ends within the run is wanted; \"" + plan.id + "\" would end at " +
                        duration_text(plan.ends()) + " of " + duration_text(draft.plan.length()));
        draft.fault_names.add(id, plan.id);
        check_conflicts(fault, draft, plan);
        note_overlay(fault, draft, plan);
        draft.plan.faults.push_back(std::move(plan));
    }
}

bool Draft::is_left_out(const std::string& fault) const {
    const std::vector<std::string>& faults = plan.left_out.faults;
    return std::find(faults.begin(), faults.end(), fault) != faults.end();
}

}  // namespace trunkline::sim::reading
