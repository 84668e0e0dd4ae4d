#include "simulator/oracle/journal.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/oracle/staged_run.hpp"

using namespace trunkline;
using namespace trunkline::sim;

namespace {

/// One reading that arrives, one that does not, and a control room that is away for a moment.
Verdict small_story(bool keeps_journal) {
    const Scenario scenario = staged_scenario();
    Oracle oracle(scenario);
    if (keeps_journal) oracle.keep_journal();
    const Instant start{};
    oracle.actor_connected(0, false, start);
    oracle.actor_subscribed(0, start);
    oracle.sensor_connected(0, start + 1s);
    oracle.offered({0, 1}, start + 2s);
    oracle.sent({0, 1}, start + 2s);
    oracle.delivered(0, {0, 1}, {}, start + 5s);
    oracle.acknowledged({0, 1}, start + 5s);
    oracle.offered({0, 2}, start + 6s);
    oracle.sent({0, 2}, start + 6s);
    oracle.gave_up({0, 2}, start + 50s);
    oracle.supervision_ended(0, SupervisionEnd::expired, start + 60s);
    oracle.supervision_ended(1, SupervisionEnd::disconnected, start + 60s);  // is no loss
    return oracle.finish(start + 11min);
}

std::vector<RunEvent::Kind> kinds_of(const Journal& journal) {
    std::vector<RunEvent::Kind> kinds;
    for (const RunEvent& event : journal.events()) kinds.push_back(event.kind);
    return kinds;
}

}  // namespace

TEST_CASE("what happened is kept in its order, and at the end what did not arrive") {
    using Kind = RunEvent::Kind;
    const Journal journal = small_story(true).journal;
    CHECK(kinds_of(journal) == std::vector<Kind>{Kind::actor_connected, Kind::sensor_connected, Kind::delivered,
                                                 Kind::gave_up, Kind::supervision_ended, Kind::undelivered});
    CHECK(journal.events()[2].lasted == 3s);
    CHECK(journal.events()[2].sequence == 1);
    CHECK(journal.events()[5].at == Instant(6s));  // when it was due
    CHECK(journal.events()[5].sequence == 2);
    CHECK(journal.events()[5].cause == LossCause::retries_exhausted);
}

TEST_CASE("nobody who does not ask for a journal pays for one") { CHECK(small_story(false).journal.events().empty()); }
