#include "simulator/live/actors.hpp"

#include "simulator/oracle/device_facts.hpp"

namespace trunkline::sim {

Actors::Actors(const Scenario& scenario, Oracle& oracle, const runtime::Url& broker, PacketTap& tap,
               runtime::EventLoop& loop, const RunClock& clock)
    : oracle_(oracle),
      topics_(scenario),
      clients_(loop, clock, broker, scenario.seed, tap),
      absences_(scenario.actors.size(), 0),
      stalls_(scenario.actors.size(), 0) {
    channels_.reserve(scenario.actors.size());  // they stay where they are
    for (std::size_t index = 0; index < scenario.actors.size(); ++index) {
        const ActorPlan& plan = scenario.actors[index];
        const LinkProfile& link = scenario.links[plan.link];
        channels_.emplace_back(link);
        clients_.add(Observer(scenario, index, Instant{}), link, channels_.back(),
                     {StreamOwner::Kind::actor, static_cast<std::uint32_t>(index)}, plan.id);
    }
}

void Actors::advance(Instant now) {
    clients_.advance(now, [&](std::size_t actor, bool has_opened) {
        if (has_opened) oracle_.actor_attempts(actor, now);
        tell(actor, now);
    });
}

void Actors::tell(std::size_t actor, Instant now) {
    tell_observer_facts(oracle_, actor, topics_, clients_.client(actor).facts(), now);
    clients_.client(actor).facts_taken();
}

void Actors::set_away(std::size_t actor, bool is_away, Instant now) {
    absences_[actor] += is_away ? 1U : -1U;
    Observer& observer = clients_.client(actor);
    if (is_away && absences_[actor] == 1) {
        observer.leave(now);
        if (!observer.close_requested()) clients_.close(actor, now);
    }
    if (absences_[actor] == 0) observer.come_back(now);
    clients_.settle(actor, now);
    tell(actor, now);
}

void Actors::set_stalled(std::size_t actor, bool is_stalled, Instant now) {
    stalls_[actor] += is_stalled ? 1U : -1U;
    const bool has_opened = clients_.set_stalled(actor, stalls_[actor] != 0, now);
    if (has_opened) oracle_.actor_attempts(actor, now);
    tell(actor, now);
}

void Actors::leave(Instant now) {
    for (std::size_t actor = 0; actor < clients_.size(); ++actor) {
        clients_.client(actor).leave(now);
        clients_.settle(actor, now);
    }
}

}  // namespace trunkline::sim
