#include "simulator/oracle/qos2.hpp"

#include "simulator/oracle/wording.hpp"
#include "simulator/plan/link_lag.hpp"

namespace trunkline::sim {

void check_qos_2_copy(Books& books, ReadingKey key, std::size_t actor, std::size_t slot, const OpenReading* reading,
                      Instant now) {
    const Pair& pair = books.pairs_of(key.sensor)[slot];
    if (pair.qos != 2 || !pair.has_one_filter || books.state_lost_at) return;
    if (reading != nullptr && reading->interrupted) return;
    if (may_outlast_quarantine(books.scenario, key.sensor)) return;
    std::string text = reading_in_words(books, key) + " reached " + books.scenario.actors[actor].id;
    if (pair.newest == key.sequence)
        text += " twice, at " + moment_in_words(books, pair.newest_at) + " and at " + moment_in_words(books, now);
    else
        text += " again at " + moment_in_words(books, now) + ", after number " + std::to_string(pair.newest) + " at " +
                moment_in_words(books, pair.newest_at);
    text += " [MQTT-4.3.3-10]: ";
    if (reading != nullptr) text += "first sent at " + moment_in_words(books, reading->sent_at);
    else text += "it had been acknowledged, and its exchange was never interrupted";
    books.findings.add({Violation::Promise::qos_2, key.sensor, key.sequence, actor, now, std::move(text)});
}

}  // namespace trunkline::sim
