#pragma once
// What is going to happen in the world, in order of time.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "protocol/base/instant.hpp"
#include "protocol/base/never.hpp"
#include "protocol/base/wide_heap.hpp"

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
    broker_accepts,       // entity: stream, item: life of the broker
    gateway_stored,       // entity: gateway, item: its life
    fault_begins,         // entity: index into Scenario::faults, item: into its spells, if it has some
    fault_ends,           // the same
    settled,              // no entity: faults are over for as long as the scenario gives
};

/// A few numbers, no pointer, no call: millions of them are moved each second.
struct Event {
    EventKind kind{};
    std::uint32_t entity = 0;
    std::uint32_t item = 0;
};

/// Events of one instant come out in the order in which they were put in.
///
/// Most events are near: a packet arrives in milliseconds, while ten thousand sensors have timers of minutes. So only
/// what happens within the current slice of time is in a heap, which stays small. The slices after it are lists in no
/// order, which become heaps in their turn; what lies beyond them waits in a heap of its own.
class EventQueue {
public:
    struct Due {
        Instant at{};
        std::uint64_t sequence = 0;
        Event event;
    };

    EventQueue() : slices_(slice_count, no_chunk) {}

    void put(Instant at, Event event);
    /// Requires that there is one.
    const Due& first() const { return near_.first(); }
    Due take_first();

    /// Events that have become near since events_seen(): they happen within three slices.
    std::span<const Due> events_come_near() const { return come_near_; }
    void events_seen() { come_near_.clear(); }

    bool empty() const { return near_.empty(); }
    std::size_t size() const { return near_.size() + in_slices_ + later_.size(); }

private:
    struct Before {
        bool operator()(const Due& a, const Due& b) const {
            return a.at != b.at ? a.at < b.at : a.sequence < b.sequence;
        }
    };
    using Slice = std::int64_t;  // since the beginning
    static constexpr std::size_t slice_count = 4096;
    static Slice slice_of(Instant at) { return at.time_since_epoch().count() >> 24; }  // 16.8 ms each
    /// That are near: what a slice's first events need has had two slices to come.
    static constexpr Slice slices_ahead = 2;

    void place(const Due& due);
    void show(Slice slice);
    void refill();

    /// Events of one slice, in no order. Chunks are used again last in, first out, so that few of them are touched.
    struct Chunk {
        std::uint32_t next = no_chunk;
        std::uint32_t count = 0;
        std::array<Due, 15> due;
    };
    static constexpr std::uint32_t no_chunk = ~std::uint32_t{0};
    std::uint32_t chunk_before(std::uint32_t next);

    std::vector<Due> come_near_;
    WideHeap<Due, Before> near_;         // never empty while there is any event
    std::vector<std::uint32_t> slices_;  // first chunks of those after current_, by their number modulo slice_count
    std::vector<Chunk> chunks_;
    std::uint32_t free_chunks_ = no_chunk;
    WideHeap<Due, Before> later_;
    Slice current_ = 0;
    std::size_t in_slices_ = 0;
    std::uint64_t sequence_ = 0;
};

/// An entity's next wake-up in the queue. Wake-ups are never taken back: for one that comes too early the next is
/// entered, so that moving a deadline later (keep-alive, at every packet) costs nothing.
class Wakeup {
public:
    /// Makes sure that the entity is woken at `deadline` or before.
    void arm(std::optional<Instant> deadline, EventQueue& queue, Event event) { arm(or_never(deadline), queue, event); }
    /// The same; the end of time: never.
    void arm(Instant deadline, EventQueue& queue, Event event) {
        wanted_ = deadline;
        if (armed_ <= wanted_) return;
        armed_ = wanted_;
        queue.put(armed_, event);
    }
    /// The wake-up of this instant has come. A later arm() enters the next one.
    void woken(Instant at) {
        if (armed_ == at) armed_ = never;
    }
    /// The same, and whether the deadline has come too. If not, there is nothing to ask the entity, and its next
    /// wake-up is entered.
    bool is_due(Instant at, EventQueue& queue, Event event) {
        woken(at);
        if (wanted_ <= at) return true;
        if (wanted_ != never) arm(wanted_, queue, event);
        return false;
    }

    /// A wake-up at this instant would come too early.
    bool is_early(Instant at) const { return wanted_ > at; }

private:
    Instant armed_ = never;   // the earliest in the queue
    Instant wanted_ = never;  // the deadline, as it was told last
};

}  // namespace trunkline::sim
