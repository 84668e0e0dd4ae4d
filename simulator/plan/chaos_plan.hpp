#pragma once
// What a seed has drawn of a run that leaves its bad luck to it.

#include <string>
#include <vector>

#include "protocol/base/instant.hpp"

namespace trunkline::sim {

/// When the run phase ends, all faults are over. From then on everything has to converge within `settle`: connected,
/// queues empty, retained values agreed, nothing under way.
struct ChaosPlan {
    Duration settle{};
    std::vector<std::string> faults;  // that were drawn, each as an entry of "faults" would say it, in JSON
    std::vector<std::string> knobs;   // values that were drawn, each as "--set" would say it
};

}  // namespace trunkline::sim
