#pragma once
// A distribution as HdrHistogram's percentile text, which its plotter and many others read.

#include <string>

#include "simulator/oracle/log_histogram.hpp"

namespace trunkline::sim {

/// In milliseconds, with five lines for each halving of what is above, until every value is told.
std::string hgrm(const LogHistogram& histogram);

}  // namespace trunkline::sim
