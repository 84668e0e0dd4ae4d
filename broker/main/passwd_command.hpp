#pragma once
// trunkline-broker passwd: gives a user a password.

#include <span>

#include "runtime/settings/key_table.hpp"

namespace trunkline::broker {

/// Writes the user's line into the file, which need not exist. Throws runtime::UsageError, or std::runtime_error for a
/// file that cannot be written or is no password file.
int run_passwd_command(std::span<const char* const> arguments);

inline constexpr runtime::Command passwd_command{
    "passwd", "passwd FILE USER [--scram] [--iterations N] [--stdin]",
    "Set a password in FILE: asked for twice, or the first line of standard input (--stdin).\n"
    "--scram: for SCRAM-SHA-256 besides; then the client computes N iterations (docs/access.md).",
    run_passwd_command};

}  // namespace trunkline::broker
