#pragma once
// What single expectations need to have watched while the run goes on, because counters for all would not hold it.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "protocol/base/instant.hpp"
#include "simulator/oracle/leak_detector.hpp"
#include "simulator/oracle/log_histogram.hpp"
#include "simulator/oracle/staleness.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// After a fault's end, figures count as troubled for this long.
constexpr Duration settling_time = std::chrono::minutes(2);

/// Latency of first deliveries from some sensors to one actor.
struct LatencyWatch {
    std::size_t expectation = 0;
    std::vector<bool> is_member;  // by sensor
    LogHistogram latency;
};

/// How many readings were due in an expectation's span.
struct OfferedWatch {
    std::size_t expectation = 0;
    std::vector<bool> is_member;
    std::uint64_t offered = 0;
};

/// Readings whose one exchange ended well within an expectation's span, and that are forgotten since.
struct TrialWatch {
    std::size_t expectation = 0;
    std::vector<bool> is_member;
    Instant from{};
    Instant to{};
    std::uint64_t closed = 0;
};

/// Latencies before a fault, and once its recovery has had its time.
struct BaselineWatch {
    std::size_t expectation = 0;
    std::vector<bool> is_member;
    Instant before{};
    Instant after{};
    LogHistogram baseline;
    LogHistogram recovered;
};

/// A leak, looked for in what an actor gets.
struct LeakWatch {
    std::size_t expectation = 0;
    LeakDetector detector;
};

/// What became of one command in a script that waits for an answer.
struct AnswerBook {
    bool is_answered = false;
    Duration after{};  // since it was due
};

/// The most that waited for one actor, in a span of time.
struct QueueWatch {
    std::size_t expectation = 0;
    Instant from{};
    Instant to{};
    std::uint64_t most = 0;
};

/// How many of some sensors are connected after a fault.
struct RecoveryWatch {
    std::size_t expectation = 0;
    std::vector<bool> is_member;
    std::uint64_t wanted = 0;  // this many
    std::uint64_t connected = 0;
    Instant from{};
    Instant until{};
    Instant last_below{};  // from `from` on; `until` if it had not recovered by then
    Instant since{};       // the count is what it is

    /// The count was this up to now. What happens after `until` is another story.
    void pass(Instant now);
};

/// When a time belongs to an expectation.
class Spans {
public:
    Spans(const Scenario& scenario, Instant start);
    bool contains(const ExpectationPlan& plan, Instant at) const;

private:
    struct Trouble {
        Instant from{};
        Instant to{};
    };
    const Scenario& scenario_;
    Instant start_;
    std::vector<Trouble> troubles_;
};

class Watches {
public:
    Watches(const Scenario& scenario, Instant start);

    void offered(std::size_t sensor, Instant due);
    /// A reading is forgotten whose one exchange ran its course.
    void trial_closed(std::size_t sensor, Instant due);
    /// Also of the warm-up: what an actor knows.
    void known(std::size_t sensor, std::size_t actor, Instant due, Instant now);
    /// An actor got a reading of this value, taken then by the device's clock.
    void value_seen(std::size_t sensor, std::size_t actor, Duration taken, std::int64_t thousandths, Instant now);

    void connected(std::size_t sensor, bool is_connected, Instant now);
    void delivered(std::size_t sensor, std::size_t actor, Instant intended, Instant sent, Instant now);
    void waiting(std::size_t actor, std::uint64_t messages, Instant now);

    const LatencyWatch* latency(std::size_t expectation) const;
    const QueueWatch* queue(std::size_t expectation) const;
    const RecoveryWatch* recovery(std::size_t expectation) const;
    const OfferedWatch* offered(std::size_t expectation) const;
    const TrialWatch* trials(std::size_t expectation) const;
    const BaselineWatch* baseline(std::size_t expectation) const;
    const LeakWatch* leak(std::size_t expectation) const;
    const StalenessWatch* staleness(std::size_t expectation) const;
    const Spans& spans() const { return spans_; }

private:
    void watch(std::size_t expectation, Instant start);
    TrialWatch trials_during(std::size_t expectation, Instant start) const;

    const Scenario& scenario_;
    Spans spans_;
    std::vector<OfferedWatch> offered_;
    std::vector<TrialWatch> trials_;
    std::vector<BaselineWatch> baselines_;
    std::vector<StalenessWatch> stalenesses_;
    std::vector<LeakWatch> leaks_;
    std::vector<LatencyWatch> latencies_;
    std::vector<QueueWatch> queues_;
    std::vector<RecoveryWatch> recoveries_;
};

}  // namespace trunkline::sim
