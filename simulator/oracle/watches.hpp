#pragma once
// What single expectations need to have watched while the run goes on, because counters for all would not hold it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "protocol/base/instant.hpp"
#include "simulator/oracle/log_histogram.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// After a fault's end, figures count as troubled for this long.
constexpr Duration settling_time = std::chrono::minutes(2);

using EventCounts = std::array<std::uint64_t, event_names.size()>;

/// Latency of first deliveries from some sensors to one actor.
struct LatencyWatch {
    std::size_t expectation = 0;
    std::vector<bool> is_member;  // by sensor
    LogHistogram latency;
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

class Watches {
public:
    Watches(const Scenario& scenario, Instant start);

    void connected(std::size_t sensor, bool is_connected, Instant now);
    void delivered(std::size_t sensor, std::size_t actor, Instant intended, Instant sent, Instant now);
    void waiting(std::size_t actor, std::uint64_t messages, Instant now);

    const LatencyWatch* latency(std::size_t expectation) const;
    const QueueWatch* queue(std::size_t expectation) const;
    const RecoveryWatch* recovery(std::size_t expectation) const;

private:
    struct Trouble {
        Instant from{};
        Instant to{};
    };
    bool is_healthy(Instant at) const;
    void watch(std::size_t expectation, Instant start);

    const Scenario& scenario_;
    std::vector<Trouble> troubles_;
    std::vector<LatencyWatch> latencies_;
    std::vector<QueueWatch> queues_;
    std::vector<RecoveryWatch> recoveries_;
};

}  // namespace trunkline::sim
