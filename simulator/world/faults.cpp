#include "simulator/world/faults.hpp"

namespace trunkline::sim {

namespace {

ProcessEnd end_of(const FaultPlan& fault) { return fault.lose_unsynced ? ProcessEnd::power_loss : ProcessEnd::orderly; }

}  // namespace

Faults::Faults(Surroundings surroundings, Field& field, BrokerHost& broker,
               std::vector<std::unique_ptr<GatewayHost>>& gateways, std::vector<std::unique_ptr<ActorHost>>& actors)
    : world_(surroundings),
      field_(field),
      broker_(broker),
      gateways_(gateways),
      actors_(actors),
      partitions_(world_.scenario.gateways.size(), 0) {}

void Faults::schedule() const {
    for (std::uint32_t index = 0; index < world_.scenario.faults.size(); ++index) {
        const FaultPlan& fault = world_.scenario.faults[index];
        if (!has_spells(fault.kind)) schedule(fault.at, fault.ends(), index, 0);
        for (std::uint32_t spell = 0; spell < fault.spells.size(); ++spell)
            schedule(fault.spells[spell].at, fault.spells[spell].ends(), index, spell);
    }
}

void Faults::schedule(Duration at, Duration ends, std::uint32_t fault, std::uint32_t spell) const {
    world_.queue.put(Instant{} + at, {EventKind::fault_begins, fault, spell});
    world_.queue.put(Instant{} + ends, {EventKind::fault_ends, fault, spell});
}

void Faults::begin(std::uint32_t fault, std::uint32_t spell, Instant now) {
    apply(world_.scenario.faults[fault], spell, true, now);
}
void Faults::end(std::uint32_t fault, std::uint32_t spell, Instant now) {
    apply(world_.scenario.faults[fault], spell, false, now);
}

void Faults::apply(const FaultPlan& fault, std::uint32_t spell, bool begins, Instant now) {
    switch (fault.kind) {
        case FaultPlan::Kind::station_down:
            return field_.cut(fault.sensors, begins, now);
        case FaultPlan::Kind::link:
            return begins ? overlays_.begin(fault, field_) : overlays_.end(fault, field_);
        case FaultPlan::Kind::gateway_restart:
            return restart_gateways(fault, begins, now);
        case FaultPlan::Kind::broker_restart:
            return restart_broker(fault, begins, now);
        case FaultPlan::Kind::partition:
            return part(fault.gateways, fault.direction, fault.way, begins, now);
        case FaultPlan::Kind::disconnect:
            return disconnect(fault, begins, now);
        case FaultPlan::Kind::actor_absent:
            for (const std::size_t actor : fault.actors) actors_[actor]->set_away(begins, now);
            return;
        case FaultPlan::Kind::actor_stalled:
            for (const std::size_t actor : fault.actors) actors_[actor]->set_stalled(begins, now);
            return;
        case FaultPlan::Kind::pipe:
            return;  // the pipe has it from the plan
        case FaultPlan::Kind::flap:
        case FaultPlan::Kind::swizzle:
            return cut(fault.spells[spell], begins, now);
        case FaultPlan::Kind::surge:
            return field_.set_pace(fault.sensors, begins ? fault.factor : 1, now);
        case FaultPlan::Kind::connect_storm:
            return begins ? storm(fault, now) : void();
        case FaultPlan::Kind::kick:
            return begins ? kick(fault, now) : void();
        case FaultPlan::Kind::broker_frozen:
            return broker_.set_frozen(begins, now);
        case FaultPlan::Kind::gateway_frozen:
            for (const std::size_t gateway : fault.gateways) gateways_[gateway]->set_frozen(begins, now);
            return;
        case FaultPlan::Kind::broker_disk:
            return broker_.set_disk_full(begins, now);
        case FaultPlan::Kind::gateway_disk:
            for (const std::size_t gateway : fault.gateways) gateways_[gateway]->set_disk_full(begins, now);
            return;
        case FaultPlan::Kind::skew:
            return skew(fault, begins, now);
        case FaultPlan::Kind::new_address:
            return begins ? field_.change_addresses(fault.sensors, now) : void();
    }
}

void Faults::restart_broker(const FaultPlan& fault, bool begins, Instant now) {
    if (begins) broker_.go_down(end_of(fault), now);
    else broker_.come_up(fault.lose_state, now);
}

void Faults::restart_gateways(const FaultPlan& fault, bool begins, Instant now) {
    for (const std::size_t gateway : fault.gateways) {
        if (begins) gateways_[gateway]->go_down(end_of(fault), now);
        else gateways_[gateway]->come_up(fault.lose_state, now);
    }
}

void Faults::cut(const FaultSpell& spell, bool begins, Instant now) {
    if (begins) world_.oracle.happened(NamedEvent::link_flapped);
    field_.cut(spell.sensors, begins, now);
    part(spell.gateways, FaultPlan::Direction::both, FaultPlan::BrokerWay::all, begins, now);
}

void Faults::part(const std::vector<std::size_t>& gateways, FaultPlan::Direction direction, FaultPlan::BrokerWay way,
                  bool begins, Instant now) {
    for (const std::size_t gateway : gateways) {
        world_.streams.cut(StreamOwner::Kind::gateway, static_cast<std::uint32_t>(gateway), begins, direction, way);
        unsigned& lasting = partitions_[gateway];
        if (begins && ++lasting == 1) world_.oracle.partition_began(gateway, now);
        if (!begins && --lasting == 0) world_.oracle.partition_ended(gateway, now);
    }
}

/// Silent: the devices begin anew, and their gateways learn it only from their silence or from their next CONNECT. One
/// that lasts keeps their radios off meanwhile.
void Faults::disconnect(const FaultPlan& fault, bool begins, Instant now) {
    if (begins) {
        for (const std::size_t actor : fault.actors) actors_[actor]->disconnect(fault.goodbye, now);
        switch (fault.goodbye) {
            case FaultPlan::Goodbye::silent:
                field_.lose_connections(fault.sensors, now);
                break;
            case FaultPlan::Goodbye::clean:
                field_.hang_up(fault.sensors, now);
                break;
            case FaultPlan::Goodbye::reset:
                field_.reset_connections(fault.sensors, now);
                break;
        }
    }
    if (fault.length > Duration::zero()) field_.cut(fault.sensors, begins, now);
}

void Faults::storm(const FaultPlan& fault, Instant now) {
    Random luck(world_.scenario.seed, "fault:" + fault.id, "storm");
    field_.storm(fault.sensors, fault.spread, luck, now);
}

/// The client of a sensor is its gateway's connection for it, alone or among others.
void Faults::kick(const FaultPlan& fault, Instant now) {
    for (const std::size_t sensor : fault.sensors) {
        const SensorPlan& plan = world_.scenario.sensors[sensor];
        const bool has_gateway = plan.protocol == DeviceProtocol::mqtt_sn;
        broker_.kick(has_gateway ? gateways_[plan.gateway]->upstream_of(plan.id) : plan.id, now);
    }
    for (const std::size_t actor : fault.actors) broker_.kick(world_.scenario.actors[actor].id, now);
}

void Faults::skew(const FaultPlan& fault, bool begins, Instant now) {
    if (begins) world_.oracle.happened(NamedEvent::clock_skewed);
    field_.set_clocks(fault.sensors, begins ? fault.offset : Duration::zero(), begins ? fault.drift_ppm : 0, now);
}

}  // namespace trunkline::sim
