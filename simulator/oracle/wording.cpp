#include "simulator/oracle/wording.hpp"

#include "simulator/plan/durations.hpp"

namespace trunkline::sim {

std::string reading_in_words(const Books& books, ReadingKey key) {
    return "reading " + std::to_string(key.sequence) + " of " + books.scenario.sensors[key.sensor].id + " (" +
           books.scenario.sensors[key.sensor].topic + ')';
}

std::string moment_in_words(const Books& books, Instant at) { return clock_text(Instant(at - books.start)); }

std::string in_words(const Finding& finding, const Books& books) {
    return finding.text + " (seed " + std::to_string(books.scenario.seed) + ')';
}

}  // namespace trunkline::sim
