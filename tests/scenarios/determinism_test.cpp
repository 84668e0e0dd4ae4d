#include <doctest/doctest.h>

#include "tests/scenarios/scenario_run.hpp"

using namespace trunkline::sim;

TEST_CASE("the same scenario and seed give the same report to the byte, and the same events") {
    const ScenarioRun first("smoke/first-reading-100.json", {}, TraceDetail::records);
    const ScenarioRun second("smoke/first-reading-100.json", {}, TraceDetail::records);
    const auto difference = first_difference(first.trace(), second.trace());
    CHECK_MESSAGE(!difference.has_value(), (difference ? difference->text : std::string()));
    CHECK(first.report() == second.report());
}

TEST_CASE("another seed gives another report") {
    ReadOptions other;
    other.seed = 2;
    const ScenarioRun first("smoke/first-reading.json");
    const ScenarioRun second("smoke/first-reading.json", other);
    CHECK(first.trace().hash() != second.trace().hash());
    CHECK(first.report() != second.report());
}
