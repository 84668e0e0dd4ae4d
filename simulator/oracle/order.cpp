#include "simulator/oracle/order.hpp"

#include <algorithm>

#include "simulator/oracle/wording.hpp"

namespace trunkline::sim {

namespace {

/// The broker told of a drop since then: if it was the reading's first copy, the one that comes is a repetition, which
/// has no place in the order.
bool may_be_repeated_after_a_drop(const Books& books, std::size_t sensor, std::size_t slot, Instant sent_at) {
    const auto drops = books.drops.find({sensor, slot});
    return drops != books.drops.end() && std::any_of(drops->second.begin(), drops->second.end(),
                                                     [sent_at](const BrokerDrop& drop) { return drop.at >= sent_at; });
}

/// A broker without room refuses a message, and takes those behind it once there is room again. A device whose
/// connection ends before it hears of that sends it once more on the next one, where it comes behind them: in the order
/// in which the broker has received what it took [MQTT-4.6.0-5].
bool may_have_been_refused_unheard(const Books& books, std::size_t sensor, Instant sent_at) {
    const Instant connected_at = books.sensors[sensor].session.connected_at;  // of an RTU
    return connected_at > sent_at && books.outages.was_broker_disk_full(sent_at, connected_at);
}

}  // namespace

void check_order(Books& books, ReadingKey key, std::size_t slot, const OpenReading& reading, Instant now) {
    Pair& pair = books.pairs_of(key.sensor)[slot];
    if (key.sequence > pair.newest) {
        pair.newest = key.sequence;
        pair.newest_at = now;
        return;
    }
    const bool had_its_turn =
        reading.stage == OpenReading::Stage::acknowledged || reading.stage == OpenReading::Stage::under_way;
    // Between the members of a team there is no order.
    if (pair.qos < 1 || pair.is_shared || !had_its_turn || reading.interrupted) return;
    if (may_be_repeated_after_a_drop(books, key.sensor, slot, reading.sent_at)) return;
    if (may_have_been_refused_unheard(books, key.sensor, reading.sent_at)) return;
    books.findings.add({Violation::Promise::order, key.sensor, key.sequence, pair.actor, now,
                        reading_in_words(books, key) + " first reached " + books.scenario.actors[pair.actor].id +
                            " at " + moment_in_words(books, now) + ", after number " + std::to_string(pair.newest) +
                            " at " + moment_in_words(books, pair.newest_at) + ": sent at " +
                            moment_in_words(books, reading.sent_at) + " [MQTT-4.6.0-5]"});
}

}  // namespace trunkline::sim
