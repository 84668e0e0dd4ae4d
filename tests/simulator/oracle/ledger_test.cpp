#include "simulator/oracle/ledger.hpp"

#include <doctest/doctest.h>

#include "simulator/oracle/settlement.hpp"
#include "tests/simulator/oracle/staged_run.hpp"

using namespace trunkline;
using namespace trunkline::sim;

TEST_CASE("a ledger balances when each reading is delivered or has a cause, not one more or less") {
    Ledger ledger;
    ledger.offered = 10;
    ledger.delivered = 7;
    ledger.duplicates = 5;  // count for nothing
    ledger.causes[0] = 1;
    ledger.causes[3] = 2;
    CHECK(ledger.balances());
    ledger.causes[3] = 1;
    CHECK(!ledger.balances());
    ledger.causes[3] = 3;
    CHECK(!ledger.balances());
}

TEST_CASE("the duplicate ratio is copies beyond the first for each delivered reading") {
    Ledger ledger;
    CHECK(ledger.duplicate_ratio() == 0.0);
    ledger.delivered = 8;
    ledger.duplicates = 2;
    CHECK(ledger.duplicate_ratio() == 0.25);
}

TEST_CASE("planted: books in which a delivery was counted twice do not come out even, and the run fails") {
    const Scenario scenario = staged_scenario();
    Books books(scenario, Instant{});
    books.sensors[first_sensor].figures.offered = 3;
    books.sensors[first_sensor].last_sequence = 3;
    books.pairs_of(first_sensor)[0].delivered = 4;
    const Verdict verdict = settle(books, Instant(11min));
    CHECK(!verdict.passed());
    REQUIRE(verdict.violations.size() == 1);
    CHECK(verdict.violations[0].promise == Violation::Promise::ledger);
    CHECK(verdict.violations[0].text ==
          "the ledger of PT@PS-1-1 and scada does not come out even: offered 3, delivered 4, with a cause 0 (seed 7)");
}

TEST_CASE("every way that a reading can end has its cause, and they add up") {
    StagedRun run;
    const auto key = [](std::uint64_t sequence) { return ReadingKey{first_sensor, sequence}; };
    run.succeed(key(1), 10s);
    run.oracle.offered(key(2), Instant(20s));
    run.oracle.dropped_by_sensor(key(2), LossCause::not_connected, Instant(20s));
    run.oracle.offered(key(3), Instant(30s));
    run.oracle.dropped_by_sensor(key(3), LossCause::replaced_by_newer, Instant(31s));
    run.offer_and_send(key(4), 40s);
    run.give_up(key(4), 80s);
    run.offer_and_send(key(5), 90s);
    run.oracle.rejected(key(5), Instant(91s));
    run.offer_and_send(key(6), 100s);
    run.give_up(key(6), 140s);
    run.oracle.delivered(scada, key(6), {.dup = true}, Instant(141s));  // its last copy had come through
    run.oracle.offered(key(7), Instant(599s));
    const Verdict verdict = run.finish();
    const Ledger ledger = StagedRun::ledger(verdict, scada);
    CHECK(verdict.passed());
    CHECK(ledger.offered == 7);
    CHECK(ledger.delivered == 2);
    CHECK(ledger.of(LossCause::not_connected) == 1);
    CHECK(ledger.of(LossCause::replaced_by_newer) == 1);
    CHECK(ledger.of(LossCause::retries_exhausted) == 1);
    CHECK(ledger.of(LossCause::rejected) == 1);
    CHECK(ledger.of(LossCause::run_ended) == 1);
    CHECK(ledger.balances());
}
