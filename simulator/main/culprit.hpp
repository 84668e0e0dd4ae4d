#pragma once
// Which reading to look at when an expectation about readings fails.

#include <cstddef>
#include <optional>
#include <string>

#include "simulator/oracle/verdict.hpp"

namespace trunkline::sim {

struct Culprit {
    std::size_t sensor = 0;
    Instant until{};   // by then it has happened
    std::string text;  // "first lost: reading 61 of PT@PS-2-1, due at 00:12:03.500: the station was cut off"
};

/// Of the first expectation that fails and is about readings that were lost, or late: the first that was lost, or the
/// slowest. Nothing: there is none such, or no journal was kept.
std::optional<Culprit> culprit_of(const Scenario& scenario, const Verdict& verdict);

}  // namespace trunkline::sim
