#pragma once
// Loads of two parts: others, whose latency is measured, calm and then while something big or broken happens beside.

#include "benchmarks/load/meter.hpp"
#include "benchmarks/load/options.hpp"

namespace trunkline::load {

/// The queue of an absent client, `messages` deep, drains to it while others publish at `rate`, again and again for the
/// time measured. Besides, the rate at which the same client gets messages live.
Json drain_beside_others(const Options& options);

/// A client has subscribed to what others publish at `rate`, and reads nothing more.
Json stall_beside_others(const Options& options);

}  // namespace trunkline::load
