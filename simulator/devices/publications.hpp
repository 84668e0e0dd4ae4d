#pragma once
// When an actor publishes what.

#include <cstddef>
#include <optional>
#include <vector>

#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// The timetable of one actor's publications.
class Publications {
public:
    /// The scenario and the plan, which is one of it, outlive it.
    Publications(const Scenario& scenario, const ActorPlan& plan, Instant start);

    /// The one that is due, by its index; of those due at the same moment in the plan's order. To be called until there
    /// is none.
    std::optional<std::size_t> take_due(Instant now);
    std::optional<Instant> next_deadline() const;

private:
    const ActorPlan& plan_;
    Instant ends_;
    std::vector<std::optional<Instant>> next_;  // by index into the plan's publications
};

}  // namespace trunkline::sim
