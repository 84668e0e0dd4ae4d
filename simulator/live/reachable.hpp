#pragma once
// Whether somebody listens.

#include <optional>
#include <string>

#include "runtime/transport/url.hpp"

namespace trunkline::sim {

/// Connects and closes again. Blocks for up to five seconds. Nothing: it is; else why not.
std::optional<std::string> why_unreachable(const runtime::Url& url);

}  // namespace trunkline::sim
