#include "simulator/oracle/oracle.hpp"

#include <cassert>
#include <utility>

#include "simulator/oracle/settlement.hpp"

namespace trunkline::sim {

namespace {

// Beyond it findings are counted only.
constexpr std::size_t most_findings = 1'000;

bool session_outlives_connection(const ActorPlan& actor) {
    return actor.is_mqtt_5 ? actor.session_expiry > std::chrono::seconds(0) : !actor.clean_session;
}

/// Whether the server was right to have no session for an actor that had one until `lost_at`.
bool session_may_be_gone(const ActorPlan& actor, std::optional<Instant> lost_at, Instant now) {
    if (actor.clean_session) return true;
    return actor.is_mqtt_5 && lost_at && now - *lost_at >= actor.session_expiry;
}

}  // namespace

Oracle::Oracle(const Scenario& scenario, Instant start)
    : scenario_(scenario), start_(start), books_(scenario), history_(scenario.length()) {}

void Oracle::offered(ReadingKey key, Instant now) {
    SensorBook& book = books_.sensors[key.sensor];
    assert(key.sequence > book.last_sequence);
    book.last_sequence = key.sequence;
    if (now < start_ + scenario_.warmup) book.warmup_sequence = key.sequence;
    else ++book.figures.offered;
    ++progress_.offered;
    history_.offered(now - start_);
    OpenReading reading;
    reading.sequence = key.sequence;
    reading.offered_at = now;
    book.open.push_back(reading);
}

void Oracle::sent(ReadingKey key, Instant now) {
    OpenReading* reading = open(key);
    if (reading == nullptr) return;
    const bool first = !reading->was_sent() && !reading->interrupted;
    reading->stage = OpenReading::Stage::under_way;
    if (!first) return;
    reading->sent_at = now;
    const std::span<const Pair> owed = books_.pairs_of(key.sensor);
    for (std::size_t slot = 0; slot < owed.size(); ++slot) {
        if (!books_.actors[owed[slot].actor].is_subscribed) reading->excused |= std::uint64_t{1} << slot;
    }
}

void Oracle::transmissions(ReadingKey key, unsigned count) {
    SensorBook& book = books_.sensors[key.sensor];
    if (book.is_counted(key.sequence)) book.figures.transmissions += count;
    if (OpenReading* reading = open(key)) reading->transmissions += count;
}

void Oracle::acknowledged(ReadingKey key, Instant now) {
    if (books_.sensors[key.sensor].is_counted(key.sequence)) ++books_.sensors[key.sensor].figures.acknowledged;
    ++progress_.acknowledged;
    history_.acknowledged(now - start_);
    end(key, OpenReading::Stage::acknowledged, now);
}

void Oracle::gave_up(ReadingKey key, Instant now) {
    if (books_.sensors[key.sensor].is_counted(key.sequence)) ++books_.sensors[key.sensor].figures.gave_up;
    end(key, OpenReading::Stage::gave_up, now);
}

void Oracle::rejected(ReadingKey key, Instant now) {
    if (books_.sensors[key.sensor].is_counted(key.sequence)) ++books_.sensors[key.sensor].figures.rejected;
    end(key, OpenReading::Stage::rejected, now);
}

void Oracle::interrupted(ReadingKey key, Instant now) {
    end(key, OpenReading::Stage::waiting, now);
    if (OpenReading* reading = open(key)) reading->interrupted = true;
}

void Oracle::dropped_by_sensor(ReadingKey key, LossCause cause, Instant now) {
    end(key, OpenReading::Stage::dropped, now);
    if (OpenReading* reading = open(key)) reading->drop_cause = cause;
}

void Oracle::sensor_connected(std::size_t sensor, Instant now) {
    SensorBook& book = books_.sensors[sensor];
    ++book.figures.connects;
    if (std::exchange(book.is_connected, true)) return;
    ++progress_.sensors_connected;
    history_.connected(now - start_, 1);
}

void Oracle::sensor_lost(std::size_t sensor, Instant now) {
    SensorBook& book = books_.sensors[sensor];
    ++book.figures.losses;
    // An attempt to connect that failed ends no connection.
    if (!std::exchange(book.is_connected, false)) return;
    --progress_.sensors_connected;
    history_.connected(now - start_, -1);
}

void Oracle::delivered(std::size_t actor, ReadingKey key, bool, Instant now) {
    SensorBook& book = books_.sensors[key.sensor];
    ActorFigures& figures = books_.actors[actor].figures;
    ++figures.deliveries;
    const std::optional<std::size_t> slot = books_.slot_of(key.sensor, actor);
    if (!slot || key.sequence == 0 || key.sequence > book.last_sequence) {
        ++figures.unexpected;
        found({Violation::Promise::origin, key.sensor, key.sequence, actor, now});
        return;
    }
    Pair& pair = books_.pairs[book.first_pair + *slot];
    OpenReading* reading = book.find(key.sequence);
    if (reading == nullptr || reading->is_delivered_to(*slot)) {
        history_.duplicate(now - start_);
        if (!book.is_counted(key.sequence)) return;
        ++pair.duplicates;
        ++figures.duplicates;
        return;
    }
    reading->delivered_to |= std::uint64_t{1} << *slot;
    ++progress_.deliveries;
    history_.delivered(now - start_, now - reading->offered_at);
    if (book.is_counted(key.sequence)) {
        ++pair.delivered;
        figures.from_intended.add(now - reading->offered_at);
        figures.from_sent.add(now - reading->sent_at);
    }
    book.close_if_complete(*reading);
}

void Oracle::unexpected(std::size_t actor, std::string_view, Instant) { ++books_.actors[actor].figures.unexpected; }

void Oracle::actor_connected(std::size_t actor, bool session_present, Instant now) {
    ActorBook& book = books_.actors[actor];
    ++book.figures.connects;
    if (session_present) {
        book.is_subscribed = true;
    } else if (book.is_subscribed) {
        // If the server forgot a session that it had to keep, what the session held is not excused.
        if (session_may_be_gone(scenario_.actors[actor], book.lost_at, now)) end_session(actor);
        book.is_subscribed = false;
    }
    book.lost_at.reset();
}

void Oracle::actor_subscribed(std::size_t actor, Instant) { books_.actors[actor].is_subscribed = true; }

void Oracle::actor_lost(std::size_t actor, Instant now) {
    ActorBook& book = books_.actors[actor];
    ++book.figures.losses;
    book.lost_at = now;
    if (!session_outlives_connection(scenario_.actors[actor])) end_session(actor);
}

Verdict Oracle::finish(Instant now) const {
    Verdict verdict = settle(scenario_, books_, start_, now);
    verdict.history = history_.history();
    add_causes(books_, start_, now, history_, verdict.history);
    return verdict;
}

OpenReading* Oracle::open(ReadingKey key) { return books_.sensors[key.sensor].find(key.sequence); }

void Oracle::end(ReadingKey key, OpenReading::Stage stage, Instant now) {
    OpenReading* reading = open(key);
    if (reading == nullptr) return;  // complete before: another acknowledgement changes nothing
    reading->stage = stage;
    reading->ended_at = now;
    books_.sensors[key.sensor].close_if_complete(*reading);
}

void Oracle::end_session(std::size_t actor) {
    books_.actors[actor].is_subscribed = false;
    for (std::size_t sensor = 0; sensor < books_.sensors.size(); ++sensor) {
        const std::optional<std::size_t> slot = books_.slot_of(sensor, actor);
        if (!slot) continue;
        for (OpenReading& reading : books_.sensors[sensor].open) {
            if (reading.was_sent()) reading.excused |= std::uint64_t{1} << *slot;
        }
    }
}

void Oracle::found(const Finding& finding) {
    ++books_.finding_count;
    if (books_.findings.size() < most_findings) books_.findings.push_back(finding);
}

}  // namespace trunkline::sim
