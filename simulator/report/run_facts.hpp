#pragma once
// What a run was in the real world: the other half of a report.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/instant.hpp"

namespace trunkline::sim {

/// What a program of the run has used of the machine.
struct ProgramFacts {
    std::string name;
    Duration processor{};
    std::uint64_t most_memory_octets = 0;  // resident, at its peak
};

/// How late devices were woken, after their own schedule: what they measure cannot be better than that.
struct ScheduleFacts {
    static constexpr std::chrono::milliseconds bound{5};  // of p99

    Duration p50{};
    Duration p99{};
    Duration latest{};
    /// False: the machine was too slow for the run, and its latencies are the generator's own.
    bool was_kept() const { return p99 <= bound; }
};

struct RunFacts {
    std::string version;               // of this program
    std::vector<std::string> command;  // as it was given
    std::string scenario_file;
    WallTime started{};
    Duration took{};                        // real time
    Duration simulated{};                   // the run's own time
    bool was_stopped = false;               // by a signal, before its end
    std::vector<ProgramFacts> programs;     // real clock: this one first, then those that were started for the run
    std::optional<ScheduleFacts> schedule;  // real clock

    /// How many times faster than real time; 0 if too short to say.
    double speed_up() const;
};

/// run.json (docs/report.md).
std::string run_json(const RunFacts& facts);

}  // namespace trunkline::sim
