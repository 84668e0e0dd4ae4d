#pragma once
// Faults, named for programs and for people.

#include <string>
#include <string_view>

#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// "gateway_restart".
std::string_view name_of(FaultPlan::Kind kind);
/// The same of one fault; of what happens to the pipe, what it is: "leak".
std::string_view kind_of(const FaultPlan& fault);
/// What it does, and to whom: "restart of gateway gw-1".
std::string words_of(const Scenario& scenario, const FaultPlan& fault);

}  // namespace trunkline::sim
