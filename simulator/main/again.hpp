#pragma once
// Command lines that lead back to a run, and to what went wrong in it.

#include <optional>
#include <string>

#include "simulator/oracle/verdict.hpp"
#include "simulator/scenario/scenario_reader.hpp"

namespace trunkline::sim {

/// The words of a shell that run the scenario with this seed, and under this clock.
std::string run_again_line(const std::string& scenario_file, const ReadOptions& options, const Scenario& scenario);

/// Those that show, packet by packet, what led to the first thing that failed: the device or actor of the first broken
/// promise until a second after it, or else that of the reading that an expectation was failed by (culprit.hpp), or the
/// first sensor of the first expectation that does not hold. Without any, and under the real clock, whose runs do not
/// repeat: run_again_line().
std::string look_again_line(const std::string& scenario_file, const ReadOptions& options, const Scenario& scenario,
                            const Verdict& verdict);

/// Those that make of it a small scenario that fails in the same way. Nothing: under the real clock, of a run that was
/// shortened, and where nothing fails but what is to happen sometimes.
std::optional<std::string> make_small_line(const std::string& scenario_file, const ReadOptions& options,
                                           const Scenario& scenario, const Verdict& verdict);

/// For people, after a run that has failed: "first lost: …" or "slowest: …", where an expectation was failed by a
/// reading, and "see it happen: " with the line that shows it; a broken promise, which is another story, has a line of
/// its own. Whole lines.
std::string what_to_look_at(const std::string& scenario_file, const ReadOptions& options, const Scenario& scenario,
                            const Verdict& verdict);

}  // namespace trunkline::sim
