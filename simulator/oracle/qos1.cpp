#include "simulator/oracle/qos1.hpp"

#include <algorithm>

#include "simulator/oracle/attribution.hpp"
#include "simulator/oracle/wording.hpp"

namespace trunkline::sim {

namespace {

/// What came between the broker and an actor that should have had a message from `since` on.
std::string what_came_between(const Books& books, std::size_t actor, Instant since) {
    // What was not yet on its way to the actor when its connection ended waited as well.
    const auto waited_for = [&](const Return& each) {
        return each.actor == actor && each.at > since && each.lost_at <= since + delivery_grace;
    };
    const auto back = std::find_if(books.returns.begin(), books.returns.end(), waited_for);
    const bool was_away = back != books.returns.end();
    std::string text;
    if (const Outage* outage =
            books.outages.on_the_way(std::nullopt, since, was_away ? back->at : since + delivery_grace))
        text += "; the broker went down at " + moment_in_words(books, outage->from);
    if (was_away)
        text += "; " + books.scenario.actors[actor].id + " came back at " + moment_in_words(books, back->at) +
                (back->session_present ? " and found its session" : " and found no session");
    return text;
}

std::string lost(const Books& books, std::size_t sensor, const Pair& pair, const OpenReading& reading) {
    std::string text = reading_in_words(books, {sensor, reading.sequence}) + " was acknowledged at " +
                       moment_in_words(books, reading.ended_at) + " and never reached " +
                       books.scenario.actors[pair.actor].id + (pair.qos == 2 ? " [MQTT-4.3.3-8]" : " [MQTT-4.3.2-4]") +
                       ": offered at " + moment_in_words(books, reading.offered_at) + ", first sent at " +
                       moment_in_words(books, reading.sent_at);
    if (reading.transmissions > 1) text += ", PUBLISH left " + std::to_string(reading.transmissions) + " times";
    return text + what_came_between(books, pair.actor, reading.ended_at);
}

}  // namespace

void find_lost_readings(const Books& books, Instant end, std::vector<Finding>& findings) {
    for (std::size_t sensor = 0; sensor < books.sensors.size(); ++sensor) {
        const std::span<const Pair> owed = books.pairs_of(sensor);
        for (std::size_t slot = 0; slot < owed.size(); ++slot) {
            if (owed[slot].qos < 1) continue;
            // Warm-up or not: a promise is a promise.
            for (const Attributed& each : undelivered(books, sensor, slot, end)) {
                if (each.cause != LossCause::unexplained) continue;
                findings.push_back({owed[slot].qos == 2 ? Violation::Promise::qos_2 : Violation::Promise::qos_1, sensor,
                                    each.reading->sequence, owed[slot].actor, each.reading->ended_at,
                                    lost(books, sensor, owed[slot], *each.reading)});
            }
        }
    }
}

}  // namespace trunkline::sim
