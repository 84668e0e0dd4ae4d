#include "simulator/live/live_faults.hpp"

#include <algorithm>

#include "protocol/base/deadlines.hpp"
#include "runtime/transport/resolve.hpp"
#include "simulator/live/source_addresses.hpp"
#include "simulator/plan/unsupported_fault.hpp"

namespace trunkline::sim {

namespace {

constexpr const char* not_our_gateway =
    "the gateway at --gateway is not ours to part from its broker; without --gateway, one is started";

bool parts_gateways(const FaultPlan& fault) {
    return std::any_of(fault.spells.begin(), fault.spells.end(),
                       [](const FaultSpell& spell) { return !spell.gateways.empty(); });
}

/// Sensors that speak to it may do so from several addresses of this machine.
bool has_hosts(const runtime::Url& gateway) {
    const std::optional<Address> address = runtime::numeric_address(gateway.host, gateway.port);
    return address && source_address(*address, 0);
}

/// What cannot be played, or not with programs that others have started; nothing: it can.
const char* obstacle(const FaultPlan& fault, const LivePlaces& places) {
    switch (fault.kind) {
        case FaultPlan::Kind::broker_restart:
            return places.broker && !places.cuts_for_restarts
                       ? "the broker at --broker is not ours to restart; without --broker, one is started"
                       : nullptr;
        case FaultPlan::Kind::gateway_restart:
            return places.gateway ? "the gateway at --gateway is not ours to restart; without --gateway, one is started"
                                  : nullptr;
        case FaultPlan::Kind::partition:
            if (fault.direction != FaultPlan::Direction::both)
                return "the way to a real broker is cut both ways; \"direction\" \"both\" is wanted";
            if (fault.way != FaultPlan::BrokerWay::all)
                return "a second way to the broker exists with the virtual clock only; \"way\" \"all\" is wanted";
            return places.gateway ? not_our_gateway : nullptr;
        case FaultPlan::Kind::flap:
        case FaultPlan::Kind::swizzle:
            return places.gateway && parts_gateways(fault) ? not_our_gateway : nullptr;
        case FaultPlan::Kind::broker_frozen:
            return places.broker ? "the broker at --broker is not ours to stop; without --broker, one is started"
                                 : nullptr;
        case FaultPlan::Kind::gateway_frozen:
            return places.gateway ? "the gateway at --gateway is not ours to stop; without --gateway, one is started"
                                  : nullptr;
        case FaultPlan::Kind::kick:
            return "throwing clients out is the broker's operator's, whom a real run does not play";
        case FaultPlan::Kind::broker_disk:
        case FaultPlan::Kind::gateway_disk:
            return "the disk of this machine is not filled; only the virtual clock has disks of its own";
        case FaultPlan::Kind::skew:
            return "devices go by this machine's clock; only the virtual clock has others";
        case FaultPlan::Kind::disconnect:
            return fault.goodbye == FaultPlan::Goodbye::silent && fault.actors.empty()
                       ? nullptr
                       : "with the real clock devices disconnect silently; \"how\" \"silent\" is wanted";
        case FaultPlan::Kind::new_address:
            return fault.is_new_host && places.gateway && !has_hosts(*places.gateway)
                       ? "other hosts are had in 127.0.0.0/8 only; a gateway there, or \"host\" \"same\", is wanted"
                       : nullptr;
        case FaultPlan::Kind::surge:
        case FaultPlan::Kind::connect_storm:
        case FaultPlan::Kind::station_down:
        case FaultPlan::Kind::link:
        case FaultPlan::Kind::actor_absent:
        case FaultPlan::Kind::actor_stalled:
        case FaultPlan::Kind::pipe:
            return nullptr;
    }
    return "this kind of fault is not available with the real clock";
}

/// A process can be killed, but power does not fail: what it wrote and did not sync stays with the system.
LifeEnd end_of(const FaultPlan& fault) { return fault.lose_unsynced ? LifeEnd::killed : LifeEnd::orderly; }

}  // namespace

void LiveFaults::check(const Scenario& scenario, const LivePlaces& places) {
    for (const FaultPlan& fault : scenario.faults) {
        const char* why = obstacle(fault, places);
        if (fault.kind == FaultPlan::Kind::broker_restart && fault.lose_state && places.cuts_for_restarts)
            why = "a broker that is not ours keeps its state; leave the fault out, or \"state\": \"lost\"";
        if (why != nullptr) throw UnsupportedFault(scenario.file + ": fault \"" + fault.id + "\": " + why);
    }
}

LiveFaults::LiveFaults(const Scenario& scenario, Oracle& oracle, LiveParts parts)
    : scenario_(scenario),
      oracle_(oracle),
      parts_(parts),
      partitions_(scenario.gateways.size(), 0),
      parted_(scenario.gateways.size(), 0) {
    for (const FaultPlan& fault : scenario.faults) {
        if (!has_spells(fault.kind)) {
            moments_.push_back({Instant{} + fault.at, &fault, nullptr, true});
            moments_.push_back({Instant{} + fault.ends(), &fault, nullptr, false});
        }
        for (const FaultSpell& spell : fault.spells) {
            moments_.push_back({Instant{} + spell.at, &fault, &spell, true});
            moments_.push_back({Instant{} + spell.ends(), &fault, &spell, false});
        }
    }
    if (scenario.chaos) settled_at_ = Instant{} + scenario.settled_at();
    std::stable_sort(moments_.begin(), moments_.end(), [](const Moment& a, const Moment& b) { return a.at < b.at; });
}

void LiveFaults::advance(Instant now) {
    receive_returned(now);
    for (; next_ < moments_.size() && moments_[next_].at <= now; ++next_) {
        const Moment& moment = moments_[next_];
        if (moment.spell != nullptr) cut(*moment.spell, moment.begins, now);
        else apply(*moment.fault, moment.begins, now);
    }
    if (!settled_at_ || now < *settled_at_) return;
    settled_at_.reset();
    oracle_.settled(now);
}

std::optional<Instant> LiveFaults::next_deadline() const {
    if (next_ == moments_.size()) return settled_at_;
    return earlier(moments_[next_].at, settled_at_);
}

void LiveFaults::apply(const FaultPlan& fault, bool begins, Instant now) {
    switch (fault.kind) {
        case FaultPlan::Kind::station_down:
            return parts_.field.cut(fault.sensors, begins, now);
        case FaultPlan::Kind::link:
            return begins ? overlays_.begin(fault, parts_.field) : overlays_.end(fault, parts_.field);
        case FaultPlan::Kind::gateway_restart:
            return restart_gateways(fault, begins, now);
        case FaultPlan::Kind::broker_restart:
            return restart_broker(fault, begins, now);
        case FaultPlan::Kind::partition:
            return part(fault.gateways, begins, now);
        case FaultPlan::Kind::disconnect:
            return disconnect(fault, begins, now);
        case FaultPlan::Kind::actor_absent:
            for (const std::size_t actor : fault.actors) parts_.actors.set_away(actor, begins, now);
            return;
        case FaultPlan::Kind::actor_stalled:
            for (const std::size_t actor : fault.actors) parts_.actors.set_stalled(actor, begins, now);
            return;
        case FaultPlan::Kind::pipe:
            return;  // the pipe has it from the plan
        case FaultPlan::Kind::surge:
            return parts_.field.set_pace(fault.sensors, begins ? fault.factor : 1, now);
        case FaultPlan::Kind::connect_storm:
            return begins ? storm(fault, now) : void();
        case FaultPlan::Kind::new_address:
            return begins ? parts_.field.change_addresses(fault.sensors, now) : void();
        case FaultPlan::Kind::broker_frozen:
            return freeze_broker(begins, now);
        case FaultPlan::Kind::gateway_frozen:
            return freeze_gateways(fault, begins, now);
        case FaultPlan::Kind::flap:  // by their spells
        case FaultPlan::Kind::swizzle:
        case FaultPlan::Kind::kick:  // refused
        case FaultPlan::Kind::broker_disk:
        case FaultPlan::Kind::gateway_disk:
        case FaultPlan::Kind::skew:
            return;
    }
}

void LiveFaults::restart_broker(const FaultPlan& fault, bool begins, Instant now) {
    if (parts_.programs.broker_program() == nullptr) return cut_broker(begins, now);
    OwnProgram& broker = *parts_.programs.broker_program();
    if (!begins) return broker.come_up(fault.lose_state, now);
    if (!broker.go_down(end_of(fault))) return;
    oracle_.broker_down(now);
    set_broker_listening(false);
}

void LiveFaults::restart_gateways(const FaultPlan& fault, bool begins, Instant now) {
    for (const std::size_t gateway : fault.gateways) {
        OwnProgram& program = *parts_.programs.gateway_program(gateway);
        if (!begins) program.come_up(fault.lose_state, now);
        else if (program.go_down(end_of(fault))) oracle_.gateway_down(gateway, now);
    }
}

void LiveFaults::storm(const FaultPlan& fault, Instant now) {
    Random luck(scenario_.seed, "fault:" + fault.id, "storm");
    parts_.field.storm(fault.sensors, fault.spread, luck, now);
}

void LiveFaults::freeze_broker(bool begins, Instant now) {
    parts_.programs.broker_program()->set_frozen(begins);
    if (begins) oracle_.broker_frozen(now);
    else oracle_.broker_thawed(now);
}

void LiveFaults::freeze_gateways(const FaultPlan& fault, bool begins, Instant now) {
    for (const std::size_t gateway : fault.gateways) {
        parts_.programs.gateway_program(gateway)->set_frozen(begins);
        if (begins) oracle_.gateway_frozen(gateway, now);
        else oracle_.gateway_thawed(gateway, now);
    }
}

void LiveFaults::cut(const FaultSpell& spell, bool begins, Instant now) {
    if (begins) oracle_.happened(NamedEvent::link_flapped);
    parts_.field.cut(spell.sensors, begins, now);
    part(spell.gateways, begins, now);
}

void LiveFaults::part(const std::vector<std::size_t>& gateways, bool begins, Instant now) {
    for (const std::size_t gateway : gateways) {
        unsigned& lasting = partitions_[gateway];
        lasting += begins ? 1U : -1U;
        if (lasting == (begins ? 1U : 0U)) parts_.ways.cut(gateway, begins, now);
        tell_parted(gateway, begins, now);
    }
}

void LiveFaults::tell_parted(std::size_t gateway, bool begins, Instant now) {
    unsigned& lasting = parted_[gateway];
    lasting += begins ? 1U : -1U;
    if (begins && lasting == 1) oracle_.partition_began(gateway, now);
    if (!begins && lasting == 0) oracle_.partition_ended(gateway, now);
}

void LiveFaults::disconnect(const FaultPlan& fault, bool begins, Instant now) {
    if (begins) parts_.field.lose_connections(fault.sensors, now);
    if (fault.length > Duration::zero()) parts_.field.cut(fault.sensors, begins, now);
}

/// To clients and gateways it looks as if the broker had gone, and it sees all of them vanish; what it does not see is
/// its own restart. So the oracle hears of gateways without a way to it.
void LiveFaults::cut_broker(bool begins, Instant now) {
    broker_cuts_ += begins ? 1U : -1U;
    if (broker_cuts_ != (begins ? 1U : 0U)) return;  // others last
    set_broker_listening(!begins);
    for (std::size_t gateway = 0; gateway < scenario_.gateways.size(); ++gateway) tell_parted(gateway, begins, now);
    if (!begins) return;
    parts_.field.end_all(now);
    parts_.actors.end_all(now);
    parts_.ways.end_all(now);
}

/// Those that are ready again.
void LiveFaults::receive_returned(Instant now) {
    if (OwnProgram* broker = parts_.programs.broker_program()) {
        if (const auto back = broker->advance(now)) {
            oracle_.broker_up(back->state_kept, now);
            set_broker_listening(true);
        }
    }
    for (std::size_t gateway = 0; gateway < scenario_.gateways.size(); ++gateway) {
        OwnProgram* program = parts_.programs.gateway_program(gateway);
        if (program == nullptr) continue;
        if (const auto back = program->advance(now)) oracle_.gateway_up(gateway, back->state_kept, now);
    }
}

void LiveFaults::set_broker_listening(bool is_listening) {
    parts_.field.set_broker_listening(is_listening);
    parts_.actors.set_listening(is_listening);
    parts_.ways.set_listening(is_listening);
}

}  // namespace trunkline::sim
