#pragma once
// What every program's main() does: --help, --version, exit statuses, one line for what is wrong.

#include <functional>

#include "runtime/settings/given.hpp"
#include "runtime/settings/key_table.hpp"

namespace trunkline::runtime {

/// Runs the command that stands first on the command line; without one reads command line and file, then calls `check`
/// (throws UsageError), and unless only a check was asked for `run`. Returns the exit status: 0; 1 and a line on
/// standard error for whatever else was thrown; 2 for a UsageError.
int run_program(const Program& program, int argc, const char* const* argv,
                const std::function<void(const Given&)>& check, const std::function<void(const Given&)>& run);

}  // namespace trunkline::runtime
