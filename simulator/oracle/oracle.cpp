#include "simulator/oracle/oracle.hpp"

#include <cassert>

#include "simulator/oracle/attribution.hpp"
#include "simulator/oracle/liveness.hpp"
#include "simulator/oracle/order.hpp"
#include "simulator/oracle/qos0.hpp"
#include "simulator/oracle/qos2.hpp"
#include "simulator/oracle/queues.hpp"
#include "simulator/oracle/retained.hpp"
#include "simulator/oracle/sessions.hpp"
#include "simulator/oracle/settlement.hpp"
#include "simulator/oracle/wording.hpp"

namespace trunkline::sim {

namespace {

/// Whether the server was right to have no session for an actor that had one until `lost_at`.
bool session_may_be_gone(const ActorPlan& actor, std::optional<Instant> lost_at, Instant now) {
    if (actor.clean_session) return true;
    return actor.is_mqtt_5 && lost_at && now - *lost_at >= actor.session_expiry;
}

/// A gateway notices the end of a connection to the broker after its Keep Alive and the time for PINGRESP, 80 s, at the
/// latest.
constexpr Duration upstream_patience = std::chrono::minutes(2);

/// What left at QoS 0 for a connection that turns out to have ended, nobody may have taken.
void doubt_left(SensorBook& book, Duration patience, Instant now) {
    for (OpenReading& reading : book.open) {
        if (reading.stage == OpenReading::Stage::left && now - reading.ended_at < patience) reading.interrupted = true;
    }
}

std::uint32_t index_of(std::size_t place) { return static_cast<std::uint32_t>(place); }

/// Whoever supervises the device takes it for lost.
bool is_death(SupervisionEnd end) {
    return end == SupervisionEnd::expired || end == SupervisionEnd::no_answer ||
           end == SupervisionEnd::connection_broken;
}

std::string unfounded(const Books& books, std::size_t actor, ReadingKey key, Instant now) {
    std::string text = reading_in_words(books, key) + " reached " + books.scenario.actors[actor].id + " at " +
                       moment_in_words(books, now) + ", but ";
    if (!books.slot_of(key.sensor, actor)) return text + "none of its subscriptions matches";
    return text + "the sensor offered " + std::to_string(books.sensors[key.sensor].last_sequence) + " readings only";
}

}  // namespace

Oracle::Oracle(const Scenario& scenario, Instant start)
    : scenario_(scenario),
      start_(start),
      topics_(scenario),
      books_(scenario, start),
      history_(scenario.length(), scenario.report.interval, scenario.sensors.size()) {}

void Oracle::offered(ReadingKey key, Instant now) {
    SensorBook& book = books_.sensors[key.sensor];
    assert(key.sequence > book.last_sequence);
    book.last_sequence = key.sequence;
    if (now < start_ + scenario_.warmup) {
        book.warmup_sequence = key.sequence;
    } else {
        ++book.figures.offered;
        if (scenario_.sensors[key.sensor].qos > 0) ++book.figures.to_acknowledge;
        books_.watches.offered(key.sensor, now);
    }
    ++progress_.offered;
    history_.offered(now - start_);
    book.close_old(now);
    OpenReading reading;
    reading.sequence = key.sequence;
    reading.offered_at = now;
    reading.was_cut_off = book.is_cut_off;
    book.open.push_back(reading);
}

void Oracle::sent(ReadingKey key, Instant now) {
    OpenReading* reading = open(key);
    if (reading == nullptr) return;
    const bool first = !reading->was_sent() && !reading->interrupted;
    reading->stage = OpenReading::Stage::under_way;
    if (!first) return;
    reading->sent_at = now;
    // What it waited for before is not what becomes of it now.
    reading->was_cut_off = books_.sensors[key.sensor].is_cut_off;
    const std::span<const Pair> owed = books_.pairs_of(key.sensor);
    for (std::size_t slot = 0; slot < owed.size(); ++slot) {
        // QoS 0 is not kept for whoever is away.
        const bool is_owed = books_.is_anybody_subscribed(owed[slot].actor, owed[slot].qos <= 0);
        if (!is_owed) reading->excused |= std::uint64_t{1} << slot;
    }
}

void Oracle::transmissions(ReadingKey key, unsigned count) {
    SensorBook& book = books_.sensors[key.sensor];
    if (count > 1) books_.count(NamedEvent::publish_repeated);
    if (book.is_counted(key.sequence)) book.figures.transmissions += count;
    if (OpenReading* reading = open(key)) reading->transmissions += count;
}

void Oracle::left(ReadingKey key, Instant now) {
    if (books_.sensors[key.sensor].is_counted(key.sequence)) ++books_.sensors[key.sensor].figures.left;
    end(key, OpenReading::Stage::left, now);
    // The gateway's connection may not be back, and nobody waits for a QoS 0 reading.
    const std::optional<Instant> lost_at = books_.sensors[key.sensor].upstream_lost_at;
    OpenReading* const reading = open(key);
    if (reading != nullptr && lost_at && now < *lost_at + upstream_returns) reading->interrupted = true;
}

void Oracle::acknowledged(ReadingKey key, Instant now) {
    if (books_.sensors[key.sensor].is_counted(key.sequence)) ++books_.sensors[key.sensor].figures.acknowledged;
    ++progress_.acknowledged;
    history_.acknowledged(now - start_);
    note_accepted(books_, key, now);
    end(key, OpenReading::Stage::acknowledged, now);
}

void Oracle::gave_up(ReadingKey key, Instant now) {
    if (books_.sensors[key.sensor].is_counted(key.sequence)) ++books_.sensors[key.sensor].figures.gave_up;
    books_.count(NamedEvent::publish_given_up);
    note_reading(RunEvent::Kind::gave_up, key, 0, {}, now);
    end(key, OpenReading::Stage::gave_up, now);
}

void Oracle::rejected(ReadingKey key, Instant now) {
    if (books_.sensors[key.sensor].is_counted(key.sequence)) ++books_.sensors[key.sensor].figures.rejected;
    note_reading(RunEvent::Kind::rejected, key, 0, {}, now);
    books_.count(NamedEvent::reading_rejected);
    end(key, OpenReading::Stage::rejected, now);
}

void Oracle::interrupted(ReadingKey key, Instant now) {
    end(key, OpenReading::Stage::waiting, now);
    if (OpenReading* reading = open(key)) reading->interrupted = true;
}

void Oracle::dropped_by_sensor(ReadingKey key, LossCause cause, Instant now) {
    books_.count(NamedEvent::store_overflowed);
    end(key, OpenReading::Stage::dropped, now);
    if (OpenReading* reading = open(key)) reading->drop_cause = cause;
}

void Oracle::session_asked(std::size_t sensor, Instant) { ++books_.sensors[sensor].session.attempts; }

void Oracle::session_answered(std::size_t sensor, bool session_present, Instant now) {
    note({.kind = RunEvent::Kind::sensor_session, .flag = session_present, .index = index_of(sensor)}, now);
    check_rtu_session(books_, sensor, session_present, now);
    books_.sensors[sensor].session.connected(terms_of(scenario_.sensors[sensor]).outlives_connection(), now);
}

void Oracle::sensor_connected(std::size_t sensor, Instant now) {
    note({.kind = RunEvent::Kind::sensor_connected, .index = index_of(sensor)}, now);
    SensorBook& book = books_.sensors[sensor];
    ++book.figures.connects;
    registrations_begin_anew(books_, sensor);
    commands_interrupted(books_, sensor);
    if (book.is_connected) return;
    book.is_connected = true;
    books_.watches.connected(sensor, true, now);
    history_.connected(now - start_, 1);
    ++progress_.sensors_connected;
}

void Oracle::sensor_lost(std::size_t sensor, Instant now) {
    books_.count(NamedEvent::sensor_lost);
    note({.kind = RunEvent::Kind::sensor_lost, .index = index_of(sensor)}, now);
    leave(sensor, now);
}

void Oracle::sensor_left(std::size_t sensor, Instant now) {
    note({.kind = RunEvent::Kind::sensor_left, .index = index_of(sensor)}, now);
    leave(sensor, now);
}

/// With DISCONNECT or without.
void Oracle::leave(std::size_t sensor, Instant now) {
    SensorBook& book = books_.sensors[sensor];
    ++book.figures.losses;
    commands_interrupted(books_, sensor);
    registrations_begin_anew(books_, sensor);
    doubt_left(book, Duration(scenario_.sensors[sensor].keep_alive) * 2, now);
    // A sensor may lose a connection that it never quite had.
    if (!book.is_connected) return;
    book.session.lost_at = now;
    book.is_connected = false;
    books_.watches.connected(sensor, false, now);
    --progress_.sensors_connected;
    history_.connected(now - start_, -1);
}

void Oracle::sensor_slept(std::size_t sensor, Instant now) {
    note({.kind = RunEvent::Kind::sensor_sleeps, .index = index_of(sensor)}, now);
    books_.count(NamedEvent::sensor_slept);
}

void Oracle::arrived(ReadingKey key, Instant) {
    books_.arrivals_are_told = true;
    OpenReading* const reading = open(key);
    if (reading == nullptr) return;
    ++reading->arrivals;
    // At QoS 0 the sensor cannot know that its gateway has given it up.
    if (books_.sensors[key.sensor].is_given_up) reading->interrupted = true;
}

void Oracle::link_queue_was_full(std::optional<ReadingKey> key) {
    books_.count(NamedEvent::link_queue_overflowed);
    OpenReading* reading = key ? open(*key) : nullptr;
    if (reading != nullptr) reading->met_full_queue = true;
}

void Oracle::link_mtu_was_exceeded(ReadingKey key) {
    if (OpenReading* reading = open(key)) reading->exceeded_mtu = true;
}

void Oracle::address_changed(ReadingKey key) {
    if (OpenReading* reading = open(key)) reading->met_new_address = true;
}

void Oracle::station_cut(std::size_t sensor, Instant now) {
    SensorBook& book = books_.sensors[sensor];
    book.is_cut_off = true;
    for (OpenReading& reading : book.open) {
        const bool just_left =
            reading.stage == OpenReading::Stage::left && now - reading.ended_at < std::chrono::seconds(10);
        if (reading.stage == OpenReading::Stage::under_way || just_left) reading.was_cut_off = true;
    }
}

void Oracle::station_restored(std::size_t sensor, Instant) { books_.sensors[sensor].is_cut_off = false; }

void Oracle::supervised(std::size_t sensor, Instant now) {
    books_.sensors[sensor].is_given_up = false;
    will_supervised(books_, sensor, now);
}

void Oracle::heard(std::size_t sensor, std::optional<Duration> interval, Instant now) {
    will_heard(books_, sensor, interval, now);
}

void Oracle::supervision_ended(std::size_t sensor, SupervisionEnd end, Instant now) {
    if (end != SupervisionEnd::disconnected && end != SupervisionEnd::replaced)
        books_.sensors[sensor].is_given_up = true;
    if (is_death(end)) {
        note({.kind = RunEvent::Kind::supervision_ended, .index = index_of(sensor)}, now);
        if (scenario_.sensors[sensor].will) history_.death(now - start_);
    }
    will_supervision_ended(books_, sensor, end, now);
    registrations_ended(books_, sensor, end);
}

void Oracle::upstream_lost(std::size_t sensor, Instant now) {
    books_.sensors[sensor].upstream_lost_at = now;
    if (scenario_.sensors[sensor].qos <= 0) doubt_left(books_.sensors[sensor], upstream_patience, now);
    will_upstream_lost(books_, sensor, now);
    commands_upstream_lost(books_, sensor, now);
}

void Oracle::own_upstream_lost(std::size_t gateway, Instant now) {
    for (std::size_t sensor = 0; sensor < books_.sensors.size(); ++sensor) {
        if (scenario_.sensors[sensor].qos < 0 && books_.gateway_of(sensor) == gateway)
            doubt_left(books_.sensors[sensor], upstream_patience, now);
    }
}

void Oracle::registered(std::size_t sensor, std::uint16_t topic_id, Instant now) {
    note_registration(books_, sensor, topic_id, now);
}

void Oracle::topic_id_refused(std::size_t sensor, std::uint16_t topic_id, Instant now) {
    books_.count(NamedEvent::topic_id_refused);
    check_refused_topic_id(books_, sensor, topic_id, now);
}

void Oracle::messages_asked(std::size_t sensor, Instant now) { waiting_messages_asked(books_, sensor, now); }

void Oracle::nothing_waits(std::size_t sensor, Instant now) { check_nothing_waits(books_, sensor, now); }

void Oracle::command_sent(std::size_t actor, std::size_t publication, Instant now) {
    books_.commands.sent(actor, publication, now);
}

void Oracle::command_dropped(std::string_view topic, Instant now) { sim::command_dropped(books_, topic, now); }

void Oracle::command_acknowledged(std::size_t actor, std::size_t publication, Instant now) {
    sim::command_acknowledged(books_, actor, publication, now);
}

void Oracle::commands_subscribed(std::size_t sensor, Instant now) { sim::commands_subscribed(books_, sensor, now); }

void Oracle::command_received(std::size_t sensor, Instant now) {
    books_.count(NamedEvent::command_received);
    sim::command_received(books_, sensor, now);
}

void Oracle::broker_down(Instant now) {
    note({.kind = RunEvent::Kind::broker_down}, now);
    books_.outages.began(Outage::Of::broker, 0, now);
    wills_broker_down(books_, now);
}

void Oracle::broker_up(bool state_kept, Instant now) {
    note({.kind = RunEvent::Kind::broker_up, .flag = state_kept}, now);
    books_.outages.ended(Outage::Of::broker, 0, now);
    books_.count(NamedEvent::broker_restarted);
    wills_broker_up(books_, state_kept, now);
    if (state_kept) return;
    books_.state_lost_at = now;
    for (std::size_t actor = 0; actor < books_.actors.size(); ++actor) end_session(actor);
    note_waiting(now);
}

void Oracle::gateway_down(std::size_t gateway, Instant now) {
    note({.kind = RunEvent::Kind::gateway_down, .index = index_of(gateway)}, now);
    books_.outages.began(Outage::Of::gateway, gateway, now);
    wills_gateway_down(books_, gateway, now);
}

void Oracle::gateway_up(std::size_t gateway, bool state_kept, Instant now) {
    note({.kind = RunEvent::Kind::gateway_up, .flag = state_kept, .index = index_of(gateway)}, now);
    books_.outages.ended(Outage::Of::gateway, gateway, now);
    books_.count(NamedEvent::gateway_restarted);
    wills_gateway_up(books_, gateway, state_kept, now);
    if (state_kept) return;
    books_.state_lost_at = now;
    registrations_lost(books_, gateway);
}

void Oracle::partition_began(std::size_t gateway, Instant now) {
    note({.kind = RunEvent::Kind::partition_begins, .index = index_of(gateway)}, now);
    books_.outages.began(Outage::Of::partition, gateway, now);
}

void Oracle::partition_ended(std::size_t gateway, Instant now) {
    note({.kind = RunEvent::Kind::partition_ends, .index = index_of(gateway)}, now);
    books_.outages.ended(Outage::Of::partition, gateway, now);
}

void Oracle::broker_frozen(Instant now) {
    books_.count(NamedEvent::broker_paused);
    books_.outages.began(Outage::Of::broker, 0, now);
}
void Oracle::broker_thawed(Instant now) { books_.outages.ended(Outage::Of::broker, 0, now); }

void Oracle::gateway_frozen(std::size_t gateway, Instant now) {
    books_.count(NamedEvent::gateway_paused);
    books_.outages.began(Outage::Of::gateway, gateway, now);
}
void Oracle::gateway_thawed(std::size_t gateway, Instant now) {
    books_.outages.ended(Outage::Of::gateway, gateway, now);
}

void Oracle::broker_disk_full(Instant now) { books_.outages.began(Outage::Of::broker_disk, 0, now); }
void Oracle::broker_disk_has_room(Instant now) { books_.outages.ended(Outage::Of::broker_disk, 0, now); }
void Oracle::gateway_disk_full(std::size_t gateway, Instant now) {
    books_.outages.began(Outage::Of::gateway_disk, gateway, now);
}
void Oracle::gateway_disk_has_room(std::size_t gateway, Instant now) {
    books_.outages.ended(Outage::Of::gateway_disk, gateway, now);
}

void Oracle::dropped_by_broker(std::size_t actor, std::string_view topic, LossCause cause, Instant now) {
    for (const std::size_t place : books_.wills.at_topic(topic))
        will_dropped(books_, books_.wills.all()[place].sensor, actor, now);
    const std::optional<std::size_t> sensor = topics_.sensor_of(topic);
    if (!sensor) return;
    const std::optional<std::size_t> slot = books_.slot_of(*sensor, actor);
    if (!slot) return;
    note_drop(books_, *sensor, *slot, {now, cause});
    note_waiting(now);
}

void Oracle::actor_attempts(std::size_t actor, Instant) { ++books_.actors[actor].session.attempts; }

void Oracle::actor_connected(std::size_t actor, bool session_present, Instant now) {
    note({.kind = RunEvent::Kind::actor_connected, .flag = session_present, .actor = index_of(actor)}, now);
    check_session(books_, actor, session_present, now);
    ActorBook& book = books_.actors[actor];
    const SessionBook& before = book.session;
    if (before.lost_at) books_.returns.push_back({actor, *before.lost_at, now, session_present});
    if (session_present) books_.count(NamedEvent::session_resumed);
    else if (before.had_session) books_.count(NamedEvent::session_gone);
    ++book.figures.connects;
    if (session_present) {
        book.is_subscribed = true;
    } else if (book.is_subscribed) {
        // If the server forgot a session that it had to keep, what the session held is not excused.
        if (session_may_be_gone(scenario_.actors[actor], before.lost_at, now)) end_session(actor);
        book.is_subscribed = false;
    }
    book.is_connected = true;
    book.connected_at = now;
    book.subscribed_at.reset();
    book.session.connected(terms_of(scenario_.actors[actor]).outlives_connection(), now);
    note_waiting(now);
}

void Oracle::actor_subscribed(std::size_t actor, Instant now) {
    ActorBook& book = books_.actors[actor];
    if (!book.is_subscribed) book.subscribed_at = now;
    book.is_subscribed = true;
}

void Oracle::actor_lost(std::size_t actor, Instant now) {
    note({.kind = RunEvent::Kind::actor_lost, .actor = index_of(actor)}, now);
    std::vector<Finding> missing;
    check_retained_complete(books_, actor, now, missing);
    for (Finding& finding : missing) books_.findings.add(std::move(finding));
    ActorBook& book = books_.actors[actor];
    ++book.figures.losses;
    book.is_connected = false;
    book.session.lost_at = now;
    if (terms_of(scenario_.actors[actor]).outlives_connection()) excuse_qos_0(actor);
    else end_session(actor);
    note_waiting(now);
}

void Oracle::delivered(std::size_t actor, ReadingKey key, Delivery how, Instant now) {
    SensorBook& book = books_.sensors[key.sensor];
    ActorFigures& figures = books_.actors[actor].figures;
    const std::optional<std::size_t> slot = books_.slot_of(key.sensor, actor);
    if (!slot || key.sequence == 0 || key.sequence > book.last_sequence) {
        ++figures.deliveries;
        ++figures.unexpected;
        books_.findings.add(
            {Violation::Promise::origin, key.sensor, key.sequence, actor, now, unfounded(books_, actor, key, now)});
        return;
    }
    if (how.retain) {
        // It tells what the value is; that the reading was published is told to those who are subscribed already.
        ++figures.retained;
        return check_retained(books_, key, actor, now);
    }
    ++figures.deliveries;
    OpenReading* reading = book.find(key.sequence);
    const bool is_first = reading != nullptr && !reading->is_delivered_to(*slot);
    if (is_first) first_copy(actor, *slot, key, *reading, now);
    else further_copy(actor, *slot, key, reading, now);
}

void Oracle::first_copy(std::size_t actor, std::size_t slot, ReadingKey key, OpenReading& reading, Instant now) {
    note_reading(RunEvent::Kind::delivered, key, actor, now - reading.offered_at, now);
    SensorBook& book = books_.sensors[key.sensor];
    check_order(books_, key, slot, reading, now);
    end_waiting(books_, key.sensor, slot, reading);
    note_waiting(now);
    reading.delivered_to |= std::uint64_t{1} << slot;
    books_.watches.known(key.sensor, books_.owed_by(actor), reading.offered_at, now);
    ++progress_.deliveries;
    history_.delivered(now - start_, now - reading.offered_at, key.sensor);
    if (book.is_counted(key.sequence)) {
        ++books_.pairs_of(key.sensor)[slot].delivered;
        ActorFigures& figures = books_.actors[actor].figures;
        figures.from_intended.add(now - reading.offered_at);
        figures.from_sent.add(now - reading.sent_at);
        books_.watches.delivered(key.sensor, books_.owed_by(actor), reading.offered_at, reading.sent_at, now);
    }
    close_if_complete(key.sensor, reading);
}

void Oracle::further_copy(std::size_t actor, std::size_t slot, ReadingKey key, const OpenReading* reading,
                          Instant now) {
    note_reading(RunEvent::Kind::delivered_again, key, actor, {}, now);
    books_.count(NamedEvent::delivery_repeated);
    history_.duplicate(now - start_);
    check_qos_0_copy(books_, key, actor, slot, reading, now);
    check_qos_2_copy(books_, key, actor, slot, reading, now);
    if (!books_.sensors[key.sensor].is_counted(key.sequence)) return;
    ++books_.pairs_of(key.sensor)[slot].duplicates;
    ++books_.actors[actor].figures.duplicates;
}

void Oracle::other_message(std::size_t actor, std::string_view topic, std::string_view payload, Delivery how,
                           Instant now) {
    if (const auto sensor = books_.wills.sensor_of(topic, payload)) {
        ++books_.actors[actor].figures.wills;
        note({.kind = RunEvent::Kind::will, .index = index_of(*sensor), .actor = index_of(actor)}, now);
        history_.will(now - start_);
        if (scenario_.actors[actor].team) return;  // which of the team gets one is nobody's promise
        return will_seen(books_, actor, *sensor, how, now);
    }
    ++books_.actors[actor].figures.unexpected;
}

void Oracle::answered(std::size_t actor, std::size_t answer, Duration after) {
    books_.actors[actor].answers[answer] = {true, after};
}

void Oracle::retained_kept(std::size_t sensor, std::optional<Instant> received_at, Instant now) {
    check_retained_agrees(books_, sensor, received_at, now);
}

void Oracle::settled(Instant now) { check_liveness(books_, now); }

Verdict Oracle::finish(Instant now) const {
    Verdict verdict = settle(books_, now);
    verdict.history = history_.history();
    add_causes(books_, now, history_, verdict.history);
    if (journal_) {
        verdict.journal = *journal_;
        note_undelivered(now, verdict.journal);
    }
    return verdict;
}

void Oracle::note(RunEvent event, Instant now) {
    if (!journal_) return;
    event.at = Instant(now - start_);
    journal_->note(event);
}

void Oracle::note_reading(RunEvent::Kind kind, ReadingKey key, std::size_t actor, Duration lasted, Instant now) {
    if (!journal_) return;
    note({.kind = kind,
          .index = index_of(key.sensor),
          .actor = index_of(actor),
          .sequence = key.sequence,
          .lasted = lasted},
         now);
}

void Oracle::note_undelivered(Instant end, Journal& journal) const {
    for (std::size_t sensor = 0; sensor < books_.sensors.size(); ++sensor) {
        const std::span<const Pair> owed = books_.pairs_of(sensor);
        for (std::size_t slot = 0; slot < owed.size(); ++slot) {
            for (const Attributed& each : undelivered(books_, sensor, slot, end))
                journal.note({.kind = RunEvent::Kind::undelivered,
                              .cause = each.cause,
                              .index = index_of(sensor),
                              .actor = owed[slot].actor,
                              .at = Instant(each.reading->offered_at - start_),
                              .sequence = each.reading->sequence});
        }
    }
}

OpenReading* Oracle::open(ReadingKey key) { return books_.sensors[key.sensor].find(key.sequence); }

void Oracle::end(ReadingKey key, OpenReading::Stage stage, Instant now) {
    OpenReading* reading = open(key);
    if (reading == nullptr) return;  // complete before: another acknowledgement changes nothing
    const bool begins_to_wait =
        stage == OpenReading::Stage::acknowledged && reading->stage != OpenReading::Stage::acknowledged;
    reading->stage = stage;
    reading->ended_at = now;
    if (begins_to_wait) {
        begin_waiting(books_, key.sensor, *reading, now);
        note_waiting(now);
    }
    close_if_complete(key.sensor, *reading);
}

void Oracle::close_if_complete(std::size_t sensor, const OpenReading& reading) {
    const Instant due = reading.offered_at;
    if (books_.sensors[sensor].close_if_complete(reading)) books_.watches.trial_closed(sensor, due);
}

void Oracle::note_waiting(Instant now) {
    std::int64_t messages = 0;
    for (const ActorBook& actor : books_.actors) messages += std::max<std::int64_t>(actor.waiting, 0);
    history_.waiting(now - start_, static_cast<std::uint64_t>(messages));
}

void Oracle::end_session(std::size_t actor) {
    books_.actors[actor].is_subscribed = false;
    wills_session_ended(books_, actor);
    for (std::size_t sensor = 0; sensor < books_.sensors.size(); ++sensor) {
        const std::optional<std::size_t> slot = books_.slot_of(sensor, actor);
        if (!slot) continue;
        for (OpenReading& reading : books_.sensors[sensor].open) {
            if (!reading.was_sent() && !reading.interrupted) continue;
            end_waiting(books_, sensor, *slot, reading);
            reading.excused |= std::uint64_t{1} << *slot;
        }
    }
}

/// What is under way to it at QoS 0 ends with its connection.
void Oracle::excuse_qos_0(std::size_t actor) {
    for (std::size_t sensor = 0; sensor < books_.sensors.size(); ++sensor) {
        const std::optional<std::size_t> slot = books_.slot_of(sensor, actor);
        if (!slot || books_.pairs_of(sensor)[*slot].qos > 0) continue;
        for (OpenReading& reading : books_.sensors[sensor].open) {
            if (!reading.was_sent()) continue;
            end_waiting(books_, sensor, *slot, reading);
            reading.excused |= std::uint64_t{1} << *slot;
        }
    }
}

}  // namespace trunkline::sim
