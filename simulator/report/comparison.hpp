#pragma once
// One scenario with several brokers, side by side.

#include <span>
#include <string>
#include <vector>

#include "simulator/oracle/verdict.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

struct ComparedRun {
    std::string name;  // of the broker
    std::string url;
    Verdict verdict;
};

/// Columns for brokers, rows for what became of each: expectations, readings, causes, latencies, queues, connections.
struct Comparison {
    struct Row {
        std::string label;
        std::vector<std::string> cells;  // by run
        std::vector<bool> fails;         // by run; empty: the row judges nothing
    };
    struct Section {
        std::string title;
        std::vector<Row> rows;
    };
    std::vector<Section> sections;
    std::vector<std::string> breakages;  // what broke where: a sentence each
};

Comparison comparison_of(const Scenario& scenario, std::span<const ComparedRun> runs);

/// For a terminal. `notes`: what was done otherwise than the scenario says.
std::string comparison_text(const Scenario& scenario, std::span<const ComparedRun> runs,
                            std::span<const std::string> notes);
/// compare.html: one file that needs no other.
std::string comparison_html(const Scenario& scenario, std::span<const ComparedRun> runs,
                            std::span<const std::string> notes);

}  // namespace trunkline::sim
