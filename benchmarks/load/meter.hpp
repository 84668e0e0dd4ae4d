#pragma once
// What a stretch of a run has taken, as JSON.

#include <sys/types.h>

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

#include "benchmarks/load/samples.hpp"
#include "protocol/base/instant.hpp"
#include "runtime/time/real_clock.hpp"

namespace trunkline::load {

using Json = nlohmann::ordered_json;

double in_seconds(Duration duration);
Duration of_seconds(double seconds);

/// From now until taken().
class Meter {
public:
    explicit Meter(pid_t target);

    Duration passed() const { return clock_.now() - began_; }
    /// Time, processor time of target and load, memory of the target.
    Json taken(std::uint64_t messages) const;

private:
    runtime::RealClock clock_;
    pid_t target_;
    Instant began_;
    Duration cpu_;
    Duration own_cpu_;
};

/// p50, p99 and the longest, in microseconds. Not for none.
Json percentiles(Samples& samples);

}  // namespace trunkline::load
