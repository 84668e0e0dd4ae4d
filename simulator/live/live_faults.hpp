#pragma once
// The timeline of what goes wrong in a live run.

#include <cstddef>
#include <optional>
#include <vector>

#include "simulator/links/link_overlays.hpp"
#include "simulator/live/actors.hpp"
#include "simulator/live/field_sockets.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// Plays what happens at the devices' and the actors' end: stations that are down, links that change, connections that
/// are lost without a word, absent actors. They may overlap. What happens to programs and between them is not ours to
/// play, and refused.
class LiveFaults {
public:
    /// Throws UnsupportedFault for the first fault that cannot be played.
    static void check(const Scenario& scenario);

    /// Of a scenario that has been checked. Everything outlives it.
    LiveFaults(const Scenario& scenario, FieldSockets& field, Actors& actors);

    /// Begins and ends what is due.
    void advance(Instant now);
    std::optional<Instant> next_deadline() const;

private:
    struct Moment {
        Instant at{};
        const FaultPlan* fault = nullptr;
        bool begins = false;
    };
    void apply(const FaultPlan& fault, bool begins, Instant now);

    FieldSockets& field_;
    Actors& actors_;
    std::vector<Moment> moments_;  // by time, those of one instant in the scenario's order
    std::size_t next_ = 0;
    LinkOverlays overlays_;
};

}  // namespace trunkline::sim
