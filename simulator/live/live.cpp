#include "simulator/live/live.hpp"

#include <algorithm>

#include "protocol/base/deadlines.hpp"

namespace trunkline::sim {

namespace {

constexpr std::chrono::milliseconds longest_wait{100};  // the programs' logs are read at least so often
constexpr std::chrono::seconds farewell_patience{2};

}  // namespace

Live::Live(const Scenario& scenario, Oracle& oracle, const LivePlaces& places)
    : scenario_(scenario), programs_(scenario, places) {
    runtime::raise_open_file_limit();
    clock_.emplace();
    actors_.emplace(scenario, oracle, programs_.broker(), loop_, *clock_);
    field_.emplace(scenario, oracle, programs_, loop_, *clock_);
}

Live::~Live() { stop(); }

bool Live::run_until(Instant end) {
    const Instant over = Instant{} + scenario_.length();
    const Instant until = std::min(end, over);
    while (!failure_ && now() < until) {
        round(until);
        failure_ = programs_.failure();
    }
    return !failure_ && now() < over;
}

void Live::round(Instant end) {
    const Instant latest = std::min(end, now() + longest_wait);
    const Instant wait_until = earlier(earlier(actors_->next_deadline(), field_->next_deadline()), latest).value();
    loop_.run_round(clock_->on_real_line(wait_until));
    const Instant moment = now();
    actors_->advance(moment);
    field_->advance(moment);
}

void Live::stop() {
    if (is_stopped_) return;
    is_stopped_ = true;
    const Instant latest = now() + farewell_patience;
    actors_->leave(now());
    while (!failure_ && !actors_->are_gone() && now() < latest) round(latest);
    programs_.stop();
}

LiveCounters Live::counters() const { return {field_->counters(), actors_->streams_opened()}; }

}  // namespace trunkline::sim
