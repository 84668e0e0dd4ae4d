#include "simulator/oracle/queues.hpp"

#include <algorithm>

namespace trunkline::sim {

namespace {

bool waits(const OpenReading& reading, std::size_t slot) {
    return reading.stage == OpenReading::Stage::acknowledged && !reading.is_delivered_to(slot) &&
           !reading.is_excused(slot);
}

}  // namespace

void begin_waiting(Books& books, std::size_t sensor, const OpenReading& reading, Instant now) {
    const std::span<const Pair> owed = books.pairs_of(sensor);
    for (std::size_t slot = 0; slot < owed.size(); ++slot) {
        if (!waits(reading, slot)) continue;
        ActorBook& actor = books.actors[owed[slot].actor];
        ++actor.waiting;
        const auto messages = static_cast<std::uint64_t>(std::max<std::int64_t>(actor.waiting, 0));
        actor.figures.waiting_most = std::max(actor.figures.waiting_most, messages);
        books.watches.waiting(owed[slot].actor, messages, now);
    }
}

void end_waiting(Books& books, std::size_t sensor, std::size_t slot, const OpenReading& reading) {
    if (waits(reading, slot)) --books.actors[books.pairs_of(sensor)[slot].actor].waiting;
}

void note_drop(Books& books, std::size_t sensor, std::size_t slot, LossCause cause) {
    ++books.drops[{sensor, slot}][static_cast<std::size_t>(cause)];
    if (cause == LossCause::queue_full) books.count(NamedEvent::queue_overflowed);
    --books.actors[books.pairs_of(sensor)[slot].actor].waiting;
}

}  // namespace trunkline::sim
