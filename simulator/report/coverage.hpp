#pragma once
// What happened in how many of many runs.

#include <cstdint>
#include <string>
#include <vector>

#include "simulator/oracle/verdict.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// Over the seeds of one scenario: a test that never met what it is about has tested less than it says.
class Coverage {
public:
    /// The scenario outlives it; its seed means nothing.
    explicit Coverage(const Scenario& scenario) : scenario_(scenario) {}

    void add(const Verdict& verdict);

    /// Events that a `sometimes` expectation asks for and that happened in no run, each with the expectation's id.
    struct Unmet {
        std::string expectation;
        std::string event;
    };
    std::vector<Unmet> unmet() const;
    /// One line for each such event; nothing if there is none.
    std::string unmet_text() const;
    /// How many of the events that are to happen sometimes did, and how many of all named ones. Which of the former did
    /// not says unmet_text(); the others are nobody's business.
    std::string text() const;

private:
    const Scenario& scenario_;
    std::uint64_t runs_ = 0;
    EventCounts runs_with_{};  // the event
};

}  // namespace trunkline::sim
