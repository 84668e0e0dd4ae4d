#include "simulator/oracle/staleness.hpp"

#include <algorithm>

#include "simulator/oracle/watches.hpp"

namespace trunkline::sim {

StalenessWatch::StalenessWatch(const Scenario& scenario, std::size_t expectation, Instant start)
    : scenario_(scenario), expectation_(expectation), ends_(start + scenario.sampling_ends()) {
    const std::vector<std::size_t>& sensors = scenario.expectations[expectation].sensors;
    const Instant from = start + scenario.warmup;
    known_.assign(sensors.size(), {from, from});
    place_.assign(scenario.sensors.size(), sensors.size());
    for (std::size_t place = 0; place < sensors.size(); ++place) place_[sensors[place]] = place;
}

void StalenessWatch::learned(std::size_t sensor, Instant due, Instant now, const Spans& spans) {
    if (place_[sensor] == known_.size()) return;
    Known& known = known_[place_[sensor]];
    look(known, now, spans, ages_);
    known.due = std::max(known.due, due);
}

LogHistogram StalenessWatch::ages(Instant end, const Spans& spans) const {
    LogHistogram all = ages_;
    for (Known known : known_) look(known, end, spans, all);
    return all;
}

void StalenessWatch::look(Known& known, Instant to, const Spans& spans, LogHistogram& ages) const {
    const ExpectationPlan& plan = scenario_.expectations[expectation_];
    for (to = std::min(to, ends_); known.next_look < to; known.next_look += step) {
        if (spans.contains(plan, known.next_look)) ages.add(known.next_look - known.due);
    }
}

}  // namespace trunkline::sim
