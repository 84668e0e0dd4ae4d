#pragma once
// trunkline-sim shrink.

#include <functional>
#include <iosfwd>
#include <optional>

#include "simulator/main/command.hpp"
#include "simulator/oracle/verdict.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

struct PlantedDefects;

/// Asked now and then, at virtual times, whether a run is to go on.
using GoesOn = std::function<bool(Instant now)>;
/// Plays a scenario to its end under the virtual clock, with a journal; nothing: it was not to go on. Called by several
/// threads at once.
using Play = std::function<std::optional<Verdict>(const Scenario& scenario, const GoesOn& goes_on)>;
std::optional<Verdict> play_to_the_end(const Scenario& scenario, const GoesOn& goes_on);
/// The same with a bug, for tests.
std::optional<Verdict> play_planted(const Scenario& scenario, const GoesOn& goes_on, const PlantedDefects& defects);

/// Runs the scenario under the virtual clock, which has to fail, and then ever smaller ones that fail in the same way
/// (run_failure.hpp), on several threads. Writes the smallest as a scenario file that fails by itself, and tells `out`
/// where. Returns the exit status: invalid where there is nothing to shrink, because it holds, or fails by what has not
/// happened only, of which a smaller scenario has no more. Throws for scenarios that will not do, and ReportError for a
/// file that cannot be written. `play`: tests plant a bug in it.
int shrink_scenario(const ShrinkCommand& command, std::ostream& out, const Play& play = play_to_the_end);

}  // namespace trunkline::sim
