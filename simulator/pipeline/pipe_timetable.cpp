#include "simulator/pipeline/pipe_timetable.hpp"

#include <algorithm>

namespace trunkline::sim {

double TimedPipeEvent::progress(Duration at) const {
    if (at < from || at >= to + event.ramp) return 0.0;
    if (event.ramp == Duration::zero()) return 1.0;
    const auto share = [this](Duration part) {
        return static_cast<double>(part.count()) / static_cast<double>(event.ramp.count());
    };
    const double come = at < to ? share(at - from) : share(to - from);
    const double risen = std::min(1.0, come);
    return at < to ? risen : std::max(0.0, risen - share(at - to));
}

std::vector<TimedPipeEvent> pipe_events(const Scenario& scenario) {
    std::vector<TimedPipeEvent> events;
    for (const FaultPlan& fault : scenario.faults) {
        if (fault.pipe) events.push_back({*fault.pipe, fault.at, fault.ends()});
    }
    return events;
}

std::optional<Duration> first_beginning(const std::vector<TimedPipeEvent>& events) {
    std::optional<Duration> first;
    for (const TimedPipeEvent& each : events) first = std::min(first.value_or(each.from), each.from);
    return first;
}

}  // namespace trunkline::sim
