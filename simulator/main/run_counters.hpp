#pragma once
// The counters of a virtual run as report.json names them. A header by itself: the check that every build of the cores
// gives the same report has no use for the program (tests/scenarios/scenario_report.cpp).

#include <vector>

#include "simulator/report/run_counter.hpp"
#include "simulator/world/world.hpp"

namespace trunkline::sim {

inline std::vector<RunCounter> run_counters(const World& world) {
    const WorldCounters counters = world.counters();
    return {{"events", counters.events},
            {"datagrams", counters.datagrams},
            {"datagrams_lost", counters.datagrams_lost},
            {"datagrams_queue_full", counters.datagrams_queue_full},
            {"datagrams_duplicated", counters.datagrams_duplicated},
            {"datagram_octets", counters.datagram_octets},
            {"streams_opened", counters.streams_opened},
            {"segments", counters.segments},
            {"segments_lost", counters.segments_lost},
            {"segments_queue_full", counters.segments_queue_full},
            {"segment_octets", counters.segment_octets},
            {"broker_restarts", counters.broker_restarts},
            {"gateway_restarts", counters.gateway_restarts},
            {"trace_hash", world.trace().hash()}};
}

}  // namespace trunkline::sim
