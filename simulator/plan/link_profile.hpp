#pragma once
// How a link treats packets.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

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

/// Four states (netem "loss state P13 P31 P32 P23 P14"): 1 received in a gap, 2 received in a burst, 3 lost in a burst,
/// 4 lost alone. The chain takes one step before each packet; from 4 it returns to 1. With
/// D = p13 p23 + p23 p31 (1 + p14) + p13 p32, the share (p13 p23 + p14 p23 p31) / D is lost.
struct FourStates {
    double p13 = 0.0;
    double p31 = 1.0;
    double p32 = 0.0;
    double p23 = 1.0;
    double p14 = 0.0;
};
using Bursts = std::variant<BurstsByPacket, BurstsByTime, FourStates>;

/// How delays lie about `delay`, in units of `jitter`. None is below zero: a packet cannot arrive before it was sent.
enum class DelayDistribution : std::uint8_t {
    uniform,      // from one below to one above (netem "distribution uniform")
    normal,       // standard deviation one, no further out than four, as netem's table ends
    exponential,  // `delay` is the least; above it one in the mean, at most ten
    pareto,  // netem's table: 4/3 (u^(-1/3) - 3/2), which is Pareto with shape 3 about its mean, at most four above
    pareto_normal,  // a quarter of the normal value and three quarters of the Pareto one of the same share
    table,          // the profile's own, as tc reads it from a file
};
constexpr int normal_ends = 4;
constexpr int exponential_ends = 10;
constexpr int pareto_ends = 4;
constexpr int delay_table_scale = 8192;  // of one jitter (netem's NETEM_DIST_SCALE)

/// Up: from devices to gateways, and from clients to the broker.
enum class LinkWay : std::uint8_t { up, down };

/// What a packet takes on the wire besides itself (netem "rate RATE PACKETOVERHEAD CELLSIZE CELLOVERHEAD").
struct WireOverhead {
    std::int32_t packet_octets = 0;  // added to each packet, its headers included; negative: headers that stay behind
    std::uint32_t cell_octets = 0;   // of payload in a cell, of which the last is filled up; 0: no cells
    std::int32_t cell_overhead_octets = 0;  // added to each cell
};

/// Packets leave in slots only (netem "slot"): the next one opens after a draw, and takes what is ready by then.
struct SlotPlan {
    Duration shortest{};        // from one slot to the next
    Duration longest{};         // uniformly up to this
    std::uint32_t packets = 0;  // that one slot takes; 0: any number
    std::uint64_t octets = 0;   // that one slot takes; it is over once they are reached. 0: any number
    /// Instead (netem "slot distribution"): the distance is drawn like a delay, with `shortest` as the base. No table.
    std::optional<DelayDistribution> distribution = std::nullopt;
    Duration jitter{};
};

/// The LoRa modem of Semtech's SX127x (datasheet rev. 7, section 4.1.1): explicit header, CRC, and low data rate
/// optimization where a symbol takes 16 ms or longer.
struct LoraPlan {
    unsigned spreading_factor = 7;     // 7 to 12
    std::uint32_t bandwidth = 125000;  // Hz
    unsigned coding_rate = 1;          // 1 to 4: 4/5 to 4/8
    unsigned preamble = 8;             // symbols
    double duty_cycle = 1.0;           // the share of its time for which a transmitter may speak, above 0
    unsigned frame_octets = 13;        // around each datagram, instead of UDP and IP: LoRaWAN's header and MIC
};
constexpr unsigned longest_lora_frame = 255;  // octets of payload in the formula

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
        std::uint64_t{64} * 1024;                // that wait for the rate, each way; what has no room is lost
    bool half_duplex = false;                    // both ways take turns on one channel
    std::vector<std::int16_t> delay_table = {};  // of DelayDistribution::table, ascending: quantiles in jitters / scale
    double loss_correlation = 0.0;               // of independent losses: each with the one before, 0 to below 1
    double duplicate_correlation = 0.0;
    double reorder_correlation = 0.0;
    unsigned reorder_gap = 1;          // at most one in so many packets is reordered
    bool reorder_skips_delay = false;  // netem's way: what is reordered leaves at once, without the delay
    double corrupt = 0.0;              // probability that a bit of a packet that arrives is flipped
    double corrupt_correlation = 0.0;
    bool has_checksum = true;  // a damaged datagram is lost, as UDP's checksum sees to; else it arrives damaged
    WireOverhead overhead = {};
    std::uint32_t limit_packets = 0;  // that wait or are under way, each way; what comes beyond is dropped. 0: no limit
    std::uint32_t mtu_octets =
        0;  // of the largest packet; larger ones are dropped. Headers included; LoRa has none. 0: no limit
    std::optional<SlotPlan> slots = std::nullopt;
    std::optional<LoraPlan> lora = std::nullopt;  // instead of a rate
    std::vector<LinkProfile> down_differs = {};   // one or none: what holds on the way down, for single packets

    /// The profile of one way: for what happens to single packets. Rates, queue and limit are of both ways.
    const LinkProfile& in(LinkWay way) const {
        return way == LinkWay::down && !down_differs.empty() ? down_differs.front() : *this;
    }
    std::uint64_t rate(LinkWay way) const { return way == LinkWay::up ? rate_up : rate_down; }
    bool has_rate() const { return rate_up != 0 || rate_down != 0; }
};

/// The least and the longest time under way, whichever way, without what rates, slots and duty cycles cost.
Duration shortest_delay(const LinkProfile& link);
Duration longest_delay(const LinkProfile& link);

}  // namespace trunkline::sim
