#include <doctest/doctest.h>

#include "tests/scenarios/scenario_run.hpp"

using namespace trunkline;
using namespace trunkline::sim;

TEST_CASE("first reading: every acknowledged reading is delivered, and the ledger comes out even") {
    for (const char* name : {"smoke/first-reading.json", "smoke/first-reading-100.json"}) {
        CAPTURE(name);
        const ScenarioRun run(name);
        CHECK(run.verdict.passed());
        CHECK(run.verdict.sensors.offered == 40 * run.scenario.sensors.size());
        REQUIRE(run.verdict.ledgers.size() == 1);
        CHECK(run.verdict.ledgers[0].ledger.balances());
        CHECK(run.verdict.ledgers[0].ledger.offered == run.verdict.sensors.offered);
    }
}

TEST_CASE("first reading with 100 sensors: no alarm on twenty other seeds") {
    for (std::uint64_t seed = 2; seed < 22; ++seed) {
        ReadOptions options;
        options.seed = seed;
        const ScenarioRun run("smoke/first-reading-100.json", options);
        CAPTURE(seed);
        CHECK(run.verdict.passed());
    }
}

TEST_CASE("first reading over a perfect link: each reading once, each acknowledged at the first try") {
    ReadOptions options;
    options.overrides = {"links.radio.loss.p=0"};
    const ScenarioRun run("smoke/first-reading-100.json", options);
    CHECK(run.verdict.passed());
    CHECK(run.verdict.sensors.acknowledged == 4000);
    CHECK(run.verdict.sensors.transmissions == 4000);
    CHECK(run.verdict.ledgers[0].ledger.delivered == 4000);
    CHECK(run.verdict.ledgers[0].ledger.duplicates == 0);
    // Two links of 4 ms and 30 to 70 ms of radio, and nothing that waits.
    CHECK(run.verdict.actors[0].from_sent.minimum() >= std::chrono::milliseconds(38));
    CHECK(run.verdict.actors[0].from_sent.maximum() < std::chrono::milliseconds(250));
}

TEST_CASE("first reading over a dead link: nothing is acknowledged, and each reading has its cause") {
    ReadOptions options;
    options.overrides = {"links.radio.loss.p=1"};
    const ScenarioRun run("smoke/first-reading-100.json", options);
    CHECK(!run.verdict.passed());
    CHECK(run.verdict.violation_count == 0);
    CHECK(run.verdict.ledgers[0].ledger.delivered == 0);
    CHECK(run.verdict.ledgers[0].ledger.undelivered() == 4000);
    CHECK(run.verdict.ledgers[0].ledger.of(LossCause::unexplained) == 0);
}

TEST_CASE("a pause of the broker shows in latencies since readings were due, hardly in those since they were sent") {
    const ScenarioRun run("outages/broker-pause.json");
    CHECK(run.verdict.passed());
    const ActorFigures& scada = run.verdict.actors[0];
    CHECK(scada.from_intended.mean() >= std::chrono::seconds(3));
    CHECK(scada.from_sent.percentile(90'000) < std::chrono::milliseconds(100));
    CHECK(scada.from_sent.mean() < scada.from_intended.mean() / 5);
    // Both are told.
    const std::string report = run.report();
    CHECK(report.find("\"latency_from_due\"") != std::string::npos);
    CHECK(report.find("\"latency_from_sent\"") != std::string::npos);
}

namespace {

double measured(const Verdict& verdict, std::string_view name) {
    for (const Measure& measure : verdict.expectations.at(0).measures) {
        if (measure.name == name) return measure.measured;
    }
    return -1.0;
}

Verdict leak(std::uint64_t seed, const char* loss, const char* delay) {
    ReadOptions options;
    options.seed = seed;
    options.overrides = {std::string("p=") + loss, std::string("delay=") + delay};
    return ScenarioRun("pipeline/leak-under-loss.json", options).verdict;
}

}  // namespace

TEST_CASE("G25: a leak is located to the wave speed times the sampling interval and a hundredth of the distance") {
    constexpr double bound_km = 1.05 * 1.0 + 0.01 * 20.0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        CAPTURE(seed);
        const Verdict clean = leak(seed, "0", "80ms");
        CHECK(measured(clean, "located") == 1.0);
        CHECK(measured(clean, "false_alarms") == 0.0);
        CHECK(measured(clean, "error_km") <= bound_km);
    }
}

TEST_CASE("G25: loss and delay raise the time after which a leak is located") {
    double clean = 0.0;
    double lossy = 0.0;
    double slow = 0.0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        clean += measured(leak(seed, "0", "80ms"), "after_fronts_s");
        lossy += measured(leak(seed, "0.3", "80ms"), "after_fronts_s");
        slow += measured(leak(seed, "0", "3s"), "after_fronts_s");
    }
    CHECK(lossy > clean + 10.0);  // seconds, of ten runs
    CHECK(slow > clean + 10 * 2.0);
}
