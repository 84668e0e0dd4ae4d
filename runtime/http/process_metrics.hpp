#pragma once
// What every program says about its process, by the names that Prometheus' own libraries use.

#include "runtime/http/metrics_text.hpp"

namespace trunkline::runtime {

/// Adds CPU time, resident memory and open file descriptors.
void add_process_metrics(MetricsText& metrics);

/// Octets of memory that are resident; 0: the system does not say.
std::uint64_t resident_memory();

}  // namespace trunkline::runtime
