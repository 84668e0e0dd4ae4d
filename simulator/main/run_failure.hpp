#pragma once
// What a run fails by, so that another run can be said to fail by the same.

#include <optional>
#include <string>

#include "simulator/oracle/causes.hpp"
#include "simulator/oracle/verdict.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// The first broken promise that nobody forgives; else the first expectation that does not hold. Devices and actors are
/// named by their ids, which are the same in a scenario with fewer of them; empty: it is not about one.
struct RunFailure {
    std::optional<Violation::Promise> promise;
    std::string expectation;         // where no promise is broken
    std::optional<LossCause> cause;  // of the expectation's first lost reading, if it is about lost ones
    std::string sensor;
    std::string actor;                // of a promise
    std::optional<Duration> over_by;  // since the run's beginning: by then it had happened

    /// "the promise "will" is broken for PT@BV-1-2".
    std::string text() const;
};

/// Of one of many runs: what is to happen sometimes does not count (Verdict::passed_as_one_of_many). Nothing: it
/// passed. Without a journal, nothing is known of lost readings.
std::optional<RunFailure> failure_of(const Scenario& scenario, const Verdict& verdict);

/// Whether it fails by the same: that promise to the same actor about the same device, or that expectation; if it was
/// about lost readings, that device lost one by the same cause. Other failures besides do not matter.
bool fails_by(const RunFailure& failure, const Scenario& scenario, const Verdict& verdict);

}  // namespace trunkline::sim
