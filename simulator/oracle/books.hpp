#pragma once
// The oracle's memory: what it counted, and the readings whose story is not over.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "simulator/oracle/open_reading.hpp"
#include "simulator/oracle/verdict.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// A sensor and an actor that is owed its readings.
struct Pair {
    std::uint32_t actor = 0;
    std::uint64_t delivered = 0;  // first copies of counted readings
    std::uint64_t duplicates = 0;
};

/// A sensor's readings. A reading is open until it is acknowledged and delivered to everybody who is owed it.
struct SensorBook {
    SensorFigures figures;
    std::uint64_t last_sequence = 0;    // offered
    std::uint64_t warmup_sequence = 0;  // the last that was offered in the warm-up: not counted
    std::uint64_t closed_trials = 0;    // counted, closed, and never interrupted
    bool is_connected = false;
    std::vector<OpenReading> open;      // by sequence
    std::size_t first_pair = 0;         // its pairs stand together, actors ascending: a pair's place is its slot
    std::size_t pair_count = 0;

    bool is_counted(std::uint64_t sequence) const { return sequence > warmup_sequence; }
    OpenReading* find(std::uint64_t sequence);
    std::uint64_t all_slots() const {
        return pair_count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << pair_count) - 1;
    }
    /// Forgets the reading if nothing can happen to it any more that the verdict would have to know.
    void close_if_complete(const OpenReading& reading);
};

/// What an actor's session is, as far as both ends can know.
struct ActorBook {
    ActorFigures figures;
    bool is_subscribed = false;  // a session with its subscriptions exists
    std::optional<Instant> lost_at;
};

/// A violation before it is put into words.
struct Finding {
    Violation::Promise promise{};
    std::size_t sensor = 0;
    std::uint64_t sequence = 0;
    std::size_t actor = 0;
    Instant at{};
};

struct Books {
    explicit Books(const Scenario& scenario);

    std::span<Pair> pairs_of(std::size_t sensor);
    std::span<const Pair> pairs_of(std::size_t sensor) const;
    /// The place of the actor among the sensor's pairs; nothing if it is not owed the sensor's readings.
    std::optional<std::size_t> slot_of(std::size_t sensor, std::size_t actor) const;

    std::vector<SensorBook> sensors;
    std::vector<Pair> pairs;
    std::vector<ActorBook> actors;
    std::vector<Finding> findings;  // made while the run went on; bounded
    std::uint64_t finding_count = 0;
};

}  // namespace trunkline::sim
