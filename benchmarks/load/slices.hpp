#pragma once
// Percentiles that a pause of the machine does not decide.

#include <nlohmann/json_fwd.hpp>

#include "benchmarks/load/meter.hpp"
#include "benchmarks/load/samples.hpp"

namespace trunkline::load {

/// Percentiles of short slices, of which the medians count: a pause of some milliseconds, such as a virtual machine
/// makes when all its processors are busy, would be the 99th percentile of the whole whatever the target does.
class Slices {
public:
    /// An empty one does not count.
    void add(Samples& slice);
    /// Microseconds, p50 and p99. Not for none.
    Json medians();

private:
    Samples p50_;
    Samples p99_;
};

}  // namespace trunkline::load
