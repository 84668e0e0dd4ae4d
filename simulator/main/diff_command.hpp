#pragma once
// trunkline-sim diff.

#include <iosfwd>

#include "simulator/main/command.hpp"

namespace trunkline::sim {

/// Tells `out` in what two reports differ. Returns the exit status: passed if in nothing, failed if in something.
/// Throws ReportError for what is no report.
int compare_reports(const DiffCommand& command, std::ostream& out);

}  // namespace trunkline::sim
