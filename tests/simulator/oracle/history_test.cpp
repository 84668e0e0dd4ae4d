#include "simulator/oracle/history.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/oracle/staged_run.hpp"

using namespace trunkline;
using namespace trunkline::sim;

TEST_CASE("a run has at most 240 steps of a length that people use") {
    const auto shape = [](Duration length) {
        const History history = HistoryKeeper(length).history();
        return std::pair(history.step, history.steps.size());
    };
    CHECK(shape(4min) == std::pair(Duration(1s), std::size_t{240}));
    CHECK(shape(4min + 1ns) == std::pair(Duration(2s), std::size_t{121}));
    CHECK(shape(24h) == std::pair(Duration(10min), std::size_t{144}));
    CHECK(shape(0s) == std::pair(Duration(1s), std::size_t{1}));
    CHECK(shape(24h * 1000).second <= 240);
}

TEST_CASE("each fact falls into its step, connected sensors add up, latencies are of the step") {
    HistoryKeeper keeper(10s, std::nullopt, 1);
    keeper.connected(0s, 1);
    keeper.connected(1s, 1);
    keeper.connected(3s, -1);
    keeper.offered(2s - 1ns);
    keeper.offered(2s);
    keeper.delivered(2s, 40ms, 0);
    keeper.delivered(2500ms, 60ms, 0);
    keeper.duplicate(99s);  // beyond the end
    const History history = keeper.history();
    CHECK(history.steps[0].connected == 1);
    CHECK(history.steps[1].connected == 2);
    CHECK(history.steps[9].connected == 1);
    CHECK(history.steps[1].offered == 1);
    CHECK(history.steps[2].offered == 1);
    CHECK(history.steps[2].delivered == 2);
    CHECK(history.steps[2].latency_p99 == 60ms);
    CHECK(history.steps[3].latency_p99 == 0s);
    CHECK(history.steps[9].duplicates == 1);
}

TEST_CASE("what waits is shown at the worst moment of each step, and goes on waiting in those where nothing changes") {
    HistoryKeeper keeper(10s);
    keeper.waiting(1s, 4);
    keeper.waiting(1500ms, 7);
    keeper.waiting(1600ms, 5);
    keeper.waiting(4s, 1);
    keeper.waiting(5s, 0);
    keeper.will(2s);
    const History history = keeper.history();
    const std::uint64_t wanted[] = {0, 7, 5, 5, 5, 1, 0, 0, 0, 0};
    for (std::size_t at = 0; at < 10; ++at) {
        CAPTURE(at);
        CHECK(history.steps[at].waiting_most == wanted[at]);
        CHECK(history.steps[at].wills == (at == 2 ? 1 : 0));
    }
}

TEST_CASE("a reading that was lost shows in the step in which it was offered") {
    StagedRun run;  // 11 minutes in steps of 5 s
    run.offer_and_send({second_sensor, 1}, 12s);
    run.give_up({second_sensor, 1}, 52s);
    const Verdict verdict = run.finish();
    CHECK(verdict.history.step == 5s);
    CHECK(verdict.history.steps[2].causes[static_cast<std::size_t>(LossCause::retries_exhausted)] == 2);  // two actors
    CHECK(verdict.history.steps[2].offered == 1);
}

TEST_CASE("a reading that is acknowledged and not delivered yet waits") {
    StagedRun run;
    run.offer_and_send({first_sensor, 1}, 12s);
    run.acknowledge({first_sensor, 1}, 14s);
    run.oracle.delivered(scada, {first_sensor, 1}, {}, StagedRun::at(31s));
    const Verdict verdict = run.finish();
    CHECK(verdict.history.steps[1].waiting_most == 0);
    CHECK(verdict.history.steps[2].waiting_most > 0);
    CHECK(verdict.history.steps[4].waiting_most == verdict.history.steps[2].waiting_most);
}

TEST_CASE("what subscribers know of a sensor grows old until a newer reading of it arrives") {
    HistoryKeeper keeper(10s, 2s, 3);
    keeper.delivered(1s, 500ms, 0);   // was due at 0.5 s
    keeper.delivered(5s, 1s, 1);      // at 4 s
    keeper.delivered(5500ms, 5s, 0);  // an older one: at 0.5 s again
    keeper.death(5s);
    const History history = keeper.history();
    REQUIRE(history.steps.size() == 5);
    CHECK(history.steps[0].age_p50 == 1500ms);
    CHECK(history.steps[1].age_p50 == 3500ms);
    CHECK(history.steps[2].age_p50.count() == doctest::Approx(Duration(2s).count()).epsilon(0.01));
    CHECK(history.steps[2].age_p99 == 5500ms);  // the maximum is exact
    CHECK(history.steps[4].age_p99 == 9500ms);  // a sensor of which nothing is known has no age
    CHECK(history.steps[2].deaths == 1);
    CHECK(HistoryKeeper(10s).history().steps[0].age_p50 == 0s);
}
