#pragma once
// On a connection that a gateway shares among its sensors: which packets are about some of them.

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "protocol/trace/trace_line.hpp"
#include "simulator/links/channel.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// What these sensors publish and subscribe to.
std::set<std::string, std::less<>> topics_of(const Scenario& scenario, const std::vector<bool>& sensors);

/// One connection. Its beginning and its end concern everybody; what names a topic, those whose it is; and what has a
/// packet identifier only, those whose message it answers.
class SharedPackets {
public:
    /// The topics outlive it.
    explicit SharedPackets(const std::set<std::string, std::less<>>& topics) : topics_(topics) {}

    /// To be asked of each packet once, in the order in which they are sent.
    bool concerns(LinkWay way, const TraceLine& packet);

private:
    const std::set<std::string, std::less<>>& topics_;
    std::array<std::set<std::string, std::less<>>, 2> known_;  // packet identifiers, by who has chosen them
};

}  // namespace trunkline::sim
