#pragma once
// Everything that a gateway counts, as one value.

#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <vector>

#include "gateway/core/facts.hpp"
#include "gateway/core/inspection.hpp"
#include "protocol/base/latency_histogram.hpp"

namespace trunkline::gateway {

/// One of the brokers, as this shard sees it.
struct BrokerFigures {
    std::string name;             // empty: there is one, without a name
    std::uint64_t is_chosen = 0;  // 1: sensors' connections are made there
    std::uint64_t is_well = 0;    // 1: it answered when it was last asked
};

/// Of one shard, or of several together.
struct Figures {
    Counters counters;
    Gauges gauges;
    LatencyHistogram sensor_round_trips;  // from the first copy of what expects an answer to the answer
    LatencyHistogram broker_round_trips;  // from PUBLISH of QoS 1 to the broker to its PUBACK
    std::vector<BrokerFigures> brokers;   // the same ones in all shards

    void add(const Figures& other) {
        static_assert(sizeof(Counters) % sizeof(std::uint64_t) == 0, "counters are nothing but numbers of 64 bits");
        using Numbers = std::array<std::uint64_t, sizeof(Counters) / sizeof(std::uint64_t)>;
        auto sums = std::bit_cast<Numbers>(counters);
        const auto more = std::bit_cast<Numbers>(other.counters);
        for (std::size_t at = 0; at < sums.size(); ++at) sums[at] += more[at];
        counters = std::bit_cast<Counters>(sums);
        gauges.add(other.gauges);
        sensor_round_trips.add(other.sensor_round_trips);
        broker_round_trips.add(other.broker_round_trips);
        for (std::size_t at = 0; at < brokers.size() && at < other.brokers.size(); ++at) {
            brokers[at].is_chosen += other.brokers[at].is_chosen;
            brokers[at].is_well += other.brokers[at].is_well;
        }
    }
};

}  // namespace trunkline::gateway
