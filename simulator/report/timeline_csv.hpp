#pragma once
// The history for spreadsheets and plotting programs.

#include <string>

#include "simulator/oracle/history.hpp"

namespace trunkline::sim {

/// RFC 4180: a head, then a row for each step. Always the same columns: all causes, counted or not. An empty field:
/// nothing was delivered.
std::string timeline_csv(const History& history);

}  // namespace trunkline::sim
