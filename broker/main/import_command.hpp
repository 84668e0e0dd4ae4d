#pragma once
// trunkline-broker import: the settings of another broker as ours.

#include <span>

#include "runtime/settings/key_table.hpp"

namespace trunkline::broker {

/// Writes the settings, and on standard error the lines that are not needed or have no counterpart. Exit status 0: the
/// settings say all that the file said; 1: some lines have no counterpart. Throws runtime::UsageError, or
/// std::runtime_error for a file that cannot be read or written.
int run_import_command(std::span<const char* const> arguments);

inline constexpr runtime::Command import_command{
    "import", "import mosquitto.conf [-o FILE]",
    "Write Mosquitto's settings as a file for --config; what has no counterpart is listed, and the\n"
    "exit status is 1 then (docs/moving-from-mosquitto.md).",
    run_import_command};

}  // namespace trunkline::broker
