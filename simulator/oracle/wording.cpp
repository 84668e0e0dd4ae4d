#include "simulator/oracle/wording.hpp"

#include <algorithm>

#include "simulator/oracle/settlement.hpp"
#include "simulator/plan/durations.hpp"

namespace trunkline::sim {

namespace {

const OpenReading* reading_of(const Books& books, const Finding& finding) {
    const auto& open = books.sensors[finding.sensor].open;
    const auto found = std::find_if(open.begin(), open.end(), [&finding](const OpenReading& reading) {
        return reading.sequence == finding.sequence;
    });
    return found == open.end() ? nullptr : &*found;
}

std::string broken_qos_1(const Finding& finding, const Books& books, const std::string& reading,
                         const std::string& actor, Instant start) {
    const auto at = [start](Instant instant) { return clock_text(Instant(instant - start)); };
    std::string text =
        reading + " was acknowledged at " + at(finding.at) + " and never reached " + actor + " [MQTT-4.3.2-4]";
    if (const OpenReading* open = reading_of(books, finding)) {
        text += ": offered at " + at(open->offered_at) + ", first sent at " + at(open->sent_at);
        if (open->transmissions != 0) text += ", PUBLISH left " + std::to_string(open->transmissions) + " times";
    }
    return text;
}

std::string broken_origin(const Finding& finding, const Books& books, const std::string& reading,
                          const std::string& actor, Instant start) {
    std::string text = reading + " reached " + actor + " at " + clock_text(Instant(finding.at - start)) + ", but ";
    if (!books.slot_of(finding.sensor, finding.actor)) return text + "none of its subscriptions matches";
    return text + "the sensor offered " + std::to_string(books.sensors[finding.sensor].last_sequence) +
           " readings only";
}

std::string broken_ledger(const Finding& finding, const Books& books, const std::string& sensor,
                          const std::string& actor, Instant end) {
    const std::size_t slot = books.slot_of(finding.sensor, finding.actor).value_or(0);
    const Ledger ledger = ledger_of(books, finding.sensor, slot, end);
    return "the ledger of " + sensor + " and " + actor + " does not come out even: offered " +
           std::to_string(ledger.offered) + ", delivered " + std::to_string(ledger.delivered) + ", with a cause " +
           std::to_string(ledger.undelivered());
}

}  // namespace

std::string in_words(const Finding& finding, const Scenario& scenario, const Books& books, Instant start, Instant end) {
    const std::string& sensor = scenario.sensors[finding.sensor].id;
    const std::string& actor = scenario.actors[finding.actor].id;
    const std::string reading = "reading " + std::to_string(finding.sequence) + " of " + sensor;
    std::string text;
    switch (finding.promise) {
        case Violation::Promise::qos_1:
            text = broken_qos_1(finding, books, reading, actor, start);
            break;
        case Violation::Promise::origin:
            text = broken_origin(finding, books, reading, actor, start);
            break;
        case Violation::Promise::ledger:
            text = broken_ledger(finding, books, sensor, actor, end);
            break;
    }
    return text + " (seed " + std::to_string(scenario.seed) + ')';
}

}  // namespace trunkline::sim
