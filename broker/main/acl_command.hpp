#pragma once
// trunkline-broker acl explain: which line of an ACL file decides.

#include <span>

#include "runtime/settings/key_table.hpp"

namespace trunkline::broker {

/// Prints the decision and its line. Exit status 0: allowed, 1: denied. Throws runtime::UsageError.
int run_acl_command(std::span<const char* const> arguments);

inline constexpr runtime::Command acl_command{
    "acl", "acl explain --acl-file FILE [--user USER] [--client ID] --topic TOPIC --access read|write",
    "Print the line that decides. A TOPIC with wildcards, to read: whether it may be subscribed to.", run_acl_command};

}  // namespace trunkline::broker
