#pragma once
// What trunkline-broker is on the command line.

#include "runtime/settings/key_table.hpp"

namespace trunkline::broker {

/// Its settings and commands.
extern const runtime::Program program;

}  // namespace trunkline::broker
