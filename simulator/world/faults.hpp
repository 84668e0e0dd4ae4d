#pragma once
// The timeline of what goes wrong in a world.

#include <cstdint>
#include <memory>
#include <vector>

#include "simulator/links/link_overlays.hpp"
#include "simulator/plan/scenario.hpp"
#include "simulator/world/actor_host.hpp"
#include "simulator/world/broker_host.hpp"
#include "simulator/world/field.hpp"
#include "simulator/world/gateway_host.hpp"
#include "simulator/world/surroundings.hpp"

namespace trunkline::sim {

/// Plays the faults of the scenario, each from its beginning to its end. They may overlap.
class Faults {
public:
    /// Everything outlives it.
    Faults(Surroundings surroundings, Field& field, BrokerHost& broker,
           std::vector<std::unique_ptr<GatewayHost>>& gateways, std::vector<std::unique_ptr<ActorHost>>& actors);

    /// Enters the beginning and the end of each fault into the queue.
    void schedule() const;
    /// `fault`: index into Scenario::faults; `spell`: into its spells, if it is played by them.
    void begin(std::uint32_t fault, std::uint32_t spell, Instant now);
    void end(std::uint32_t fault, std::uint32_t spell, Instant now);

private:
    void schedule(Duration at, Duration ends, std::uint32_t fault, std::uint32_t spell) const;
    void apply(const FaultPlan& fault, std::uint32_t spell, bool begins, Instant now);
    void restart_broker(const FaultPlan& fault, bool begins, Instant now);
    void restart_gateways(const FaultPlan& fault, bool begins, Instant now);
    void cut(const FaultSpell& spell, bool begins, Instant now);
    void part(const std::vector<std::size_t>& gateways, FaultPlan::Direction direction, FaultPlan::BrokerWay way,
              bool begins, Instant now);
    void disconnect(const FaultPlan& fault, bool begins, Instant now);
    void storm(const FaultPlan& fault, Instant now);
    void kick(const FaultPlan& fault, Instant now);
    void skew(const FaultPlan& fault, bool begins, Instant now);

    Surroundings world_;
    Field& field_;
    BrokerHost& broker_;
    std::vector<std::unique_ptr<GatewayHost>>& gateways_;
    std::vector<std::unique_ptr<ActorHost>>& actors_;
    LinkOverlays overlays_;
    std::vector<unsigned> partitions_;  // by gateway: how many last
};

}  // namespace trunkline::sim
