#pragma once
// A world with its oracle, and faults for it.

#include <doctest/doctest.h>

#include <utility>

#include "simulator/oracle/oracle.hpp"
#include "simulator/plan/scenario.hpp"
#include "simulator/world/world.hpp"

namespace trunkline::sim {

struct PlannedRun {
    explicit PlannedRun(Scenario planned) : scenario(std::move(planned)), oracle(scenario), world(scenario, oracle) {}

    /// Checks that no promise was broken.
    Verdict to_the_end() {
        world.run_until(Instant::max());
        Verdict verdict = oracle.finish(world.now());
        CHECK(verdict.violation_count == 0);
        for (const Violation& violation : verdict.violations) MESSAGE(violation.text);
        return verdict;
    }

    Scenario scenario;
    Oracle oracle;
    World world;
};

inline FaultPlan planned_fault(FaultPlan::Kind kind, Duration at, Duration length) {
    FaultPlan plan;
    plan.id = "F1";
    plan.kind = kind;
    plan.at = at;
    plan.length = length;
    return plan;
}

}  // namespace trunkline::sim
