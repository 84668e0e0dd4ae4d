#pragma once
// What is going to happen in the world, in order of time.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/base/instant.hpp"

namespace trunkline::sim {

/// Who is touched, and by what.
enum class EventKind : std::uint8_t {
    sensor_wakes,         // entity: sensor
    gateway_wakes,        // entity: gateway
    broker_wakes,         // no entity
    actor_wakes,          // entity: actor
    guest_wakes,          // entity: guest
    datagram_at_gateway,  // entity: sensor that sent it, item: its octets
    datagram_at_sensor,   // entity: sensor, item: its octets
    guest_datagram,       // entity: guest that sent it, item: its octets
    stream_moves,         // entity: stream
    batch_stored,         // entity: life of the broker
    queues_read,          // the same
    gateway_stored,       // entity: gateway, item: its life
    fault_begins,         // entity: index into Scenario::faults
    fault_ends,           // the same
};

/// A few numbers, no pointer, no call: millions of them are moved each second.
struct Event {
    EventKind kind{};
    std::uint32_t entity = 0;
    std::uint32_t item = 0;
};

/// A heap with four children per node: half the levels of a binary one, and the children of a node lie in two cache
/// lines. Events of one instant come out in the order in which they were put in.
class EventQueue {
public:
    struct Due {
        Instant at{};
        std::uint64_t sequence = 0;
        Event event;
    };

    void put(Instant at, Event event);
    /// Requires that there is one.
    const Due& first() const { return heap_.front(); }
    Due take_first();

    bool empty() const { return heap_.empty(); }
    std::size_t size() const { return heap_.size(); }

private:
    static constexpr std::size_t children = 4;
    static bool before(const Due& a, const Due& b) { return a.at != b.at ? a.at < b.at : a.sequence < b.sequence; }

    std::vector<Due> heap_;
    std::uint64_t sequence_ = 0;
};

/// An entity's next wake-up in the queue. Wake-ups are never taken back: one that comes too early finds nothing due and
/// is entered anew, so that moving a deadline later (keep-alive, at every packet) costs nothing.
class Wakeup {
public:
    /// Makes sure that the entity is woken at `deadline` or before.
    void arm(std::optional<Instant> deadline, EventQueue& queue, Event event) {
        if (!deadline || (armed_ && *armed_ <= *deadline)) return;
        armed_ = deadline;
        queue.put(*deadline, event);
    }
    /// The wake-up of this instant has come. A later arm() enters the next one.
    void woken(Instant at) {
        if (armed_ == at) armed_.reset();
    }

private:
    std::optional<Instant> armed_;
};

}  // namespace trunkline::sim
