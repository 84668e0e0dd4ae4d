#pragma once
// The verdict as continuous integration reads it.

#include <string>

#include "simulator/oracle/verdict.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// JUnit's XML, as CI servers and their dialects agree on it: one suite, a test case for each expectation and one for
/// the oracle's promises; a failure has its figures. Nothing of the real world, so that it is the same for each run.
std::string junit_xml(const Scenario& scenario, const Verdict& verdict);

}  // namespace trunkline::sim
