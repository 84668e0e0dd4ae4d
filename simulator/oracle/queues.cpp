#include "simulator/oracle/queues.hpp"

#include <algorithm>

namespace trunkline::sim {

namespace {

/// QoS 0 waits nowhere.
bool waits(const Pair& pair, const OpenReading& reading, std::size_t slot) {
    return pair.qos > 0 && reading.stage == OpenReading::Stage::acknowledged && !reading.is_delivered_to(slot) &&
           !reading.is_excused(slot);
}

}  // namespace

void begin_waiting(Books& books, std::size_t sensor, const OpenReading& reading, Instant now) {
    const std::span<const Pair> owed = books.pairs_of(sensor);
    for (std::size_t slot = 0; slot < owed.size(); ++slot) {
        if (!waits(owed[slot], reading, slot)) continue;
        ActorBook& actor = books.actors[owed[slot].actor];
        ++actor.waiting;
        const auto messages = static_cast<std::uint64_t>(std::max<std::int64_t>(actor.waiting, 0));
        actor.figures.waiting_most = std::max(actor.figures.waiting_most, messages);
        books.watches.waiting(owed[slot].actor, messages, now);
    }
}

void end_waiting(Books& books, std::size_t sensor, std::size_t slot, const OpenReading& reading) {
    const Pair& pair = books.pairs_of(sensor)[slot];
    if (waits(pair, reading, slot)) --books.actors[pair.actor].waiting;
}

void note_drop(Books& books, std::size_t sensor, std::size_t slot, const BrokerDrop& drop) {
    const Pair& pair = books.pairs_of(sensor)[slot];
    ActorBook& actor = books.actors[pair.actor];
    if (drop.cause == LossCause::queue_full) books.count(NamedEvent::queue_overflowed);
    if (pair.qos > 0) --actor.waiting;
    // That nothing is kept for whoever is away at QoS 0 is known of each reading.
    if (drop.cause == LossCause::subscriber_absent && !actor.is_connected) return;
    books.drops[{sensor, slot}].push_back(drop);
}

}  // namespace trunkline::sim
