#pragma once
// The timeline of what goes wrong in a world.

#include <cstdint>
#include <stdexcept>
#include <vector>

#include "simulator/plan/scenario.hpp"
#include "simulator/world/event_queue.hpp"
#include "simulator/world/field.hpp"
#include "simulator/world/streams.hpp"

namespace trunkline::sim {

/// A fault of the scenario that this version's world cannot play: told before the run, by name.
class UnsupportedFault : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Plays stations that are down, links that change, and partitions between gateways and broker. Faults may overlap.
class Faults {
public:
    /// Throws UnsupportedFault. Everything outlives it.
    Faults(const Scenario& scenario, Field& field, Streams& streams);

    /// Enters the beginning and the end of each fault into the queue.
    void schedule(EventQueue& queue) const;
    /// `fault`: index into Scenario::faults.
    void begin(std::uint32_t fault);
    void end(std::uint32_t fault);

private:
    void apply(const FaultPlan& fault, bool begins);
    void overlay(const FaultPlan& fault, bool begins);

    const Scenario& scenario_;
    Field& field_;
    Streams& streams_;
    std::vector<const FaultPlan*> overlays_;  // of links, in the order in which they began
};

}  // namespace trunkline::sim
