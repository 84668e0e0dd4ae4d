#pragma once
// How long a packet is under way.

#include "protocol/base/instant.hpp"
#include "protocol/base/random.hpp"

namespace trunkline::sim {

/// Uniform in [base - jitter, base + jitter], in whole nanoseconds (netem "delay BASE JITTER distribution uniform",
/// without correlation). Each packet draws for itself, so a later one may overtake. jitter <= base.
class UniformDelay {
public:
    UniformDelay(Duration base, Duration jitter) : base_(base), jitter_(jitter) {}

    Duration draw(Random& random) const;

private:
    Duration base_;
    Duration jitter_;
};

}  // namespace trunkline::sim
