#include "simulator/live/live.hpp"

#include <algorithm>

#include "protocol/base/deadlines.hpp"

namespace trunkline::sim {

namespace {

constexpr std::chrono::milliseconds longest_wait{100};  // the programs' logs are read at least so often
constexpr std::chrono::seconds farewell_patience{2};

const Scenario& checked(const Scenario& scenario) {
    LiveFaults::check(scenario);
    return scenario;
}

}  // namespace

Live::Live(const Scenario& scenario, Oracle& oracle, const LivePlaces& places)
    : scenario_(checked(scenario)), programs_(scenario, places) {
    runtime::raise_open_file_limit();
    clock_.emplace();
    actors_.emplace(scenario, oracle, programs_.broker(), loop_, *clock_);
    field_.emplace(scenario, oracle, programs_, loop_, *clock_);
    faults_.emplace(scenario, *field_, *actors_);
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
    const auto devices = earlier(actors_->next_deadline(), field_->next_deadline());
    const auto fault = is_stopped_ ? std::nullopt : faults_->next_deadline();
    const Instant wait_until = earlier(earlier(devices, fault), latest).value();
    loop_.run_round(clock_->on_real_line(wait_until));
    const Instant moment = now();
    if (!is_stopped_) faults_->advance(moment);
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
