#pragma once
// One figure of an expectation, for people.

#include <string>

#include "simulator/oracle/verdict.hpp"

namespace trunkline::sim {

/// "lost 3 (at most 0)"; of a formula: "delivered 0.99500, formula 0.99840 between 0.99000 and 0.99900".
std::string measure_text(const Measure& measure);

}  // namespace trunkline::sim
