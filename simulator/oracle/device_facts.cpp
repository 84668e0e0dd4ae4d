#include "simulator/oracle/device_facts.hpp"

#include "simulator/devices/reading.hpp"

namespace trunkline::sim {

namespace {

LossCause cause_of(DropReason reason) {
    switch (reason) {
        case DropReason::replaced_by_newer:
            return LossCause::replaced_by_newer;
        case DropReason::store_full:
            return LossCause::store_full;
        case DropReason::not_connected:
            break;
    }
    return LossCause::not_connected;
}

struct SensorTeller {
    Oracle& oracle;
    std::size_t sensor;
    Instant now;
    const DeviceClock* clock;  // nothing: it is right

    ReadingKey key(std::uint64_t sequence) const { return {sensor, sequence}; }

    void operator()(const ReadingOffered& fact) const {
        oracle.offered(key(fact.sequence), clock != nullptr ? clock->when(fact.intended) : fact.intended);
    }
    void operator()(const ReadingSent& fact) const { oracle.sent(key(fact.sequence), now); }
    void operator()(const ReadingAcknowledged& fact) const {
        oracle.transmissions(key(fact.sequence), fact.transmissions);
        oracle.acknowledged(key(fact.sequence), now);
    }
    void operator()(const ReadingGivenUp& fact) const {
        oracle.transmissions(key(fact.sequence), fact.transmissions);
        oracle.gave_up(key(fact.sequence), now);
    }
    void operator()(const ReadingRejected& fact) const {
        oracle.transmissions(key(fact.sequence), fact.transmissions);
        oracle.rejected(key(fact.sequence), now);
    }
    void operator()(const ReadingInterrupted& fact) const {
        oracle.transmissions(key(fact.sequence), fact.transmissions);
        oracle.interrupted(key(fact.sequence), now);
    }
    void operator()(const ReadingDropped& fact) const {
        oracle.dropped_by_sensor(key(fact.sequence), cause_of(fact.reason), now);
    }
    void operator()(const SessionAsked&) const { oracle.session_asked(sensor, now); }
    void operator()(const SessionAnswered& fact) const { oracle.session_answered(sensor, fact.session_present, now); }
    void operator()(const SensorConnected&) const { oracle.sensor_connected(sensor, now); }
    void operator()(const SensorLost&) const { oracle.sensor_lost(sensor, now); }
    void operator()(const SensorLeft&) const { oracle.sensor_left(sensor, now); }
    void operator()(const ReadingLeft& fact) const { oracle.left(key(fact.sequence), now); }
    void operator()(const SensorSlept&) const { oracle.sensor_slept(sensor, now); }
    void operator()(const CommandsSubscribed&) const { oracle.commands_subscribed(sensor, now); }
    void operator()(const CommandReceived&) const { oracle.command_received(sensor, now); }
    // No promise is about waking, and none about commands that a server will not have.
    void operator()(const SensorWoke&) const {}
    void operator()(const CommandsRefused&) const {}
};

struct ObserverTeller {
    Oracle& oracle;
    std::size_t actor;
    const TopicIndex& topics;
    Instant now;

    void operator()(const ObserverConnected& fact) const { oracle.actor_connected(actor, fact.session_present, now); }
    void operator()(const ObserverSubscribed&) const { oracle.actor_subscribed(actor, now); }
    void operator()(const ObserverLost&) const { oracle.actor_lost(actor, now); }
    // What the observer then does not receive is told by the ledger.
    void operator()(const SubscriptionRefused&) const {}
    void operator()(const PublicationSent& fact) const { oracle.command_sent(actor, fact.publication, now); }
    void operator()(const PublicationAcknowledged& fact) const {
        oracle.command_acknowledged(actor, fact.publication, now);
    }
    void operator()(const CommandAnswered& fact) const { oracle.answered(actor, fact.answer, fact.after); }
    // No promise is about what did not reach the broker.
    void operator()(const PublicationRejected&) const {}
    void operator()(const PublicationDropped&) const {}
    void operator()(const ObserverMessage& message) const {
        const std::optional<std::size_t> sensor = topics.sensor_of(message.topic);
        if (!sensor && topics.is_published_by_actors(message.topic)) return;
        const std::optional<Reading> reading = parse_reading(as_text(message.payload));
        const Delivery how{message.dup, message.retain};
        if (sensor && reading && !message.retain)
            oracle.value_seen(actor, *sensor, std::chrono::milliseconds(reading->milliseconds), reading->thousandths,
                              now);
        if (!sensor || !reading) return oracle.other_message(actor, message.topic, as_text(message.payload), how, now);
        oracle.delivered(actor, {*sensor, reading->sequence}, how, now);
    }
};

}  // namespace

void tell_sensor_facts(Oracle& oracle, std::size_t sensor, std::span<const SensorFact> facts, Instant now,
                       const DeviceClock* clock) {
    for (const SensorFact& fact : facts) std::visit(SensorTeller{oracle, sensor, now, clock}, fact);
}

void tell_observer_facts(Oracle& oracle, std::size_t actor, const TopicIndex& topics,
                         std::span<const ObserverFact> facts, Instant now) {
    for (const ObserverFact& fact : facts) std::visit(ObserverTeller{oracle, actor, topics, now}, fact);
}

}  // namespace trunkline::sim
