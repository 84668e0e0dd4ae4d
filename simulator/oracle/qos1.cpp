#include "simulator/oracle/qos1.hpp"

#include "simulator/oracle/attribution.hpp"
#include "simulator/oracle/wording.hpp"

namespace trunkline::sim {

namespace {

std::string lost(const Books& books, std::size_t sensor, const Pair& pair, const OpenReading& reading) {
    std::string text = reading_in_words(books, {sensor, reading.sequence}) + " was acknowledged at " +
                       moment_in_words(books, reading.ended_at) + " and never reached " +
                       books.scenario.actors[pair.actor].id + (pair.qos == 2 ? " [MQTT-4.3.3-8]" : " [MQTT-4.3.2-4]") +
                       ": offered at " + moment_in_words(books, reading.offered_at) + ", first sent at " +
                       moment_in_words(books, reading.sent_at);
    if (reading.transmissions != 0) text += ", PUBLISH left " + std::to_string(reading.transmissions) + " times";
    return text;
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
