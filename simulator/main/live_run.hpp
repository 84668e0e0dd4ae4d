#pragma once
// A run under the real clock.

#include <optional>
#include <stdexcept>
#include <string>

#include "simulator/main/virtual_run.hpp"

namespace trunkline::sim {

/// Broker and gateway as the command line names them; none: our own, started for the run from this program's folder.
struct LiveTargets {
    std::optional<std::string> broker_url;
    std::optional<std::string> gateway_url;
    bool cuts_for_restarts = false;  // of a broker by URL: all connections to it are cut for as long
};

/// What was given does not fit together or is no URL: exit status 2.
class TargetError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Tells on standard error where broker and gateways are, so that others can listen in. Throws TargetError, and
/// runtime::StartError for what cannot be started, bound or found.
Outcome run_live(const Scenario& scenario, const LiveTargets& targets, ProgressPrinter& progress, bool is_quiet,
                 PacketListener* listener = nullptr);

}  // namespace trunkline::sim
