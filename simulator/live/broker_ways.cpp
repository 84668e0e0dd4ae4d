#include "simulator/live/broker_ways.hpp"

#include "protocol/base/deadlines.hpp"

namespace trunkline::sim {

BrokerWays::BrokerWays(const Scenario& scenario, const runtime::Url& broker, runtime::EventLoop& loop,
                       const RunClock& clock)
    : broker_(broker), relays_(scenario.gateways.size()) {
    for (const FaultPlan& fault : scenario.faults) {
        if (fault.kind != FaultPlan::Kind::partition) continue;
        for (const std::size_t gateway : fault.gateways) {
            const GatewayPlan& plan = scenario.gateways[gateway];
            if (relays_[gateway]) continue;
            relays_[gateway] = std::make_unique<BrokerRelay>(scenario.links[plan.broker_link], "gateway:" + plan.id,
                                                             broker, scenario.seed, loop, clock);
        }
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

void BrokerWays::set_listening(bool is_listening) {
    for (const auto& relay : relays_) {
        if (relay) relay->set_listening(is_listening);
    }
}

}  // namespace trunkline::sim
