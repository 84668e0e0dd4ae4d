#pragma once
// The timeline of what goes wrong in a world.

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <vector>

#include "simulator/plan/scenario.hpp"
#include "simulator/world/actor_host.hpp"
#include "simulator/world/broker_host.hpp"
#include "simulator/world/field.hpp"
#include "simulator/world/gateway_host.hpp"
#include "simulator/world/surroundings.hpp"

namespace trunkline::sim {

/// A fault of the scenario that this version's world cannot play: told before the run, by name.
class UnsupportedFault : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Plays the faults of the scenario, each from its beginning to its end. They may overlap.
class Faults {
public:
    /// Throws UnsupportedFault. Everything outlives it.
    Faults(Surroundings surroundings, Field& field, BrokerHost& broker,
           std::vector<std::unique_ptr<GatewayHost>>& gateways, std::vector<std::unique_ptr<ActorHost>>& actors);

    /// Enters the beginning and the end of each fault into the queue.
    void schedule() const;
    /// `fault`: index into Scenario::faults.
    void begin(std::uint32_t fault, Instant now);
    void end(std::uint32_t fault, Instant now);

private:
    void apply(const FaultPlan& fault, bool begins, Instant now);
    void overlay(const FaultPlan& fault, bool begins);
    void restart_broker(const FaultPlan& fault, bool begins, Instant now);
    void restart_gateways(const FaultPlan& fault, bool begins, Instant now);
    void part(const FaultPlan& fault, bool begins, Instant now);
    void disconnect(const FaultPlan& fault, bool begins, Instant now);

    Surroundings world_;
    Field& field_;
    BrokerHost& broker_;
    std::vector<std::unique_ptr<GatewayHost>>& gateways_;
    std::vector<std::unique_ptr<ActorHost>>& actors_;
    std::vector<const FaultPlan*> overlays_;  // of links, in the order in which they began
    std::vector<unsigned> partitions_;        // by gateway: how many last
};

}  // namespace trunkline::sim
