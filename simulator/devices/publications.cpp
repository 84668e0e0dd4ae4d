#include "simulator/devices/publications.hpp"

#include "protocol/base/deadlines.hpp"

namespace trunkline::sim {

Publications::Publications(const Scenario& scenario, const ActorPlan& plan, Instant start)
    : plan_(plan), ends_(start + scenario.sampling_ends()) {
    for (const PublicationPlan& publication : plan.publications) next_.emplace_back(start + publication.at);
}

std::optional<std::size_t> Publications::take_due(Instant now) {
    const std::optional<Instant> due = next_deadline();
    if (!due || *due > now) return std::nullopt;
    std::size_t index = 0;
    while (next_[index] != due) ++index;
    const Duration every = plan_.publications[index].every;
    next_[index].reset();
    if (every > Duration::zero() && *due + every < ends_) next_[index] = *due + every;
    return index;
}

std::optional<Instant> Publications::next_deadline() const {
    std::optional<Instant> first;
    for (const std::optional<Instant>& each : next_) first = earlier(first, each);
    return first;
}

}  // namespace trunkline::sim
