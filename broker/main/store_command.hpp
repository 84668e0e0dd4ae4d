#pragma once
// trunkline-broker store: looks at the store of a broker that is stopped.

#include <span>

#include "runtime/settings/key_table.hpp"

namespace trunkline::broker {

/// verify prints counts and each fault: exit status 0, or 1 if there is one. dump prints the rows: 1 if it left any
/// out. Throws runtime::UsageError where there is no store, or a broker runs on it.
int run_store_command(std::span<const char* const> arguments);

inline constexpr runtime::Command store_command{
    "store", "store verify DIR | store dump DIR [--sessions] [--queues] [--retained] [--wills]",
    "Look at the store of a broker that is stopped: check every row, or print rows as JSON (docs/store.md).",
    run_store_command};

}  // namespace trunkline::broker
