#pragma once
// Sees every send, acknowledgement and delivery at both ends and decides message by message. README.md has the
// promises.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "protocol/base/instant.hpp"
#include "simulator/devices/topic_index.hpp"
#include "simulator/oracle/books.hpp"
#include "simulator/oracle/causes.hpp"
#include "simulator/oracle/history.hpp"
#include "simulator/oracle/verdict.hpp"
#include "simulator/oracle/wills.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// What has happened so far, for progress lines.
struct OracleProgress {
    std::uint64_t offered = 0;
    std::uint64_t acknowledged = 0;
    std::uint64_t deliveries = 0;  // first copies, to all actors
    std::size_t sensors_connected = 0;
};

/// Facts from both ends, in the order of time. Driven by the world (virtual clock) and by the live driver alike.
/// Holds tens of bytes for a reading that is under way or did not get through, nothing for those that did.
class Oracle {
public:
    /// The scenario outlives the oracle and has at most 64 actors. `start` is the run's beginning on the line of time
    /// of the facts.
    explicit Oracle(const Scenario& scenario, Instant start = Instant{});

    /// From the beginning on, events are kept for the verdict's journal.
    void keep_journal() { journal_.emplace(); }

    /// Facts of this sensor are about to come: what they need is brought near. In two steps (bring_near.hpp).
    void expect(std::size_t sensor, unsigned step) const;

    // facts from the sensors' side
    void offered(ReadingKey key, Instant now);  // a reading exists; numbers of a sensor rise
    void sent(ReadingKey key, Instant now);     // handed to the protocol client: PUBLISH is under way
    void transmissions(ReadingKey key,
                       unsigned count);      // PUBLISH datagrams that left for it, when its exchange has ended
    void left(ReadingKey key, Instant now);  // QoS 0 and -1: PUBLISH left, and nothing will be heard of it
    void acknowledged(ReadingKey key, Instant now);
    void gave_up(ReadingKey key, Instant now);
    void rejected(ReadingKey key, Instant now);
    void interrupted(ReadingKey key, Instant now);  // the connection ended during its exchange: it waits again
    void dropped_by_sensor(ReadingKey key, LossCause cause, Instant now);
    void session_asked(std::size_t sensor, Instant now);  // an RTU's CONNECT leaves
    void session_answered(std::size_t sensor, bool session_present,
                          Instant now);  // CONNACK; sensor_connected() follows
    void sensor_connected(std::size_t sensor, Instant now);
    void sensor_lost(std::size_t sensor, Instant now);
    void sensor_left(std::size_t sensor, Instant now);  // its connection ended with DISCONNECT
    void sensor_slept(std::size_t sensor, Instant now);

    // facts from between; whoever does not tell them only makes the oracle more lenient
    /// QoS 0 and -1: a datagram of it reached the gateway. All of them or none are told.
    void arrived(ReadingKey key, Instant now);
    /// A datagram between a device and its gateway found the link's queue full: one of this reading, or another one.
    void link_queue_was_full(std::optional<ReadingKey> key);
    /// A datagram of this reading was larger than the link's MTU.
    void link_mtu_was_exceeded(ReadingKey key);
    /// A datagram of this reading was under way when its sensor's address changed, or came from an address that its
    /// gateway did not know as the sensor's.
    void address_changed(ReadingKey key);
    /// A datagram between a device and its gateway.
    void link_duplicated() { books_.count(NamedEvent::link_duplicated); }
    void station_cut(std::size_t sensor, Instant now);  // a fault has cut its station off
    void station_restored(std::size_t sensor, Instant now);

    // facts from whoever holds the wills: the gateway for MQTT-SN, the broker for MQTT; a device without a will may be
    // told as well
    void supervised(std::size_t sensor, Instant now);  // its CONNECT was accepted
    /// Something of the device reached its holder. `interval`: from now on this is how long it means to be silent, by
    /// the DISCONNECT that begins its sleep, or by a CONNECT.
    void heard(std::size_t sensor, std::optional<Duration> interval, Instant now);
    void supervision_ended(std::size_t sensor, SupervisionEnd end, Instant now);

    void upstream_lost(std::size_t sensor, Instant now);  // the gateway's connection to the broker for this sensor

    /// The gateway's own connection to the broker, which carries what sensors publish without one (QoS -1).
    void own_upstream_lost(std::size_t gateway, Instant now);

    // facts from between a sensor and its gateway; whoever does not tell them only makes the oracle more lenient
    void registered(std::size_t sensor, std::uint16_t topic_id, Instant now);        // REGACK reached it
    void topic_id_refused(std::size_t sensor, std::uint16_t topic_id, Instant now);  // PUBACK "invalid topic id"
    void messages_asked(std::size_t sensor, Instant now);  // PINGREQ of a sensor that sleeps reached the gateway
    void nothing_waits(std::size_t sensor, Instant now);   // PINGRESP reached it

    // facts about commands; `publication`: index into ActorPlan::publications
    void command_sent(std::size_t actor, std::size_t publication, Instant now);
    void command_acknowledged(std::size_t actor, std::size_t publication, Instant now);
    /// The broker had no room for it, or not any more, on its way to the device.
    void command_dropped(std::string_view topic, Instant now);
    void commands_subscribed(std::size_t sensor, Instant now);
    void command_received(std::size_t sensor, Instant now);

    // outages
    void broker_down(Instant now);
    void broker_up(bool state_kept, Instant now);  // false: with an empty disk
    void gateway_down(std::size_t gateway, Instant now);
    void gateway_up(std::size_t gateway, bool state_kept, Instant now);
    void partition_began(std::size_t gateway, Instant now);  // between it and the broker
    void partition_ended(std::size_t gateway, Instant now);

    /// It stands still: what it was to do meanwhile comes late.
    void broker_frozen(Instant now);
    void broker_thawed(Instant now);
    void gateway_frozen(std::size_t gateway, Instant now);
    void gateway_thawed(std::size_t gateway, Instant now);
    /// It takes nothing in: what has to be stored before it is acknowledged waits.
    void broker_disk_full(Instant now);
    void broker_disk_has_room(Instant now);
    void gateway_disk_full(std::size_t gateway, Instant now);
    void gateway_disk_has_room(std::size_t gateway, Instant now);

    /// Something that a scenario can ask for by its name.
    void happened(NamedEvent event) { books_.count(event); }

    // facts from the broker
    void dropped_by_broker(std::size_t actor, std::string_view topic, LossCause cause, Instant now);

    // facts from the actors' side
    void actor_attempts(std::size_t actor, Instant now);                         // its CONNECT leaves
    void actor_connected(std::size_t actor, bool session_present, Instant now);  // CONNACK
    /// SUBACK for all of its filters: from now on it is owed what matches. Before, it is not.
    void actor_subscribed(std::size_t actor, Instant now);
    void actor_lost(std::size_t actor, Instant now);
    void delivered(std::size_t actor, ReadingKey key, Delivery how, Instant now);
    /// What a reading that was delivered says: taken then since the run's beginning, by the device's clock.
    void value_seen(std::size_t actor, std::size_t sensor, Duration taken, std::int64_t thousandths, Instant now) {
        books_.watches.value_seen(sensor, books_.owed_by(actor), taken, thousandths, now);
    }
    /// A command in an actor's script was answered, so long after it was due; `answer`: index into ActorPlan::answers.
    void answered(std::size_t actor, std::size_t answer, Duration after);
    /// A message that is no reading: a device's will, or one that no sensor sent.
    void other_message(std::size_t actor, std::string_view topic, std::string_view payload, Delivery how, Instant now);

    // when faults are over and the time to settle has passed (Scenario::chaos); whoever does not tell checks less
    /// What the broker keeps for late subscribers of the sensor's topic, by the moment at which it got it.
    void retained_kept(std::size_t sensor, std::optional<Instant> received_at, Instant now);
    void settled(Instant now);

    // verdict
    /// Closes the books: no facts after it.
    Verdict finish(Instant now) const;
    OracleProgress progress() const { return progress_; }

private:
    OpenReading* open(ReadingKey key);
    void end(ReadingKey key, OpenReading::Stage stage, Instant now);
    void close_if_complete(std::size_t sensor, const OpenReading& reading);
    void leave(std::size_t sensor, Instant now);
    void end_session(std::size_t actor);
    void excuse_qos_0(std::size_t actor);
    void note_waiting(Instant now);
    void note(RunEvent event, Instant now);
    void note_reading(RunEvent::Kind kind, ReadingKey key, std::size_t actor, Duration lasted, Instant now);
    void note_undelivered(Instant end, Journal& journal) const;
    void first_copy(std::size_t actor, std::size_t slot, ReadingKey key, OpenReading& reading, Instant now);
    void further_copy(std::size_t actor, std::size_t slot, ReadingKey key, const OpenReading* reading, Instant now);

    const Scenario& scenario_;
    Instant start_;
    TopicIndex topics_;
    Books books_;
    HistoryKeeper history_;
    OracleProgress progress_;
    std::optional<Journal> journal_;
};

}  // namespace trunkline::sim
