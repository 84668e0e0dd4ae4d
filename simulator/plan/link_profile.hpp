#pragma once
// How a link treats packets.

#include <optional>
#include <string>
#include <variant>

#include "protocol/base/instant.hpp"

namespace trunkline::sim {

/// Bursts that come and go with packets (Gilbert 1960, Elliott 1963; netem "loss gemodel P R 1-H 1-K"). For links whose
/// packets follow each other closely.
struct BurstsByPacket {
    double enter_bad = 0.0;  // P: from good to bad, before each packet
    double leave_bad = 1.0;  // R: from bad to good; a bad state lasts 1/R packets in the mean
    double loss_good = 0.0;  // 1-K
    double loss_bad = 1.0;   // 1-H
};

/// Bursts that come and go with time, whether there are packets or not: what a sensor sees that speaks once a minute.
/// Both states last as long as exponential draws say.
struct BurstsByTime {
    Duration good{};  // mean length, positive
    Duration bad{};   // mean length, positive
    double loss_good = 0.0;
    double loss_bad = 1.0;
};
using Bursts = std::variant<BurstsByPacket, BurstsByTime>;

/// How a link treats one packet. Names and meanings are netem's where it has the word.
struct LinkProfile {
    std::string id;
    Duration delay{};  // one way
    Duration
        jitter{};  // uniform in delay +- jitter (netem "distribution uniform"); at most delay. May reorder datagrams.
    double loss = 0.0;  // probability that a packet is lost, independent (Bernoulli), each way
    std::optional<Bursts> bursts = std::nullopt;  // instead of `loss`; each direction has its own
};

}  // namespace trunkline::sim
