#include "simulator/oracle/liveness.hpp"

#include <algorithm>
#include <string>

#include "simulator/oracle/attribution.hpp"
#include "simulator/oracle/retained.hpp"
#include "simulator/oracle/wording.hpp"
#include "simulator/plan/durations.hpp"

namespace trunkline::sim {

namespace {

constexpr std::size_t no_slot = static_cast<std::size_t>(-1);

std::string settled(const Books& books, Instant now) {
    return " at " + moment_in_words(books, now) + ", " + duration_text(books.scenario.chaos->settle) +
           " after everything was healed";
}

void find_stuck(Books& books, std::size_t sensor, std::uint64_t sequence, std::size_t actor, Instant now,
                std::string text) {
    books.findings.add({Violation::Promise::liveness, sensor, sequence, actor, now, std::move(text)});
}

/// A link that loses packets breaks a connection now and then: who has been without one for half of the time does not
/// come back.
bool is_gone_for_long(const Books& books, std::optional<Instant> lost_at, Instant now) {
    return !lost_at || now - *lost_at > books.scenario.chaos->settle / 2;
}

void check_device(Books& books, std::size_t sensor, Instant now) {
    const SensorBook& book = books.sensors[sensor];
    const std::string& id = books.scenario.sensors[sensor].id;
    const bool connects = books.scenario.sensors[sensor].qos >= 0;
    if (connects && !book.is_connected && is_gone_for_long(books, book.session.lost_at, now))
        find_stuck(books, sensor, 0, no_actor, now, id + " has no connection" + settled(books, now));
    const auto is_stuck = [](const OpenReading& each) {
        return each.stage == OpenReading::Stage::waiting || each.stage == OpenReading::Stage::under_way;
    };
    const auto oldest = std::find_if(book.open.begin(), book.open.end(), is_stuck);
    if (oldest == book.open.end()) return;
    const bool waits = oldest->stage == OpenReading::Stage::waiting;
    find_stuck(books, sensor, oldest->sequence, no_actor, now,
               reading_in_words(books, {sensor, oldest->sequence}) +
                   (waits ? " still waits in its device" : " is still under way") + settled(books, now) +
                   ": offered at " + moment_in_words(books, oldest->offered_at));
}

/// The oldest reading that waits for the actor of this slot; nothing: none.
std::optional<std::uint64_t> oldest_waiting(const Books& books, std::size_t sensor, std::size_t slot, Instant now) {
    for (const Attributed& each : undelivered(books, sensor, slot, now)) {
        const bool was_accepted = each.reading->stage == OpenReading::Stage::acknowledged;
        if (was_accepted && each.cause == LossCause::run_ended) return each.reading->sequence;
    }
    return std::nullopt;
}

void check_actor(Books& books, std::size_t actor, Instant now) {
    const ActorBook& book = books.actors[actor];
    const std::string& id = books.scenario.actors[actor].id;
    const bool is_away = !book.is_connected && is_gone_for_long(books, book.session.lost_at, now);
    if (is_away || (book.is_connected && !book.is_subscribed))
        find_stuck(books, no_sensor, 0, actor, now,
                   id + (book.is_connected ? " has no subscriptions" : " has no connection") + settled(books, now));
    for (std::size_t sensor = 0; sensor < books.sensors.size(); ++sensor) {
        const std::size_t slot = books.slot_of(sensor, actor).value_or(no_slot);
        if (slot == no_slot || books.pairs_of(sensor)[slot].qos < 1) continue;
        const auto waiting = oldest_waiting(books, sensor, slot, now);
        if (!waiting) continue;
        find_stuck(books, sensor, *waiting, actor, now,
                   reading_in_words(books, {sensor, *waiting}) + " still waits for " + id + settled(books, now));
        return;  // its queue is not empty: that is said
    }
}

}  // namespace

void check_liveness(Books& books, Instant now) {
    for (std::size_t sensor = 0; sensor < books.sensors.size(); ++sensor) check_device(books, sensor, now);
    for (std::size_t actor = 0; actor < books.actors.size(); ++actor) check_actor(books, actor, now);
}

void check_retained_agrees(Books& books, std::size_t sensor, std::optional<Instant> received_at, Instant now) {
    const SensorBook& book = books.sensors[sensor];
    if (!is_retained_judged(books, sensor) || book.accepted == 0) return;
    if (received_at && *received_at >= book.accepted_sent_at) return;
    const std::string kept = received_at ? "is from " + moment_in_words(books, *received_at) : "is gone";
    find_stuck(books, sensor, book.accepted, no_actor, now,
               "the broker's retained message of " + books.scenario.sensors[sensor].id + ' ' + kept +
                   settled(books, now) + ", but number " + std::to_string(book.accepted) + ", sent at " +
                   moment_in_words(books, book.accepted_sent_at) + ", was acknowledged");
}

}  // namespace trunkline::sim
