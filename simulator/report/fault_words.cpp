#include "simulator/report/fault_words.hpp"

#include "simulator/report/figures.hpp"

namespace trunkline::sim {

namespace {

std::string sensors_of(const FaultPlan& fault) {
    const std::size_t count = fault.sensors.size();
    return grouped(count) + (count == 1 ? " sensor" : " sensors");
}

template <typename Plan>
std::string ids_of(const std::vector<std::size_t>& places, const std::vector<Plan>& plans) {
    std::string text;
    for (const std::size_t at : places) text += (text.empty() ? "" : ", ") + plans[at].id;
    return text;
}

std::string disk_of(const FaultPlan& fault) {
    if (fault.lose_state) return ", with an empty disk";
    return fault.lose_unsynced ? ", without what was not synced" : "";
}

std::string pipe_words(const PipeEvent& event) {
    const std::string place = " at km " + decimal(event.at / metres_in_km, 1);
    switch (event.kind) {
        case PipeEvent::Kind::leak:
            return "leak of " + decimal(event.size * seconds_in_hour, 1) + " m³/h" + place;
        case PipeEvent::Kind::pump_trip:
            return "the pump" + place + " trips";
        case PipeEvent::Kind::valve:
            return "the valve" + place + " closes";
        case PipeEvent::Kind::pig:
            return "a pig is launched" + place;
    }
    return {};
}

}  // namespace

std::string_view name_of(FaultPlan::Kind kind) {
    switch (kind) {
        case FaultPlan::Kind::station_down:
            return "station_down";
        case FaultPlan::Kind::link:
            return "link";
        case FaultPlan::Kind::gateway_restart:
            return "gateway_restart";
        case FaultPlan::Kind::broker_restart:
            return "broker_restart";
        case FaultPlan::Kind::partition:
            return "partition";
        case FaultPlan::Kind::disconnect:
            return "disconnect";
        case FaultPlan::Kind::actor_absent:
            return "actor_absent";
        case FaultPlan::Kind::actor_stalled:
            return "actor_stalled";
        case FaultPlan::Kind::pipe:
            return "pipe";
    }
    return {};
}

std::string_view kind_of(const FaultPlan& fault) {
    if (!fault.pipe) return name_of(fault.kind);
    constexpr std::string_view names[] = {"leak", "pump_trip", "valve", "pig"};  // as PipeEvent::Kind has them
    return names[static_cast<std::size_t>(fault.pipe->kind)];
}

std::string words_of(const Scenario& scenario, const FaultPlan& fault) {
    switch (fault.kind) {
        case FaultPlan::Kind::station_down:
            return "station down, with " + sensors_of(fault);
        case FaultPlan::Kind::link:
            return "worse link for " + sensors_of(fault);
        case FaultPlan::Kind::gateway_restart:
            return "restart of gateway " + ids_of(fault.gateways, scenario.gateways) + disk_of(fault);
        case FaultPlan::Kind::broker_restart:
            return "restart of the broker" + disk_of(fault);
        case FaultPlan::Kind::partition:
            return "nothing passes between the broker and " + ids_of(fault.gateways, scenario.gateways);
        case FaultPlan::Kind::disconnect:
            return "connections of " + sensors_of(fault) + " end without a word";
        case FaultPlan::Kind::actor_absent:
            return ids_of(fault.actors, scenario.actors) + " is away";
        case FaultPlan::Kind::actor_stalled:
            return ids_of(fault.actors, scenario.actors) + " reads nothing";
        case FaultPlan::Kind::pipe:
            return pipe_words(fault.pipe.value());
    }
    return {};
}

}  // namespace trunkline::sim
