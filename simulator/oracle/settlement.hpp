#pragma once
// From books to verdict, when the run is over.

#include "simulator/oracle/books.hpp"
#include "simulator/oracle/history.hpp"
#include "simulator/oracle/verdict.hpp"

namespace trunkline::sim {

/// The account of one sensor and the actor of one slot, with a cause for each counted reading that did not arrive.
Ledger ledger_of(const Books& books, std::size_t sensor, std::size_t slot, Instant end);

/// Adds the cause of each undelivered reading, of the warm-up too, to the step in which it was offered.
void add_causes(const Books& books, Instant end, const HistoryKeeper& keeper, History& history);

/// Draws up all accounts, checks the promises, and judges the expectations.
Verdict settle(const Books& books, Instant end);

}  // namespace trunkline::sim
