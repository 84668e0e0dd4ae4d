#pragma once
// How a link treats packets.

#include <string>

#include "protocol/base/instant.hpp"

namespace trunkline::sim {

/// How a link treats one packet. Names and meanings are netem's where it has the word.
struct LinkProfile {
    std::string id;
    Duration delay{};  // one way
    Duration
        jitter{};  // uniform in delay +- jitter (netem "distribution uniform"); at most delay. May reorder datagrams.
    double loss = 0.0;  // probability that a packet is lost, independent (Bernoulli), each way
};

}  // namespace trunkline::sim
