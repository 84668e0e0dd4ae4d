#pragma once
// A run under the virtual clock.

#include <vector>

#include "simulator/links/packet_listener.hpp"
#include "simulator/oracle/oracle.hpp"
#include "simulator/report/run_counter.hpp"
#include "simulator/report/run_facts.hpp"

namespace trunkline::sim {

class ProgressPrinter;

/// What a run leaves, whatever its clock.
struct Outcome {
    Verdict verdict;
    std::vector<RunCounter> counters;
    bool was_stopped = false;            // by a signal
    std::vector<ProgramFacts> programs;     // real clock
    std::optional<ScheduleFacts> schedule;  // real clock
};

/// `listener` is told of every packet; nullptr: nobody listens.
Outcome run_virtual(const Scenario& scenario, ProgressPrinter& progress, PacketListener* listener);

}  // namespace trunkline::sim
