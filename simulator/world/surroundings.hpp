#pragma once
// What all hosts of one world share.

#include "simulator/links/octets_pool.hpp"
#include "simulator/links/packet_listener.hpp"
#include "simulator/oracle/oracle.hpp"
#include "simulator/plan/scenario.hpp"
#include "simulator/world/core_facts.hpp"
#include "simulator/world/event_queue.hpp"
#include "simulator/world/planted_defects.hpp"
#include "simulator/world/streams.hpp"
#include "simulator/world/trace.hpp"

namespace trunkline::sim {

/// References only: the world owns all of it and outlives its hosts.
struct Surroundings {
    const Scenario& scenario;
    EventQueue& queue;
    OctetsPool& octets;
    Streams& streams;
    Trace& trace;
    Oracle& oracle;
    CoreFacts& core_facts;
    const PlantedDefects& defects;
    PacketListener* listener;  // nullptr: nobody listens
};

}  // namespace trunkline::sim
