#pragma once
// Which reading to look at when an expectation about readings fails.

#include <cstddef>
#include <optional>
#include <string>

#include "simulator/oracle/causes.hpp"
#include "simulator/oracle/verdict.hpp"

namespace trunkline::sim {

struct Culprit {
    std::size_t sensor = 0;
    Instant until{};                 // by then it has happened
    std::optional<LossCause> cause;  // of a lost one
    std::string text;  // "first lost: reading 61 of PT@PS-2-1, due at 00:12:03.500: the station was cut off"
};

/// Of the first expectation that fails and is about readings that were lost, or late: the first that was lost, or the
/// slowest. Nothing: there is none such, or no journal was kept.
std::optional<Culprit> culprit_of(const Scenario& scenario, const Verdict& verdict);
/// The same of one expectation, by its place.
std::optional<Culprit> culprit_of(const Scenario& scenario, const Verdict& verdict, std::size_t expectation);

/// Whether this cause has lost any of the readings that a delivery counts of the sensor with this id. Not without a
/// journal.
bool loses_by(const Scenario& scenario, const Verdict& verdict, std::size_t expectation, LossCause cause,
              const std::string& sensor);

}  // namespace trunkline::sim
