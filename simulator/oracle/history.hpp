#pragma once
// A run in steps of equal length: what its pages draw.

#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/base/bring_near.hpp"
#include "protocol/base/instant.hpp"
#include "simulator/oracle/causes.hpp"
#include "simulator/oracle/log_histogram.hpp"

namespace trunkline::sim {

/// What fell into one step. The warm-up and the drain are in it.
struct HistoryStep {
    std::uint64_t offered = 0;
    std::uint64_t acknowledged = 0;
    std::uint64_t delivered = 0;   // first copies, to all actors
    std::uint64_t duplicates = 0;  // further copies
    std::uint64_t connected = 0;   // sensors, at the step's end
    CauseCounts causes{};          // of undelivered readings, by when they were offered, for all actors
    std::uint64_t wills = 0;       // of devices, that reached actors
    std::uint64_t deaths = 0;      // devices with a will that were taken for lost
    std::uint64_t waiting_most =
        0;                   // acknowledged and on their way to actors, all together, at the step's worst moment
    Duration latency_p50{};  // of first deliveries, since the reading was due
    Duration latency_p99{};
    /// How long ago the newest reading that reached any actor was due, at the step's end, over all sensors of which one
    /// ever has (age of information). Zero: of none.
    Duration age_p50{};
    Duration age_p99{};
};

struct History {
    Duration step{};
    std::vector<HistoryStep> steps;
};

/// Collects one while the run goes on. Unless `step` says how long each is, at most 240 steps of a length that people
/// use (1 s, 2 s, 5 s … 1 d).
class HistoryKeeper {
public:
    explicit HistoryKeeper(Duration run_length, std::optional<Duration> step = std::nullopt, std::size_t sensors = 0);

    // `since_start`: since the run began. What lies beyond the run's length counts to the last step.
    void offered(Duration since_start) { ++at(since_start).step.offered; }
    void acknowledged(Duration since_start) { ++at(since_start).step.acknowledged; }
    /// Something of this sensor is about to be delivered (bring_near.hpp).
    void expect(std::size_t sensor) const { bring_near(newest_due_[sensor]); }
    void delivered(Duration since_start, Duration latency, std::size_t sensor);
    void duplicate(Duration since_start) { ++at(since_start).step.duplicates; }
    void connected(Duration since_start, int change) { at(since_start).connected_change += change; }
    void will(Duration since_start) { ++at(since_start).step.wills; }
    void death(Duration since_start) { ++at(since_start).step.deaths; }
    void waiting(Duration since_start, std::uint64_t messages);

    /// The history, with the causes still at zero.
    History history() const;
    std::size_t index_of(Duration since_start) const;

private:
    struct Kept {
        HistoryStep step;
        std::int64_t connected_change = 0;
        std::optional<std::uint64_t> waiting_last;  // if it changed
        LogHistogram latency;
    };
    /// Time goes on in small steps: the same one as before, nearly always, and then nothing is divided.
    std::size_t index_at(Duration since_start) {
        if (since_start < present_begins_ || since_start >= present_begins_ + step_) {
            present_ = index_of(since_start);
            present_begins_ = step_ * static_cast<std::int64_t>(present_);
        }
        return present_;
    }
    Kept& at(Duration since_start) { return kept_[index_at(since_start)]; }
    void keep_ages(HistoryStep& step, std::size_t index) const;

    Duration step_;
    std::vector<Kept> kept_;
    std::vector<std::optional<Duration>> newest_due_;  // by sensor: of what reached an actor
    std::size_t aged_ = 0;                             // so many steps have their ages
    std::size_t present_ = 0;                          // the last one that was asked for
    Duration present_begins_{};
};

}  // namespace trunkline::sim
