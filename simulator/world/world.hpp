#pragma once
// The virtual driver: a scenario with its own clock and network, in one thread, the same to the byte for the same seed.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "simulator/devices/topic_index.hpp"
#include "simulator/links/octets_pool.hpp"
#include "simulator/oracle/oracle.hpp"
#include "simulator/plan/scenario.hpp"
#include "simulator/world/actor_host.hpp"
#include "simulator/world/broker_host.hpp"
#include "simulator/world/core_facts.hpp"
#include "simulator/world/event_queue.hpp"
#include "simulator/world/faults.hpp"
#include "simulator/world/field.hpp"
#include "simulator/world/gateway_host.hpp"
#include "simulator/world/guest.hpp"
#include "simulator/world/planted_defects.hpp"
#include "simulator/world/streams.hpp"
#include "simulator/world/trace.hpp"

namespace trunkline::sim {

/// Sums since the start of the run.
struct WorldCounters {
    std::uint64_t events = 0;
    std::uint64_t datagrams = 0;  // put on a field link, both directions
    std::uint64_t datagrams_lost = 0;
    std::uint64_t datagrams_queue_full = 0;  // of the lost ones
    std::uint64_t datagrams_duplicated = 0;
    std::uint64_t datagram_octets = 0;  // with UDP and IP headers
    std::uint64_t streams_opened = 0;
    std::uint64_t segments = 0;  // of all streams, retransmissions included
    std::uint64_t segments_lost = 0;
    std::uint64_t segments_queue_full = 0;  // of the lost ones
    std::uint64_t segment_octets = 0;       // with TCP and IP headers
    std::uint64_t broker_restarts = 0;
    std::uint64_t gateway_restarts = 0;  // of all gateways
};

/// Sensors and observers of the scenario around the shipped cores of gateway and broker. Facts go to the oracle in the
/// order of time.
class World {
public:
    /// Scenario, oracle and listener outlive the world. `defects`: for tests of the oracle only. `listener` is told
    /// of every packet; nullptr: nobody listens.
    World(const Scenario& scenario, Oracle& oracle, TraceDetail detail = TraceDetail::checkpoints,
          const PlantedDefects& defects = {}, PacketListener* listener = nullptr);
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    /// Lets everything happen up to and including `end`. False: the run is over.
    bool run_until(Instant end);
    /// Also wakes this guest, first at `first`. Before the first run_until().
    void invite(std::unique_ptr<Guest> guest, Instant first);

    Instant now() const { return now_; }
    WorldCounters counters() const;
    const Trace& trace() const { return trace_; }
    bool is_broker_up() const { return broker_.is_up(); }
    /// Only while it is up; so are gateways.
    const broker::Broker& broker() const { return broker_.core(); }
    const gateway::Gateway& gateway(std::size_t index) const { return gateways_[index]->core(); }
    const Sensor& sensor(std::size_t index) const { return field_.sensor(index); }

private:
    /// What they are going to touch is brought near: with thousands of sensors nearly nothing is in the caches any
    /// more. A few steps for each event that happens, so that what one step asks for has come before the next.
    void expect(std::span<const EventQueue::Due> near);
    void expect_waking(std::uint32_t sensor, unsigned step) const;
    void expect_arrival(std::uint32_t sensor, unsigned step) const;
    void happen(const EventQueue::Due& due);
    void stream_moves(StreamIndex stream);
    void sensor_datagram_at_gateway(const Event& event);
    void moved_sensor_datagram_at_gateway(std::uint32_t gateway, const Event& event);
    void datagram_at_gateway(std::uint32_t gateway, const Address& from, const Event& event);
    void settle();
    void guest_wakes(std::uint32_t guest);
    Surroundings surroundings() {
        return {scenario_, queue_, octets_, streams_, trace_, oracle_, core_facts_, defects_, listener_};
    }

    /// Whom to take steps for: each step for a group of sensors, one after the other, so that what it asks for comes
    /// while the others take theirs.
    struct Expected {
        static constexpr std::size_t most_of_a_group = 8;
        std::vector<std::uint32_t> sensors;
        std::size_t first = 0;  // of the group
        std::size_t end = 0;    // of the group; `first`: it is not chosen yet
        std::size_t at = 0;     // whose turn it is
        unsigned step = 0;

        /// Takes the next step, of so many, if there is anybody: take(sensor, step).
        template <typename Take>
        void advance(unsigned steps, Take take) {
            if (first == sensors.size()) return;
            if (first == end) end = std::min(first + most_of_a_group, sensors.size());
            take(sensors[at], step);
            if (++at < end) return;
            if (++step < steps) {
                at = first;
                return;
            }
            step = 0;
            first = end;
            if (first < sensors.size()) return;
            sensors.clear();
            first = end = at = 0;
        }
    };

    const Scenario& scenario_;
    Oracle& oracle_;
    PlantedDefects defects_;
    PacketListener* listener_;
    EventQueue queue_;
    OctetsPool octets_;
    Streams streams_;
    Trace trace_;
    TopicIndex topics_;
    CoreFacts core_facts_;
    Field field_;
    Faults faults_;
    BrokerHost broker_;
    std::vector<std::unique_ptr<GatewayHost>> gateways_;
    std::vector<std::unique_ptr<ActorHost>> actors_;
    std::vector<std::unique_ptr<Guest>> guests_;
    Instant now_{};
    std::uint64_t events_ = 0;
    Expected waking_;    // sensors
    Expected arriving_;  // sensors whose datagrams arrive
};

}  // namespace trunkline::sim
