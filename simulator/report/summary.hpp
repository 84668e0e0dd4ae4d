#pragma once
// The end of a run on the terminal, for the person who started it.

#include <string>

#include "simulator/oracle/verdict.hpp"
#include "simulator/plan/scenario.hpp"
#include "simulator/report/run_facts.hpp"

namespace trunkline::sim {

/// UTF-8, lines of about 100 columns; escape sequences for colours only if wanted.
std::string summary_text(const Scenario& scenario, const Verdict& verdict, const RunFacts& facts, bool colours);

/// Of a run that did not pass as one of many (Verdict::passed_as_one_of_many): the expectations that fail, without those
/// of what is to happen sometimes, which another run may meet; and the first broken promises.
std::string failure_text(const Verdict& verdict, bool colours);

}  // namespace trunkline::sim
