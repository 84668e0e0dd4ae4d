#pragma once
// What expectations of all kinds are judged by, and the judges.

#include <optional>
#include <span>
#include <string>

#include "simulator/oracle/books.hpp"
#include "simulator/oracle/verdict.hpp"

namespace trunkline::sim::judging {

double real(std::uint64_t count);
double in_seconds(Duration duration);

// Measures. Without a bound, one only tells.
Measure within(std::string name, double measured, std::optional<double> from, std::optional<double> to);
/// Nothing sent and nothing lost would hold many a promise, and show nothing.
Measure some(std::string name, std::uint64_t count);
Measure at_most(std::string name, double measured, double limit);
Measure exactly(std::string name, double measured, double wanted);
/// What a percentile bound says of a histogram: "p99_s".
Measure percentile(const PercentileBound& bound, const LogHistogram& histogram);

/// One expectation, with all that it is judged by.
struct Case {
    const ExpectationPlan& plan;
    std::size_t index;
    const Books& books;
    std::span<const Finding> findings;
    Instant end;

    bool is_of(std::size_t sensor) const;
    /// Findings of this promise about these sensors and the actor.
    std::uint64_t broken(Violation::Promise promise) const;
    /// The accounts of the sensors and the actor, added up.
    Ledger ledger() const;
    /// Readings of the sensors that were acknowledged, or left at QoS 0.
    std::uint64_t accepted() const;
};

// judge_analytic.cpp
void judge_analytic(const Case& each, ExpectationResult& result);
// judge_times.cpp
void judge_recovery(const Case& each, ExpectationResult& result);
void judge_latency(const Case& each, ExpectationResult& result);
void judge_staleness(const Case& each, ExpectationResult& result);
// judge_pipeline.cpp
void judge_leak_located(const Case& each, ExpectationResult& result);
void judge_answered(const Case& each, ExpectationResult& result);

}  // namespace trunkline::sim::judging
