#include "simulator/live/broker_ways.hpp"

#include "protocol/base/deadlines.hpp"

namespace trunkline::sim {

namespace {

/// By gateway: whether its way to the broker is to be parted.
std::vector<bool> parted_ways(const Scenario& scenario, const LivePlaces& places) {
    std::vector<bool> parted(scenario.gateways.size(), false);
    for (const FaultPlan& fault : scenario.faults) {
        if (fault.kind == FaultPlan::Kind::partition) {
            for (const std::size_t gateway : fault.gateways) parted[gateway] = true;
        }
        for (const FaultSpell& spell : fault.spells) {
            for (const std::size_t gateway : spell.gateways) parted[gateway] = true;
        }
        if (fault.kind == FaultPlan::Kind::broker_restart && places.cuts_for_restarts)
            parted.assign(parted.size(), true);
    }
    return parted;
}

}  // namespace

BrokerWays::BrokerWays(const Scenario& scenario, const LivePlaces& places, const runtime::Url& broker, PacketTap& tap,
                       runtime::EventLoop& loop, const RunClock& clock)
    : broker_(broker), relays_(scenario.gateways.size()) {
    const std::vector<bool> parted = parted_ways(scenario, places);
    for (std::size_t gateway = 0; gateway < parted.size(); ++gateway) {
        if (!parted[gateway]) continue;
        relays_[gateway] = std::make_unique<BrokerRelay>(scenario, gateway, broker, tap, loop, clock);
    }
}

std::vector<runtime::Url> BrokerWays::urls() const {
    std::vector<runtime::Url> urls;
    for (const auto& relay : relays_) urls.push_back(relay ? relay->url() : broker_);
    return urls;
}

void BrokerWays::advance(Instant now) {
    for (const auto& relay : relays_) {
        if (relay) relay->advance(now);
    }
}

std::optional<Instant> BrokerWays::next_deadline() const {
    std::optional<Instant> first;
    for (const auto& relay : relays_) {
        if (relay) first = earlier(first, relay->next_deadline());
    }
    return first;
}

void BrokerWays::end_all(Instant now) {
    for (const auto& relay : relays_) {
        if (relay) relay->end_all(now);
    }
}

void BrokerWays::set_listening(bool is_listening) {
    for (const auto& relay : relays_) {
        if (relay) relay->set_listening(is_listening);
    }
}

}  // namespace trunkline::sim
