#pragma once
// The core's facts as log lines.

#include "broker/core/facts.hpp"
#include "runtime/log/log.hpp"

namespace trunkline::broker {

/// One line: who connected, who closed which connection and why, what was lost, what ails the store.
void log_fact(const runtime::Log& log, const Fact& fact);

}  // namespace trunkline::broker
