#include "simulator/oracle/settlement.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/oracle/staged_run.hpp"

using namespace trunkline;
using namespace trunkline::sim;

TEST_CASE("complete readings are forgotten: only what did not get through is kept") {
    const Scenario scenario = staged_scenario();
    Books books(scenario, Instant{});
    SensorBook& book = books.sensors[first_sensor];
    OpenReading reading;
    reading.stage = OpenReading::Stage::acknowledged;
    for (reading.sequence = 1; reading.sequence <= 3; ++reading.sequence) book.open.push_back(reading);
    book.open[0].delivered_to = 1;
    book.open[2].delivered_to = 1;
    book.close_if_complete(book.open[2]);
    book.close_if_complete(book.open[1]);
    book.close_if_complete(book.open[0]);
    REQUIRE(book.open.size() == 1);
    CHECK(book.open[0].sequence == 2);
    CHECK(book.closed_trials == 2);
    CHECK(sizeof(OpenReading) <= 64);
}

TEST_CASE("a group's ledger adds up its sensors, a row for each actor that is owed something") {
    StagedRun run;
    run.succeed({first_sensor, 1}, 10s);
    run.succeed({second_sensor, 1}, 10s);
    run.oracle.delivered(panel, {second_sensor, 1}, {}, Instant(13s));
    const Verdict verdict = run.finish();
    REQUIRE(verdict.ledgers.size() == 2);
    CHECK(verdict.ledgers[0].group == "PT");
    CHECK(verdict.ledgers[0].actor == scada);
    CHECK(verdict.ledgers[0].sensors == 2);
    CHECK(verdict.ledgers[0].ledger.delivered == 2);
    CHECK(verdict.ledgers[1].actor == panel);
    CHECK(verdict.ledgers[1].sensors == 1);
    CHECK(verdict.ledgers[1].ledger.delivered == 1);
}

TEST_CASE("violations are told by time, a hundred of them, and all are counted") {
    StagedRun run;
    for (std::uint64_t sequence = 1; sequence <= 150; ++sequence) {
        run.offer_and_send({first_sensor, sequence}, 1s * sequence);
        run.acknowledge({first_sensor, sequence}, 1s * sequence + 100ms);
    }
    run.oracle.delivered(scada, {second_sensor, 9}, {}, Instant(5s));
    const Verdict verdict = run.finish();
    CHECK(verdict.violation_count == 151);
    CHECK(verdict.unforgiven_violations == 151);
    REQUIRE(verdict.violations.size() == 100);
    CHECK(verdict.violations[4].promise == Violation::Promise::origin);
    CHECK(verdict.violations[99].at == Instant(99s + 100ms));
}

TEST_CASE("a flood of one kind hides no other: of each promise the first five are told, still by time") {
    StagedRun run;
    for (std::uint64_t sequence = 1; sequence <= 150; ++sequence) {
        run.offer_and_send({first_sensor, sequence}, 1s * sequence);
        run.acknowledge({first_sensor, sequence}, 1s * sequence + 100ms);
    }
    for (std::uint64_t sequence = 1; sequence <= 7; ++sequence)
        run.oracle.delivered(scada, {second_sensor, sequence}, {}, Instant(200s + 1s * sequence));
    const Verdict verdict = run.finish();
    CHECK(verdict.violation_count == 157);
    REQUIRE(verdict.violations.size() == 100);
    CHECK(verdict.violations[94].promise == Violation::Promise::qos_1);
    CHECK(verdict.violations[95].at == Instant(201s));
    CHECK(verdict.violations[99].at == Instant(205s));
}

TEST_CASE("a flood of RTUs' sessions does not hide an actor's") {
    Scenario scenario = staged_scenario();
    scenario.sensors[first_sensor].protocol = DeviceProtocol::mqtt5;
    StagedRun run(std::move(scenario));
    for (int when = 1; when <= 150; ++when) {
        run.oracle.session_asked(first_sensor, Instant(1s * when));
        run.oracle.session_answered(first_sensor, true, Instant(1s * when));
    }
    run.oracle.actor_lost(scada, Instant(200s));
    run.oracle.actor_connected(scada, false, Instant(201s));
    const Verdict verdict = run.finish();
    REQUIRE(verdict.violations.size() == 100);
    CHECK(verdict.violations[98].actor == no_actor);
    CHECK(verdict.violations[99].actor == scada);
}
