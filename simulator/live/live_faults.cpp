#include "simulator/live/live_faults.hpp"

#include <algorithm>
#include <cassert>

#include "simulator/plan/unsupported_fault.hpp"

namespace trunkline::sim {

namespace {

/// What cannot be played, in the scenario's words; nothing: it can.
const char* unsupported(FaultPlan::Kind kind) {
    switch (kind) {
        case FaultPlan::Kind::station_down:
        case FaultPlan::Kind::link:
        case FaultPlan::Kind::disconnect:
        case FaultPlan::Kind::actor_absent:
            return nullptr;
        case FaultPlan::Kind::gateway_restart:
            return "the restart of a gateway";
        case FaultPlan::Kind::broker_restart:
            return "the restart of the broker";
        case FaultPlan::Kind::partition:
            return "a partition between gateway and broker";
    }
    return "this kind of fault";
}

}  // namespace

void LiveFaults::check(const Scenario& scenario) {
    for (const FaultPlan& fault : scenario.faults) {
        if (const char* what = unsupported(fault.kind)) {
            throw UnsupportedFault(scenario.file + ": fault \"" + fault.id + "\": " + what +
                                   " is not available with the real clock; use --clock virtual");
        }
    }
}

LiveFaults::LiveFaults(const Scenario& scenario, FieldSockets& field, Actors& actors) : field_(field), actors_(actors) {
    for (const FaultPlan& fault : scenario.faults) {
        moments_.push_back({Instant{} + fault.at, &fault, true});
        moments_.push_back({Instant{} + fault.ends(), &fault, false});
    }
    std::stable_sort(moments_.begin(), moments_.end(), [](const Moment& a, const Moment& b) { return a.at < b.at; });
}

void LiveFaults::advance(Instant now) {
    for (; next_ < moments_.size() && moments_[next_].at <= now; ++next_) {
        apply(*moments_[next_].fault, moments_[next_].begins, now);
    }
}

std::optional<Instant> LiveFaults::next_deadline() const {
    if (next_ == moments_.size()) return std::nullopt;
    return moments_[next_].at;
}

void LiveFaults::apply(const FaultPlan& fault, bool begins, Instant now) {
    switch (fault.kind) {
        case FaultPlan::Kind::station_down:
            return field_.cut(fault.sensors, begins, now);
        case FaultPlan::Kind::link:
            return begins ? overlays_.begin(fault, field_) : overlays_.end(fault, field_);
        case FaultPlan::Kind::disconnect:
            if (begins) field_.lose_connections(fault.sensors, now);
            if (fault.length > Duration::zero()) field_.cut(fault.sensors, begins, now);
            return;
        case FaultPlan::Kind::actor_absent:
            for (const std::size_t actor : fault.actors) actors_.set_away(actor, begins, now);
            return;
        case FaultPlan::Kind::gateway_restart:
        case FaultPlan::Kind::broker_restart:
        case FaultPlan::Kind::partition:
            assert(false);  // check() has refused it
            return;
    }
}

}  // namespace trunkline::sim
