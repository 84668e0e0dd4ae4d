#pragma once
// Whose packets a capture or a ladder shows.

#include <set>
#include <string>
#include <vector>

namespace trunkline::sim {

/// Indexes are the scenario's; a list may be shorter, what is beyond it is not selected.
struct PacketSelection {
    bool has_all = false;
    std::vector<bool> sensors;   // between it and its gateway; an RTU's connections
    std::vector<bool> gateways;  // all its connections to the broker
    std::vector<bool> actors;
    std::set<std::string, std::less<>> clients;  // connections of these ClientIds, whoever opens them
};

}  // namespace trunkline::sim
