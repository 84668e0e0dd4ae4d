#pragma once
// trunkline-sim compare.

#include <iosfwd>

#include "simulator/main/command.hpp"

namespace trunkline::sim {

/// Runs the scenario under the real clock with each broker in turn, writes compare.html and each run's report, and
/// tells `out` the table. Restarts of the broker, which cannot be played with others' programs, are played as cuts of
/// all connections to it, and told. Returns the exit status: passed if every broker meets every expectation. Throws for
/// scenarios, brokers and folders that will not do, TargetError for a broker at whose address nobody listens.
int compare_brokers(const CompareCommand& command, std::ostream& out);

}  // namespace trunkline::sim
