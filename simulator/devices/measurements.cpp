#include "simulator/devices/measurements.hpp"

#include <algorithm>
#include <cassert>

namespace trunkline::sim {

Random device_stream(const Scenario& scenario, const SensorPlan& plan, std::string_view purpose) {
    return Random(scenario.seed, "sensor:" + plan.id, purpose);
}

Duration draw_below(Duration bound, Random random) {
    return Duration(static_cast<Duration::rep>(random.below(static_cast<std::uint64_t>(bound.count()))));
}

Measurements::Measurements(const Scenario& scenario, const SensorPlan& plan, Instant start, Pipe* pipe)
    : scenario_(scenario),
      plan_(plan),
      start_(start),
      next_sample_(start + draw_below(plan.sample, device_stream(scenario, plan, "first reading"))),
      signal_(signal_plan(), plan.sample, device_stream(scenario, plan, "signal"), next_sample_ - start) {
    const bool is_coupled = signal_plan().couples.has_value();
    assert(pipe != nullptr || !is_coupled);
    if (!is_coupled && !plan.report) return;
    habits_ = std::make_unique<Habits>();
    if (is_coupled) habits_->pipe = pipe;
}

std::optional<ReadingOffered> Measurements::sample(Instant now) {
    while (next_sample_ <= now && is_sampling()) {
        const Instant taken = next_sample_;
        const std::int64_t thousandths = signal_.sample(added_by_pipe());
        next_sample_ += habits_ ? plan_.sample / habits_->pace : plan_.sample;
        if (!is_told(thousandths, taken)) continue;
        const Duration ahead = habits_ ? habits_->calendar_ahead : Duration::zero();
        const auto since_start = std::chrono::duration_cast<std::chrono::milliseconds>(taken - start_ + ahead);
        waiting_.push_back({++last_sequence_, since_start.count(), thousandths});
        return ReadingOffered{last_sequence_, taken};
    }
    return std::nullopt;
}

double Measurements::added_by_pipe() const {
    if (habits_ == nullptr || habits_->pipe == nullptr) return 0.0;
    return habits_->pipe->value(*signal_plan().couples, plan_.metres, next_sample_ - start_);
}

bool Measurements::is_told(std::int64_t thousandths, Instant taken) {
    return !plan_.report || habits_->reporting.is_told(*plan_.report, thousandths, taken);
}

/// What is left of the interval changes in proportion, so that devices stay as far apart as they are.
void Measurements::set_pace(unsigned factor, Instant now) {
    Habits& habits = habits_of_its_own();
    if (next_sample_ > now) next_sample_ = now + (next_sample_ - now) * habits.pace / factor;
    habits.pace = factor;
}

Measurements::Habits& Measurements::habits_of_its_own() {
    if (!habits_) habits_ = std::make_unique<Habits>();
    return *habits_;
}

Measurement Measurements::take_oldest() {
    assert(are_waiting());
    const Measurement oldest = waiting_.front();
    waiting_.erase(waiting_.begin());
    return oldest;
}

void Measurements::put_back(const Measurement& measurement) { waiting_.insert(waiting_.begin(), measurement); }

std::optional<ReadingDropped> Measurements::drop_excess(bool is_connected) {
    const std::size_t room = std::max<std::size_t>(1, plan_.store_messages);
    if (waiting_.size() <= room) return std::nullopt;
    DropReason reason = plan_.keeps_oldest ? DropReason::store_full : DropReason::replaced_by_newer;
    if (!is_connected) reason = DropReason::not_connected;
    if (!plan_.keeps_oldest) return ReadingDropped{take_oldest().sequence, reason};
    const std::uint64_t newest = waiting_.back().sequence;
    waiting_.pop_back();
    return ReadingDropped{newest, reason};
}

EncodedReading Measurements::encoded(const Measurement& measurement) const {
    Reading reading{measurement.sequence, measurement.milliseconds, measurement.thousandths, signal_plan().unit};
    if (const std::string_view state = state_of(measurement.thousandths, signal_plan()); !state.empty()) {
        reading.thousandths = 0;
        reading.state = state;
    }
    return EncodedReading(reading);
}

std::string_view state_of(std::int64_t thousandths, const SignalPlan& plan) {
    if (plan.states.empty()) return {};
    constexpr std::int64_t open = 100'000;
    if (thousandths >= open) return plan.states[0];
    return thousandths <= 0 ? plan.states[2] : plan.states[1];
}

std::optional<Instant> Measurements::next_deadline() const {
    if (!is_sampling()) return std::nullopt;
    return next_sample_;
}

}  // namespace trunkline::sim
