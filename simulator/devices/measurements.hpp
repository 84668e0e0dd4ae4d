#pragma once
// What a device has measured and not sent yet: the same in sensors and RTUs.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/base/bring_near.hpp"
#include "simulator/devices/reading.hpp"
#include "simulator/devices/reporting.hpp"
#include "simulator/devices/sensor_facts.hpp"
#include "simulator/devices/signal.hpp"
#include "simulator/pipeline/pipe.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// From zero to before `bound`, which is positive.
Duration draw_below(Duration bound, Random random);
/// The device's random stream for this purpose.
Random device_stream(const Scenario& scenario, const SensorPlan& plan, std::string_view purpose);

/// What an actuator with states is called at this position; empty: it has none.
std::string_view state_of(std::int64_t thousandths, const SignalPlan& plan);

/// A reading before it travels.
struct Measurement {
    std::uint64_t sequence = 0;
    std::int64_t milliseconds = 0;
    std::int64_t thousandths = 0;
};

/// Takes a sample every interval until sampling ends, the first after a draw within one interval, and keeps what waits
/// of those that are to be told, oldest first.
class Measurements {
public:
    /// The scenario, the plan, which is one of it, and the pipe outlive it. A pipe is wanted if the signal is coupled
    /// to it; null otherwise.
    Measurements(const Scenario& scenario, const SensorPlan& plan, Instant start, Pipe* pipe = nullptr);

    // inputs
    /// Takes the samples that are due up to the next one that is told; it waits behind the others. To be called until
    /// there is none.
    std::optional<ReadingOffered> sample(Instant now);
    void command(std::string_view word) { signal_.command(word); }
    /// From now on so many times as many samples as planned, each with the signal's next value.
    void set_pace(unsigned factor, Instant now);
    /// What the device's calendar is ahead of its timers, since readings carry its time; and when sampling ends by
    /// them.
    void set_clock(Duration calendar_ahead, Instant sampling_ends) {
        habits_of_its_own().calendar_ahead = calendar_ahead;
        habits_->sampling_ends = sampling_ends;
    }

    // the store
    /// The next one is about to be taken (bring_near.hpp).
    void expect() const { bring_beginning_near(waiting_.data()); }
    bool are_waiting() const { return !waiting_.empty(); }
    std::size_t waiting() const { return waiting_.size(); }
    /// Requires that one waits.
    Measurement take_oldest();
    /// One that was taken is the oldest again.
    void put_back(const Measurement& measurement);
    /// If more wait than there is room for, lets one go as the plan says, and tells which it was.
    std::optional<ReadingDropped> drop_excess(bool is_connected);
    EncodedReading encoded(const Measurement& measurement) const;

    // deadline
    std::optional<Instant> next_deadline() const;
    /// When the next sample is due, also if sampling ends before.
    Instant next_sample() const { return next_sample_; }

private:
    /// What few devices have.
    struct Habits {
        Pipe* pipe = nullptr;
        Reporting reporting;
        unsigned pace = 1;
        Duration calendar_ahead{};
        std::optional<Instant> sampling_ends;
    };
    Habits& habits_of_its_own();
    const SignalPlan& signal_plan() const { return scenario_.signals[plan_.signal]; }
    bool is_sampling() const {
        const bool has_own_end = habits_ != nullptr && habits_->sampling_ends.has_value();
        return next_sample_ < (has_own_end ? *habits_->sampling_ends : start_ + scenario_.sampling_ends());
    }
    double added_by_pipe() const;
    bool is_told(std::int64_t thousandths, Instant taken);

    const Scenario& scenario_;
    const SensorPlan& plan_;
    Instant start_;
    Instant next_sample_;
    Signal signal_;
    std::unique_ptr<Habits> habits_;
    std::uint64_t last_sequence_ = 0;
    std::vector<Measurement> waiting_;
};

}  // namespace trunkline::sim
