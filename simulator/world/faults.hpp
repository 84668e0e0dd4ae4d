#pragma once
// The timeline of what goes wrong in a world.

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <vector>

#include "simulator/plan/scenario.hpp"
#include "simulator/world/actor_host.hpp"
#include "simulator/world/event_queue.hpp"
#include "simulator/world/field.hpp"
#include "simulator/world/streams.hpp"

namespace trunkline::sim {

/// A fault of the scenario that this version's world cannot play: told before the run, by name.
class UnsupportedFault : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Plays stations that are down, links that change, partitions between gateways and broker, and absent actors. Faults
/// may overlap.
class Faults {
public:
    /// Throws UnsupportedFault. Everything outlives it.
    Faults(const Scenario& scenario, Field& field, Streams& streams, std::vector<std::unique_ptr<ActorHost>>& actors);

    /// Enters the beginning and the end of each fault into the queue.
    void schedule(EventQueue& queue) const;
    /// `fault`: index into Scenario::faults.
    void begin(std::uint32_t fault, Instant now);
    void end(std::uint32_t fault, Instant now);

private:
    void apply(const FaultPlan& fault, bool begins, Instant now);
    void overlay(const FaultPlan& fault, bool begins);

    const Scenario& scenario_;
    Field& field_;
    Streams& streams_;
    std::vector<std::unique_ptr<ActorHost>>& actors_;
    std::vector<const FaultPlan*> overlays_;  // of links, in the order in which they began
};

}  // namespace trunkline::sim
