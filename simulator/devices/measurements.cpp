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

Measurements::Measurements(const Scenario& scenario, const SensorPlan& plan, Instant start)
    : plan_(plan),
      signal_plan_(scenario.signals[plan.signal]),
      start_(start),
      sampling_ends_(start + scenario.sampling_ends()),
      next_sample_(start + draw_below(plan.sample, device_stream(scenario, plan, "first reading"))),
      signal_(signal_plan_, plan.sample, device_stream(scenario, plan, "signal"), next_sample_ - start) {}

std::optional<ReadingOffered> Measurements::sample(Instant now) {
    if (next_sample_ > now || next_sample_ >= sampling_ends_) return std::nullopt;
    const auto since_start = std::chrono::duration_cast<std::chrono::milliseconds>(next_sample_ - start_);
    waiting_.push_back({++last_sequence_, since_start.count(), signal_.sample()});
    const ReadingOffered offered{last_sequence_, next_sample_};
    next_sample_ += plan_.sample;
    return offered;
}

Measurement Measurements::take_oldest() {
    assert(are_waiting());
    const Measurement oldest = waiting_.front();
    waiting_.erase(waiting_.begin());
    return oldest;
}

void Measurements::put_back(const Measurement& measurement) { waiting_.insert(waiting_.begin(), measurement); }

std::optional<std::uint64_t> Measurements::drop_excess() {
    const std::size_t room = std::max<std::size_t>(1, plan_.store_messages);
    if (waiting_.size() <= room) return std::nullopt;
    return take_oldest().sequence;
}

EncodedReading Measurements::encoded(const Measurement& measurement) const {
    return EncodedReading({measurement.sequence, measurement.milliseconds, measurement.thousandths, signal_plan_.unit});
}

std::optional<Instant> Measurements::next_deadline() const {
    if (next_sample_ >= sampling_ends_) return std::nullopt;
    return next_sample_;
}

}  // namespace trunkline::sim
