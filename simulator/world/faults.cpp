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
        world_.queue.put(Instant{} + fault.at, {EventKind::fault_begins, index, 0});
        world_.queue.put(Instant{} + fault.ends(), {EventKind::fault_ends, index, 0});
    }
}

void Faults::begin(std::uint32_t fault, Instant now) { apply(world_.scenario.faults[fault], true, now); }
void Faults::end(std::uint32_t fault, Instant now) { apply(world_.scenario.faults[fault], false, now); }

void Faults::apply(const FaultPlan& fault, bool begins, Instant now) {
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
            return part(fault, begins, now);
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

void Faults::part(const FaultPlan& fault, bool begins, Instant now) {
    for (const std::size_t gateway : fault.gateways) {
        world_.streams.cut(StreamOwner::Kind::gateway, static_cast<std::uint32_t>(gateway), begins);
        unsigned& lasting = partitions_[gateway];
        if (begins && ++lasting == 1) world_.oracle.partition_began(gateway, now);
        if (!begins && --lasting == 0) world_.oracle.partition_ended(gateway, now);
    }
}

/// The devices begin anew, and their gateways learn it only from their silence or from their next CONNECT. One that
/// lasts keeps their radios off meanwhile.
void Faults::disconnect(const FaultPlan& fault, bool begins, Instant now) {
    if (begins) field_.lose_connections(fault.sensors, now);
    if (fault.length > Duration::zero()) field_.cut(fault.sensors, begins, now);
}

}  // namespace trunkline::sim
