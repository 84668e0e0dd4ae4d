#include "simulator/world/faults.hpp"

#include <cassert>

namespace trunkline::sim {

namespace {

/// What is not played yet, in the scenario's words; nothing: it is played.
const char* unsupported(FaultPlan::Kind kind) {
    switch (kind) {
        case FaultPlan::Kind::station_down:
        case FaultPlan::Kind::link:
        case FaultPlan::Kind::partition:
        case FaultPlan::Kind::actor_absent:
            return nullptr;
        case FaultPlan::Kind::gateway_restart:
            return "the restart of a gateway";
        case FaultPlan::Kind::broker_restart:
            return "the restart of the broker";
        case FaultPlan::Kind::disconnect:
            return "a disconnect of sensors";
    }
    return "this kind of fault";
}

}  // namespace

Faults::Faults(const Scenario& scenario, Field& field, Streams& streams,
               std::vector<std::unique_ptr<ActorHost>>& actors)
    : scenario_(scenario), field_(field), streams_(streams), actors_(actors) {
    for (const FaultPlan& fault : scenario.faults) {
        if (const char* what = unsupported(fault.kind)) {
            throw UnsupportedFault(scenario.file + ": fault \"" + fault.id + "\": " + what +
                                   " is not available in this version");
        }
    }
}

void Faults::schedule(EventQueue& queue) const {
    for (std::uint32_t index = 0; index < scenario_.faults.size(); ++index) {
        const FaultPlan& fault = scenario_.faults[index];
        queue.put(Instant{} + fault.at, {EventKind::fault_begins, index, 0});
        queue.put(Instant{} + fault.ends(), {EventKind::fault_ends, index, 0});
    }
}

void Faults::begin(std::uint32_t fault, Instant now) { apply(scenario_.faults[fault], true, now); }
void Faults::end(std::uint32_t fault, Instant now) { apply(scenario_.faults[fault], false, now); }

void Faults::apply(const FaultPlan& fault, bool begins, Instant now) {
    if (fault.kind == FaultPlan::Kind::station_down) field_.cut(fault.sensors, begins);
    if (fault.kind == FaultPlan::Kind::link) overlay(fault, begins);
    if (fault.kind == FaultPlan::Kind::actor_absent) {
        for (const std::size_t actor : fault.actors) actors_[actor]->set_away(begins, now);
    }
    if (fault.kind != FaultPlan::Kind::partition) return;
    for (const std::size_t gateway : fault.gateways) {
        streams_.cut_gateway(static_cast<std::uint32_t>(gateway), begins);
    }
}

/// Of overlays that overlap, the one that began last counts; when one ends, those that go on are laid on again.
void Faults::overlay(const FaultPlan& fault, bool begins) {
    assert(fault.overlay);
    if (begins) {
        overlays_.push_back(&fault);
        return field_.change(fault.sensors, &*fault.overlay);
    }
    std::erase(overlays_, &fault);
    field_.change(fault.sensors, nullptr);
    for (const FaultPlan* other : overlays_) field_.change(other->sensors, &*other->overlay);
}

}  // namespace trunkline::sim
