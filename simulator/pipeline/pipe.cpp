#include "simulator/pipeline/pipe.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace trunkline::sim {

namespace {

constexpr Duration passage = std::chrono::seconds(30);  // for which a detector shows that a pig has passed

/// A cell for each kilometre or so.
std::size_t cells_of(const PipePlan& plan) {
    return static_cast<std::size_t>(std::clamp(std::ceil(plan.length / metres_in_km), 50.0, 1000.0));
}

Duration rounded(double seconds) { return Duration(static_cast<Duration::rep>(std::floor(seconds * 1e9 + 0.5))); }

std::vector<double> places_in(const Scenario& scenario) {
    std::vector<double> places;
    for (const SensorPlan& sensor : scenario.sensors) {
        if (scenario.signals[sensor.signal].couples) places.push_back(sensor.metres);
    }
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    return places;
}

}  // namespace

Pipe::Pipe(const Scenario& scenario)
    : plan_(scenario.pipeline.value()),
      events_(pipe_events(scenario)),
      flow_(plan_, cells_of(plan_)),
      step_length_(std::max(Duration(1), rounded(flow_.step_seconds()))),
      places_(places_in(scenario)),
      passages_(places_.size()) {
    const std::optional<Duration> first = first_beginning(events_);
    is_moving_ = first.has_value();
    begin_ = first.value_or(Duration::zero()) / step_length_ * step_length_;
    memory_.assign(memory * places_.size(), Sample{0.0, plan_.flow});
    for (std::size_t event = 0; event < events_.size(); ++event) {
        if (events_[event].event.kind == PipeEvent::Kind::pig) pigs_.push_back({events_[event].event.at, false, event});
    }
}

double Pipe::value(PipeQuantity quantity, double metres, Duration at) {
    if (!is_moving_ || at < begin_) return 0.0;
    const Duration since = at - begin_;
    const auto index = static_cast<std::uint64_t>(since / step_length_);
    while (steps_ < index + 1) step();
    const std::size_t place = place_of(metres);
    if (quantity == PipeQuantity::pig) {
        const auto& passages = passages_[place];
        const auto after = std::upper_bound(passages.begin(), passages.end(), at);
        return after != passages.begin() && at - *(after - 1) < passage ? 1.0 : 0.0;
    }
    const double share =
        static_cast<double>((since % step_length_).count()) / static_cast<double>(step_length_.count());
    const double before = value_of(quantity, sample(index, place));
    const double behind = value_of(quantity, sample(index + 1, place));
    return before + (behind - before) * share;
}

double Pipe::value_of(PipeQuantity quantity, const Sample& sample) const {
    if (quantity == PipeQuantity::pressure) return sample.pressure / pascals_in_bar;
    return (sample.flow - plan_.flow) * seconds_in_hour;
}

const Pipe::Sample& Pipe::sample(std::uint64_t step, std::size_t place) const {
    const std::uint64_t oldest = steps_ < memory ? 0 : steps_ - memory + 1;
    return memory_[std::max(step, oldest) % memory * places_.size() + place];
}

std::size_t Pipe::place_of(double metres) const {
    const auto found = std::lower_bound(places_.begin(), places_.end(), metres);
    assert(found != places_.end() && *found == metres);
    return static_cast<std::size_t>(found - places_.begin());
}

void Pipe::step() {
    const Duration from = begin_ + step_length_ * static_cast<Duration::rep>(steps_);
    fill_special(from + step_length_);
    flow_.advance(special_);
    ++steps_;
    move_pigs(from, from + step_length_);
    for (std::size_t place = 0; place < places_.size(); ++place) {
        memory_[steps_ % memory * places_.size() + place] = {flow_.pressure(places_[place]),
                                                             flow_.flow(places_[place])};
    }
}

void Pipe::fill_special(Duration at) {
    special_.clear();
    for (const TimedPipeEvent& each : events_) {
        const double progress = each.progress(at);
        if (each.event.kind == PipeEvent::Kind::pig || progress <= 0.0) continue;
        const double place = each.event.at / flow_.cell();
        const auto node = std::min(static_cast<std::size_t>(place), flow_.nodes() - 2);
        const double share = place - static_cast<double>(node);
        if (each.event.kind == PipeEvent::Kind::leak) {
            // Between two nodes, each loses its share: so the fronts come from the place itself.
            add_special({node, each.event.size * progress * (1.0 - share), 0.0, 0.0});
            add_special({node + 1, each.event.size * progress * share, 0.0, 0.0});
            continue;
        }
        const std::size_t nearest = node + (share >= 0.5 ? 1 : 0);
        if (each.event.kind == PipeEvent::Kind::pump_trip) add_special({nearest, 0.0, each.event.size * progress, 0.0});
        else add_special({nearest, 0.0, 0.0, progress});
    }
}

/// Several events may be at one node.
void Pipe::add_special(const PipeNodeState& state) {
    for (PipeNodeState& known : special_) {
        if (known.node != state.node) continue;
        known.sink += state.sink;
        known.drop += state.drop;
        known.closed = std::max(known.closed, state.closed);
        return;
    }
    special_.push_back(state);
}

void Pipe::move_pigs(Duration from, Duration to) {
    for (Pig& pig : pigs_) {
        const Duration launched = events_[pig.event].from;
        if (!pig.is_under_way && launched >= to) continue;
        const Duration since = pig.is_under_way ? from : launched;
        const double before = pig.at;
        pig.is_under_way = true;
        const double seconds = static_cast<double>((to - since).count()) / 1e9;
        pig.at += flow_.flow(pig.at) / plan_.area() * seconds;
        pass(before, pig.at, since, to);
    }
}

/// A pig went from here to there.
void Pipe::pass(double from, double to, Duration begin, Duration end) {
    if (to <= from) return;  // it stands, or the flow has turned
    const auto first = std::lower_bound(places_.begin(), places_.end(), from);
    for (auto place = first; place != places_.end() && *place < to; ++place) {
        const double share = (*place - from) / (to - from);
        const auto later = static_cast<Duration::rep>(static_cast<double>((end - begin).count()) * share);
        std::vector<Duration>& passages = passages_[static_cast<std::size_t>(place - places_.begin())];
        const Duration at = begin + Duration(later);
        passages.insert(std::upper_bound(passages.begin(), passages.end(), at), at);
    }
}

}  // namespace trunkline::sim
