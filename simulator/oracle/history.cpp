#include "simulator/oracle/history.hpp"

#include <algorithm>
#include <iterator>

namespace trunkline::sim {

namespace {

using namespace std::chrono_literals;

constexpr std::int64_t most_steps = 240;
constexpr Duration lengths[] = {1s, 2s, 5s, 10s, 15s, 30s, 1min, 2min, 5min, 10min, 15min, 30min, 1h, 2h, 6h, 12h, 24h};

std::int64_t steps_of(Duration run_length, Duration step) { return (run_length + step - 1ns) / step; }

Duration step_for(Duration run_length) {
    const auto fits = std::find_if(std::begin(lengths), std::end(lengths),
                                   [run_length](Duration step) { return steps_of(run_length, step) <= most_steps; });
    if (fits != std::end(lengths)) return *fits;
    return 24h * ((steps_of(run_length, 24h) + most_steps - 1) / most_steps);
}

}  // namespace

HistoryKeeper::HistoryKeeper(Duration run_length, std::optional<Duration> step, std::size_t sensors)
    : step_(step.value_or(step_for(run_length))),
      kept_(static_cast<std::size_t>(std::max<std::int64_t>(1, steps_of(run_length, step_)))),
      newest_due_(sensors) {}

void HistoryKeeper::delivered(Duration since_start, Duration latency, std::size_t sensor) {
    // Only deliveries change what is known: steps that are over have their ages before this one.
    for (; aged_ < index_at(since_start); ++aged_) keep_ages(kept_[aged_].step, aged_);
    std::optional<Duration>& newest = newest_due_[sensor];
    newest = std::max(newest.value_or(since_start - latency), since_start - latency);
    Kept& kept = at(since_start);
    ++kept.step.delivered;
    kept.latency.add(latency);
}

void HistoryKeeper::keep_ages(HistoryStep& step, std::size_t index) const {
    const Duration end = step_ * static_cast<std::int64_t>(index + 1);
    LogHistogram ages;
    for (const std::optional<Duration>& due : newest_due_) {
        if (due) ages.add(end - *due);
    }
    step.age_p50 = ages.percentile(50'000);
    step.age_p99 = ages.percentile(99'000);
}

void HistoryKeeper::waiting(Duration since_start, std::uint64_t messages) {
    Kept& kept = at(since_start);
    kept.waiting_last = messages;
    kept.step.waiting_most = std::max(kept.step.waiting_most, messages);
}

History HistoryKeeper::history() const {
    History history;
    history.step = step_;
    std::int64_t connected = 0;
    std::uint64_t waiting = 0;
    for (const Kept& kept : kept_) {
        connected += kept.connected_change;
        HistoryStep step = kept.step;
        step.connected = static_cast<std::uint64_t>(std::max<std::int64_t>(connected, 0));
        step.waiting_most = std::max(step.waiting_most, waiting);  // what the step before left
        waiting = kept.waiting_last.value_or(waiting);
        if (history.steps.size() >= aged_) keep_ages(step, history.steps.size());
        step.latency_p50 = kept.latency.percentile(50'000);
        step.latency_p99 = kept.latency.percentile(99'000);
        history.steps.push_back(step);
    }
    return history;
}

std::size_t HistoryKeeper::index_of(Duration since_start) const {
    const auto index = static_cast<std::size_t>(std::max<std::int64_t>(since_start / step_, 0));
    return std::min(index, kept_.size() - 1);
}

}  // namespace trunkline::sim
