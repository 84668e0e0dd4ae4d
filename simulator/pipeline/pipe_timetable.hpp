#pragma once
// What happens in the pipe, as figures over time.

#include <optional>
#include <vector>

#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// One event and the time for which it lasts, since the run's beginning.
struct TimedPipeEvent {
    PipeEvent event;
    Duration from{};
    Duration to{};

    /// How far it has come at this time: from 0, before it, to 1. It takes its ramp to come, and as long to go.
    double progress(Duration at) const;
};

/// The events of a scenario, in the order of its faults.
std::vector<TimedPipeEvent> pipe_events(const Scenario& scenario);

/// When the first one begins; nothing: none does.
std::optional<Duration> first_beginning(const std::vector<TimedPipeEvent>& events);

}  // namespace trunkline::sim
