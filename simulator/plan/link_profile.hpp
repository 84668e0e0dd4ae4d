#pragma once
// How a link treats packets.

#include <cstddef>
#include <cstdint>
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

/// How delays lie about `delay`, in units of `jitter`. None is below zero: a packet cannot arrive before it was sent.
enum class DelayDistribution : std::uint8_t {
    uniform,      // from one below to one above (netem "distribution uniform")
    normal,       // standard deviation one, no further out than four, as netem's table ends
    exponential,  // `delay` is the least; above it one in the mean, at most ten
    pareto,  // netem's table: 4/3 (u^(-1/3) - 3/2), which is Pareto with shape 3 about its mean, at most four above
};
constexpr int normal_ends = 4;
constexpr int exponential_ends = 10;
constexpr int pareto_ends = 4;

/// Up: from devices to gateways, and from clients to the broker.
enum class LinkWay : std::uint8_t { up, down };

/// How a link treats one packet. Names and meanings are netem's where it has the word.
struct LinkProfile {
    std::string id;
    Duration delay{};   // one way
    Duration jitter{};  // see `distribution`; zero: every packet takes `delay`. May reorder datagrams.
    double loss = 0.0;  // probability that a packet is lost, independent (Bernoulli), each way
    std::optional<Bursts> bursts = std::nullopt;  // instead of `loss`; each direction has its own
    DelayDistribution distribution = DelayDistribution::uniform;
    double delay_correlation = 0.0;  // of a packet's delay with the one before, 0 to below 1
    bool keeps_order = false;        // nothing overtakes: a packet waits for those before it
    double duplicate = 0.0;          // probability that a packet that arrives arrives twice
    Duration duplicate_lag{};        // the copy is at most so much later, uniformly
    double reorder = 0.0;            // probability that a packet is held back
    Duration reorder_by{};           // for so long, so that later ones overtake it
    std::uint64_t rate_up = 0;       // bits in a second, headers included; 0: no limit
    std::uint64_t rate_down = 0;     //
    std::uint64_t queue_octets =
        std::uint64_t{64} * 1024;  // that wait for the rate, each way; what has no room is lost
    bool half_duplex = false;      // both ways take turns on one channel

    std::uint64_t rate(LinkWay way) const { return way == LinkWay::up ? rate_up : rate_down; }
    bool has_rate() const { return rate_up != 0 || rate_down != 0; }
};

/// The least and the longest time under way, without what the rate costs.
Duration shortest_delay(const LinkProfile& link);
Duration longest_delay(const LinkProfile& link);

}  // namespace trunkline::sim
