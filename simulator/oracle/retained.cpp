#include "simulator/oracle/retained.hpp"

#include "simulator/oracle/attribution.hpp"
#include "simulator/oracle/wording.hpp"

namespace trunkline::sim {

namespace {

/// A late copy of a reading that was given up may have replaced a newer one.
bool may_come_late(const OpenReading* reading) {
    return reading != nullptr && (reading->stage != OpenReading::Stage::acknowledged || reading->interrupted);
}

}  // namespace

bool is_retained_judged(const Books& books, std::size_t sensor) {
    const SensorPlan& plan = books.scenario.sensors[sensor];
    const bool will_replaces = plan.will && plan.will->retain && plan.will->topic == plan.topic;
    return plan.retain && plan.qos > 0 && !will_replaces && !books.state_lost_at;
}

void note_accepted(Books& books, ReadingKey key, Instant now) {
    SensorBook& book = books.sensors[key.sensor];
    book.accepted = key.sequence;
    book.accepted_at = now;
    if (const OpenReading* reading = book.find(key.sequence)) book.accepted_sent_at = reading->sent_at;
    if (!book.first_accepted_at) book.first_accepted_at = now;
}

void check_retained(Books& books, ReadingKey key, std::size_t actor, Instant now) {
    books.count(NamedEvent::retained_seen);
    const std::optional<std::size_t> slot = books.slot_of(key.sensor, actor);
    if (!slot) return;
    books.pairs_of(key.sensor)[*slot].retained_at = now;
    SensorBook& book = books.sensors[key.sensor];
    if (!is_retained_judged(books, key.sensor) || key.sequence >= book.accepted) return;
    // Accepted later than that: it may have come after the subscription.
    if (book.accepted_at >= books.actors[actor].connected_at || may_come_late(book.find(key.sequence))) return;
    books.findings.add({Violation::Promise::retained, key.sensor, key.sequence, actor, now,
                        reading_in_words(books, key) + " reached " + books.scenario.actors[actor].id +
                            " as the retained message at " + moment_in_words(books, now) + ", but number " +
                            std::to_string(book.accepted) + " was acknowledged at " +
                            moment_in_words(books, book.accepted_at) + " [MQTT-3.3.1-5]"});
}

void check_retained_complete(const Books& books, std::size_t actor, Instant now, std::vector<Finding>& findings) {
    const ActorBook& book = books.actors[actor];
    if (books.scenario.actors[actor].team) return;  // shared subscriptions get none (5.0 §4.8.2)
    if (!book.is_connected || !book.subscribed_at || now < *book.subscribed_at + delivery_grace) return;
    for (std::size_t sensor = 0; sensor < books.sensors.size(); ++sensor) {
        const std::optional<std::size_t> slot = books.slot_of(sensor, actor);
        const SensorBook& readings = books.sensors[sensor];
        if (!slot || !is_retained_judged(books, sensor) || books.drops.contains({sensor, *slot})) continue;
        if (!readings.first_accepted_at || *readings.first_accepted_at >= book.connected_at) continue;
        // From the CONNACK on: a SUBACK may come after what it brings.
        if (books.pairs_of(sensor)[*slot].retained_at >= book.connected_at) continue;
        findings.push_back({Violation::Promise::retained, sensor, readings.accepted, actor, *book.subscribed_at,
                            books.scenario.actors[actor].id + " subscribed at " +
                                moment_in_words(books, *book.subscribed_at) + " and got no retained message of " +
                                books.scenario.sensors[sensor].id + ", which published its first one before " +
                                moment_in_words(books, *readings.first_accepted_at) + " [MQTT-3.3.1-9]"});
    }
}

}  // namespace trunkline::sim
