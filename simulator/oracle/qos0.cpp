#include "simulator/oracle/qos0.hpp"

#include <algorithm>

#include "simulator/oracle/wording.hpp"

namespace trunkline::sim {

void check_qos_0_copy(Books& books, ReadingKey key, std::size_t actor, std::size_t slot, const OpenReading* reading,
                      Instant now) {
    const Pair& pair = books.pairs_of(key.sensor)[slot];
    // What was published with a higher QoS may come again until the broker has its answer, and an overlapping
    // subscription may bring it once more.
    if (reading == nullptr || books.sensors[key.sensor].qos > 0 || !pair.has_one_filter) return;
    books.further_copies.push_back({key, slot});
    const auto copies =
        1 + std::count_if(books.further_copies.begin(), books.further_copies.end(),
                          [&](const FurtherCopy& copy) { return copy.key == key && copy.slot == slot; });
    // Over TCP, or without being told, there is one arrival.
    const auto arrivals = std::max<std::ptrdiff_t>(1, reading->arrivals);
    if (copies <= arrivals) return;
    books.findings.add({Violation::Promise::qos_0, key.sensor, key.sequence, actor, now,
                        reading_in_words(books, key) + " reached " + books.scenario.actors[actor].id + " " +
                            std::to_string(copies) + " times, last at " + moment_in_words(books, now) +
                            ", but the link delivered it " + std::to_string(arrivals) + " times: sent at " +
                            moment_in_words(books, reading->sent_at) + " [MQTT-4.3.1-1]"});
}

}  // namespace trunkline::sim
