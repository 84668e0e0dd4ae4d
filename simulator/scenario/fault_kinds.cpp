#include "simulator/scenario/fault_kinds.hpp"

#include <algorithm>
#include <array>

#include "simulator/scenario/fault_ways.hpp"
#include "simulator/scenario/selection.hpp"

namespace trunkline::sim::reading {

namespace {

constexpr Duration shortest = std::chrono::milliseconds(1);
constexpr Duration longest = std::chrono::hours(24 * 366);

Duration length_of(const Field& field) { return field.duration(shortest, longest); }

void read_down(const Field& fault, const Draft& draft, FaultPlan& plan) {
    constexpr std::array<Key, 5> keys = {{{"id"}, {"at"}, {"do"}, {"on"}, {"for"}}};
    fault.allow(keys);
    plan.kind = FaultPlan::Kind::station_down;
    plan.length = length_of(fault.need("for"));
    const Field on = fault.need("on");
    plan.sensors = sensors_at(select_some(on, draft.station_names, draft, plan.id), draft);
    if (plan.sensors.empty()) on.complain("no device stands at these stations; nothing would happen");
}

/// Devices that have one link together: all that use the stations' field link, or their RTUs.
std::vector<std::size_t> devices_of_links(const Field& on, const Draft& draft, const std::string& fault) {
    StationLinks links = stations_of_link(selector_in(on), draft);
    const std::vector<std::size_t> stations = picked(on, std::move(links.stations), draft, fault);
    std::vector<std::size_t> devices = sensors_at(stations, draft);
    const auto link_of = [&](std::size_t device) { return draft.plan.sensors[device].field_link; };
    if (links.are_uplinks) {
        devices = rtus_among(std::move(devices), draft);
        for (const std::size_t device : devices) {
            if (link_of(device) != link_of(devices.front()))
                on.complain("RTUs with the same link are wanted; \"" + draft.plan.sensors[devices.front()].id +
                            "\" and \"" + draft.plan.sensors[device].id + "\" differ");
        }
        return devices;
    }
    const std::size_t link = draft.stations[stations.front()].field_link;
    for (const std::size_t station : stations) {
        if (draft.stations[station].field_link != link)
            on.complain("stations with the same link are wanted; \"" + draft.station_names[stations.front()] +
                        "\" and \"" + draft.station_names[station] + "\" differ");
    }
    // An RTU may have a link of its own.
    std::erase_if(devices, [&](std::size_t device) { return link_of(device) != link; });
    return devices;
}

/// `set` is laid over the link that the devices have: what it does not name stays.
void read_link_fault(const Field& fault, const Draft& draft, FaultPlan& plan) {
    constexpr std::array<Key, 6> keys = {{{"id"}, {"at"}, {"do"}, {"on"}, {"for"}, {"set"}}};
    fault.allow(keys);
    plan.kind = FaultPlan::Kind::link;
    plan.length = length_of(fault.need("for"));
    const Field on = fault.need("on");
    plan.sensors = devices_of_links(on, draft, plan.id);
    if (plan.sensors.empty()) on.complain("no device speaks over this link; nothing would happen");
    plan.overlay = draft.plan.links[draft.plan.sensors[plan.sensors.front()].field_link];
    read_link(fault.need("set"), *plan.overlay);
}

/// "broker", or gateways: which of the two kinds it is.
void read_program(const Field& on, const Draft& draft, FaultPlan& plan, FaultPlan::Kind of_broker,
                  FaultPlan::Kind of_gateways) {
    const Field selector = selector_in(on);
    plan.kind = of_broker;
    if (selector.text() == "broker") return;
    plan.kind = of_gateways;
    if (!selector.text().starts_with("gateway:"))
        selector.refuse("\"broker\" or gateways are wanted, like \"gateway:*\"");
    plan.gateways = select_some(on, draft.gateway_names, draft, plan.id);
}

void read_restart(const Field& fault, const Draft& draft, FaultPlan& plan) {
    constexpr std::array<Key, 7> keys = {{{"id"}, {"at"}, {"do"}, {"on"}, {"down_for"}, {"state"}, {"lose_unsynced"}}};
    constexpr std::array<std::string_view, 2> states = {"kept", "lost"};
    fault.allow(keys);
    plan.length = length_of(fault.need("down_for"));
    read_program(fault.need("on"), draft, plan, FaultPlan::Kind::broker_restart, FaultPlan::Kind::gateway_restart);
    if (const auto state = fault.find("state")) plan.lose_state = state->word(states) == "lost";
    if (const auto unsynced = fault.find("lose_unsynced")) plan.lose_unsynced = unsynced->boolean();
}

/// Who is cut from one way only has another.
void read_broker_way(const Field& way, const Draft& draft, FaultPlan& plan) {
    constexpr std::array<std::string_view, 3> ways = {"all", "main", "backup"};
    const std::string word = way.word(ways);
    if (word == "all") return;
    plan.way = word == "main" ? FaultPlan::BrokerWay::main : FaultPlan::BrokerWay::backup;
    for (const std::size_t gateway : plan.gateways) {
        if (!draft.plan.gateways[gateway].backup_link)
            way.complain("gateway \"" + draft.plan.gateways[gateway].id +
                         "\" has one way to the broker; \"all\", or a \"backup_link\" of that gateway, is wanted");
    }
}

void read_partition(const Field& fault, const Draft& draft, FaultPlan& plan) {
    constexpr std::array<Key, 7> keys = {{{"id"}, {"at"}, {"do"}, {"for"}, {"between"}, {"direction"}, {"way"}}};
    constexpr std::array<std::string_view, 3> directions = {"both", "up", "down"};
    fault.allow(keys);
    plan.kind = FaultPlan::Kind::partition;
    plan.length = length_of(fault.need("for"));
    const Field between = fault.need("between");
    const std::vector<Field> sides = between.items();
    if (sides.size() != 2 || !sides[1].is_text() || sides[1].text() != "broker")
        between.refuse("gateways and the broker are wanted, like [\"gateway:*\", \"broker\"]");
    plan.gateways = select_some(sides[0], draft.gateway_names, draft, plan.id);
    const auto direction = fault.find("direction");
    const std::string word = direction ? direction->word(directions) : "both";
    if (word == "up") plan.direction = FaultPlan::Direction::up;
    if (word == "down") plan.direction = FaultPlan::Direction::down;
    if (const auto way = fault.find("way")) read_broker_way(*way, draft, plan);
}

/// Devices, or actors.
void read_clients(const Field& on, const Draft& draft, FaultPlan& plan) {
    if (selector_in(on).text().starts_with("actor:")) plan.actors = select_some(on, draft.actor_names, draft, plan.id);
    else plan.sensors = select_some(on, draft.sensor_names, draft, plan.id);
}

/// Whoever is named has a connection.
void refuse_connectionless(const Field& on, const Draft& draft, const FaultPlan& plan) {
    for (const std::size_t sensor : plan.sensors) {
        if (draft.plan.sensors[sensor].qos < 0)
            on.complain("\"" + draft.plan.sensors[sensor].id + "\" has qos -1 and never connects; others are wanted");
    }
}

void read_disconnect(const Field& fault, const Draft& draft, FaultPlan& plan) {
    constexpr std::array<Key, 5> keys = {{{"id"}, {"at"}, {"do"}, {"on"}, {"how"}}};
    constexpr std::array<std::string_view, 3> ways = {"silent", "clean", "rst"};
    fault.allow(keys);
    plan.kind = FaultPlan::Kind::disconnect;
    const Field on = fault.need("on");
    read_clients(on, draft, plan);
    const auto how = fault.find("how");
    const std::string word = how ? how->word(ways) : "silent";
    if (word == "clean") plan.goodbye = FaultPlan::Goodbye::clean;
    if (word == "rst") plan.goodbye = FaultPlan::Goodbye::reset;
    if (plan.goodbye != FaultPlan::Goodbye::reset) return;
    for (const std::size_t sensor : plan.sensors) {
        if (draft.plan.sensors[sensor].protocol == DeviceProtocol::mqtt_sn)
            how->complain("TCP connections are reset; \"" + draft.plan.sensors[sensor].id +
                          "\" speaks MQTT-SN over UDP: \"silent\" or \"clean\" is wanted");
    }
}

void read_connect_storm(const Field& fault, const Draft& draft, FaultPlan& plan) {
    constexpr std::array<Key, 5> keys = {{{"id"}, {"at"}, {"do"}, {"on"}, {"within"}}};
    fault.allow(keys);
    plan.kind = FaultPlan::Kind::connect_storm;
    const Field on = fault.need("on");
    plan.sensors = select_some(on, draft.sensor_names, draft, plan.id);
    refuse_connectionless(on, draft, plan);
    if (const auto within = fault.find("within")) plan.spread = within->duration(Duration::zero(), longest);
}

void read_kick(const Field& fault, const Draft& draft, FaultPlan& plan) {
    constexpr std::array<Key, 4> keys = {{{"id"}, {"at"}, {"do"}, {"on"}}};
    fault.allow(keys);
    plan.kind = FaultPlan::Kind::kick;
    const Field on = fault.need("on");
    read_clients(on, draft, plan);
    refuse_connectionless(on, draft, plan);
}

/// Actors go away; the broker and gateways stand still.
void read_pause(const Field& fault, const Draft& draft, FaultPlan& plan) {
    constexpr std::array<Key, 5> keys = {{{"id"}, {"at"}, {"do"}, {"on"}, {"for"}}};
    fault.allow(keys);
    plan.length = length_of(fault.need("for"));
    const Field on = fault.need("on");
    const std::string selector = selector_in(on).text();
    if (selector == "broker" || selector.starts_with("gateway:"))
        return read_program(on, draft, plan, FaultPlan::Kind::broker_frozen, FaultPlan::Kind::gateway_frozen);
    plan.kind = FaultPlan::Kind::actor_absent;
    plan.actors = select_some(on, draft.actor_names, draft, plan.id);
}

void read_stall(const Field& fault, const Draft& draft, FaultPlan& plan) {
    constexpr std::array<Key, 5> keys = {{{"id"}, {"at"}, {"do"}, {"on"}, {"for"}}};
    fault.allow(keys);
    plan.kind = FaultPlan::Kind::actor_stalled;
    plan.length = length_of(fault.need("for"));
    plan.actors = select_some(fault.need("on"), draft.actor_names, draft, plan.id);
}

void read_flap(const Field& fault, const Draft& draft, FaultPlan& plan) {
    constexpr std::array<Key, 8> keys = {{{"id"}, {"at"}, {"do"}, {"on"}, {"for"}, {"up"}, {"down"}, {"dist"}}};
    constexpr std::array<std::string_view, 2> distributions = {"exp", "fixed"};
    fault.allow(keys);
    plan.kind = FaultPlan::Kind::flap;
    plan.length = length_of(fault.need("for"));
    Sojourns sojourns;
    sojourns.up = fault.need("up").duration(std::chrono::milliseconds(100), longest);
    sojourns.down = fault.need("down").duration(std::chrono::milliseconds(100), longest);
    if (const auto word = fault.find("dist")) sojourns.is_exponential = word->word(distributions) == "exp";
    plan.spells = draw_flaps(read_ways(fault.need("on"), draft, plan.id), sojourns, plan, draft.plan.seed);
}

void read_swizzle(const Field& fault, const Draft& draft, FaultPlan& plan) {
    constexpr std::array<Key, 5> keys = {{{"id"}, {"at"}, {"do"}, {"on"}, {"for"}}};
    fault.allow(keys);
    plan.kind = FaultPlan::Kind::swizzle;
    plan.length = length_of(fault.need("for"));
    plan.spells = draw_swizzle(read_ways(fault.need("on"), draft, plan.id), plan, draft.plan.seed);
}

void read_surge(const Field& fault, const Draft& draft, FaultPlan& plan) {
    constexpr std::array<Key, 6> keys = {{{"id"}, {"at"}, {"do"}, {"on"}, {"for"}, {"factor"}}};
    fault.allow(keys);
    plan.kind = FaultPlan::Kind::surge;
    plan.length = length_of(fault.need("for"));
    plan.sensors = select_some(fault.need("on"), draft.sensor_names, draft, plan.id);
    plan.factor = static_cast<unsigned>(fault.need("factor").natural(2, 1'000));
}

void read_disk_full(const Field& fault, const Draft& draft, FaultPlan& plan) {
    constexpr std::array<Key, 5> keys = {{{"id"}, {"at"}, {"do"}, {"on"}, {"for"}}};
    fault.allow(keys);
    plan.length = length_of(fault.need("for"));
    read_program(fault.need("on"), draft, plan, FaultPlan::Kind::broker_disk, FaultPlan::Kind::gateway_disk);
}

/// Devices by themselves, or all of some stations.
std::vector<std::size_t> devices_of(const Field& on, const Draft& draft, const std::string& fault) {
    const bool is_stations = selector_in(on).text().starts_with("station:");
    return is_stations ? sensors_at(select_some(on, draft.station_names, draft, fault), draft)
                       : select_some(on, draft.sensor_names, draft, fault);
}

/// Without "for" the clocks stay wrong to the end.
void read_skew(const Field& fault, const Draft& draft, FaultPlan& plan) {
    constexpr std::array<Key, 7> keys = {{{"id"}, {"at"}, {"do"}, {"on"}, {"for"}, {"by"}, {"drift_ppm"}}};
    constexpr std::int32_t most_drift = 200'000;
    fault.allow(keys);
    plan.kind = FaultPlan::Kind::skew;
    const auto length = fault.find("for");
    plan.length = length ? length_of(*length) : std::max<Duration>(draft.plan.length() - plan.at, Duration::zero());
    plan.sensors = devices_of(fault.need("on"), draft, plan.id);
    const auto by = fault.find("by");
    const auto drift = fault.find("drift_ppm");
    if (!by && !drift) fault.complain("\"by\" or \"drift_ppm\" is wanted: how the clocks go wrong");
    if (by) plan.offset = by->duration(Duration::zero(), std::chrono::hours(24 * 366));
    if (drift) plan.drift_ppm = static_cast<std::int32_t>(drift->number(-most_drift, most_drift));
}

void read_new_address(const Field& fault, const Draft& draft, FaultPlan& plan) {
    constexpr std::array<Key, 5> keys = {{{"id"}, {"at"}, {"do"}, {"on"}, {"host"}}};
    constexpr std::array<std::string_view, 2> hosts = {"same", "new"};
    fault.allow(keys);
    plan.kind = FaultPlan::Kind::new_address;
    const Field on = fault.need("on");
    plan.sensors = devices_of(on, draft, plan.id);
    if (plan.sensors.empty()) on.complain("no device stands at these stations; nothing would happen");
    if (const auto host = fault.find("host")) plan.is_new_host = host->word(hosts) == "new";
}

constexpr std::array<FaultKind, 19> kinds = {{{"down", read_down},
                                              {"link", read_link_fault},
                                              {"restart", read_restart},
                                              {"partition", read_partition},
                                              {"flap", read_flap},
                                              {"swizzle", read_swizzle},
                                              {"disconnect", read_disconnect},
                                              {"connect-storm", read_connect_storm},
                                              {"kick", read_kick},
                                              {"surge", read_surge},
                                              {"skew", read_skew},
                                              {"new-address", read_new_address},
                                              {"disk-full", read_disk_full},
                                              {"pause", read_pause},
                                              {"stall", read_stall},
                                              {"leak", read_leak},
                                              {"pump-trip", read_pump_trip},
                                              {"valve", read_valve},
                                              {"pig", read_pig}}};

}  // namespace

std::span<const FaultKind> fault_kinds() { return kinds; }

}  // namespace trunkline::sim::reading
