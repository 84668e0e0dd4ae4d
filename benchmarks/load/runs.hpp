#pragma once
// The kinds of load, each from its first connection to its result.

#include <string>

#include "benchmarks/load/options.hpp"

namespace trunkline::load {

/// Returns the results as JSON. Throws std::runtime_error if the target does not do its part.
std::string run(const Options& options);

}  // namespace trunkline::load
