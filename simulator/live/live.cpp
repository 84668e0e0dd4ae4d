#include "simulator/live/live.hpp"

#include <algorithm>

#include "protocol/base/deadlines.hpp"

namespace trunkline::sim {

namespace {

constexpr std::chrono::milliseconds longest_wait{100};  // the programs' logs are read at least so often
constexpr std::chrono::milliseconds watchful_wait{2};   // while one of them is on its way back
constexpr std::chrono::seconds farewell_patience{2};

const Scenario& checked(const Scenario& scenario, const LivePlaces& places) {
    LiveFaults::check(scenario, places);
    return scenario;
}

}  // namespace

Live::Live(const Scenario& scenario, Oracle& oracle, const LivePlaces& places, PacketListener* listener)
    : scenario_(checked(scenario, places)),
      tap_{listener},
      programs_(scenario, places),
      ways_(scenario, places, programs_.broker(), tap_, loop_, clock_) {
    programs_.start_gateways(scenario, ways_.urls());
    runtime::raise_open_file_limit();  // after the programs: each raises its own
    clock_ = RunClock();
    if (listener != nullptr) listener->began(clock_.calendar_zero());
    actors_.emplace(scenario, oracle, programs_.broker(), tap_, loop_, clock_);
    field_.emplace(scenario, oracle, programs_, tap_, loop_, clock_);
    faults_.emplace(scenario, oracle, LiveParts{programs_, ways_, *field_, *actors_});
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
    const Duration patience = programs_.are_returning() ? watchful_wait : longest_wait;
    const Instant latest = std::min(end, now() + patience);
    const auto devices = earlier(actors_->next_deadline(), field_->next_deadline());
    const auto others = earlier(ways_.next_deadline(), is_stopped_ ? std::nullopt : faults_->next_deadline());
    loop_.run_round(clock_.on_real_line(earlier(earlier(devices, others), latest).value()));
    const Instant moment = now();
    // Faults first: what a program says when it is ready again comes before what it sends.
    if (!is_stopped_) faults_->advance(moment);
    ways_.advance(moment);
    actors_->advance(moment);
    field_->advance(moment);
}

void Live::stop() {
    if (is_stopped_) return;
    is_stopped_ = true;
    tap_.listener = nullptr;  // the farewell is no part of the run
    const Instant latest = now() + farewell_patience;
    actors_->leave(now());
    field_->leave(now());
    while (!failure_ && !(actors_->are_gone() && field_->is_gone()) && now() < latest) round(latest);
    programs_.stop();
}

LiveCounters Live::counters() const {
    LiveCounters counters;
    counters.field = field_->counters();
    counters.lateness = counters.field.lateness;
    counters.lateness.add(field_->rtu_lateness());
    for (const ShapedStreams* streams : {&field_->streams(), &actors_->streams()}) {
        counters.streams_opened += streams->opened();
        counters.segments += streams->segments();
    }
    return counters;
}

}  // namespace trunkline::sim
