#pragma once
// The core's facts as log lines.

#include "gateway/core/facts.hpp"
#include "runtime/log/log.hpp"

namespace trunkline::gateway {

/// One line: which sensor came, which was refused or went, and why; whose upstream connection was lost.
void log_fact(const runtime::Log& log, const Fact& fact);

}  // namespace trunkline::gateway
