#pragma once
// SIGINT and SIGTERM: the run ends at once, its report is still written.

namespace trunkline::sim {

/// From here on the two signals are remembered instead of ending the process; a second one ends it.
void watch_stop_signals();
bool stop_was_asked();

}  // namespace trunkline::sim
