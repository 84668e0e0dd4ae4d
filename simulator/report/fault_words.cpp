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

std::string clients_of(const Scenario& scenario, const FaultPlan& fault) {
    return fault.actors.empty() ? sensors_of(fault) : ids_of(fault.actors, scenario.actors);
}

std::string cuts_of(const FaultPlan& fault) {
    const std::size_t count = fault.spells.size();
    return grouped(count) + (count == 1 ? " cut" : " cuts");
}

std::string_view nothing_passes(FaultPlan::Direction direction) {
    switch (direction) {
        case FaultPlan::Direction::both:
            break;
        case FaultPlan::Direction::up:
            return "nothing reaches the broker from ";
        case FaultPlan::Direction::down:
            return "nothing comes from the broker to ";
    }
    return "nothing passes between the broker and ";
}

std::string_view goodbye_of(FaultPlan::Goodbye goodbye) {
    switch (goodbye) {
        case FaultPlan::Goodbye::silent:
            break;
        case FaultPlan::Goodbye::clean:
            return " end with DISCONNECT";
        case FaultPlan::Goodbye::reset:
            return " are reset";
    }
    return " end without a word";
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
        case FaultPlan::Kind::flap:
            return "flap";
        case FaultPlan::Kind::swizzle:
            return "swizzle";
        case FaultPlan::Kind::surge:
            return "surge";
        case FaultPlan::Kind::connect_storm:
            return "connect_storm";
        case FaultPlan::Kind::kick:
            return "kick";
        case FaultPlan::Kind::broker_frozen:
            return "broker_frozen";
        case FaultPlan::Kind::gateway_frozen:
            return "gateway_frozen";
        case FaultPlan::Kind::broker_disk:
            return "broker_disk_full";
        case FaultPlan::Kind::gateway_disk:
            return "gateway_disk_full";
        case FaultPlan::Kind::skew:
            return "skew";
        case FaultPlan::Kind::new_address:
            return "new_address";
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
            return std::string(nothing_passes(fault.direction)) + ids_of(fault.gateways, scenario.gateways);
        case FaultPlan::Kind::disconnect:
            return "connections of " + clients_of(scenario, fault) + std::string(goodbye_of(fault.goodbye));
        case FaultPlan::Kind::actor_absent:
            return ids_of(fault.actors, scenario.actors) + " is away";
        case FaultPlan::Kind::actor_stalled:
            return ids_of(fault.actors, scenario.actors) + " reads nothing";
        case FaultPlan::Kind::pipe:
            return pipe_words(fault.pipe.value());
        case FaultPlan::Kind::flap:
            return "ways are cut now and again, " + cuts_of(fault);
        case FaultPlan::Kind::swizzle:
            return "ways are cut one after the other and heal in another order, " + cuts_of(fault);
        case FaultPlan::Kind::surge:
            return sensors_of(fault) + " report " + std::to_string(fault.factor) + " times as often";
        case FaultPlan::Kind::connect_storm:
            return sensors_of(fault) + " lose their connections and come back at once";
        case FaultPlan::Kind::kick:
            return "the broker throws out " + clients_of(scenario, fault);
        case FaultPlan::Kind::broker_frozen:
            return "the broker stands still";
        case FaultPlan::Kind::gateway_frozen:
            return ids_of(fault.gateways, scenario.gateways) + " stands still";
        case FaultPlan::Kind::broker_disk:
            return "the broker's disk is full";
        case FaultPlan::Kind::gateway_disk:
            return "the disk of " + ids_of(fault.gateways, scenario.gateways) + " is full";
        case FaultPlan::Kind::skew:
            return "clocks of " + sensors_of(fault) + " go wrong";
        case FaultPlan::Kind::new_address:
            return sensors_of(fault) + (fault.is_new_host ? " get an address on another host" : " get another port");
    }
    return {};
}

}  // namespace trunkline::sim
