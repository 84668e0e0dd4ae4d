#include "simulator/world/world.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/world/planned_run.hpp"
#include "tests/simulator/world/plans.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

void check_that_all_arrived(const Verdict& verdict, std::uint64_t readings) {
    CHECK(verdict.violation_count == 0);
    for (const Violation& violation : verdict.violations) MESSAGE(violation.text);
    REQUIRE(verdict.ledgers.size() == 1);
    CHECK(verdict.sensors.offered == readings);
    CHECK(verdict.ledgers[0].ledger.delivered == readings);
    CHECK(verdict.sensors.acknowledged == readings);
}

}  // namespace

TEST_CASE("a reading of one sensor goes through gateway and broker to the observer") {
    PlannedRun run(small_plan(1, 0.0));
    check_that_all_arrived(run.to_the_end(), 60);
    CHECK(run.world.gateway(0).counters().malformed == 0);
    CHECK(run.world.broker().counters().protocol_errors == 0);
    CHECK(run.world.counters().datagrams_lost == 0);
}

TEST_CASE("a hundred sensors at 20 % loss: every acknowledged reading is delivered") {
    PlannedRun run(small_plan(100, 0.2));
    const Verdict verdict = run.to_the_end();
    CHECK(verdict.violation_count == 0);
    for (const Violation& violation : verdict.violations) MESSAGE(violation.text);
    CHECK(verdict.sensors.offered == 6000);
    CHECK(verdict.sensors.acknowledged > 5700);  // 98.3 % by the formula, less what reconnecting costs
    CHECK(verdict.ledgers.at(0).ledger.delivered >= verdict.sensors.acknowledged);
    CHECK(run.world.counters().datagrams_lost > 0);
}

TEST_CASE("a lossy link between gateway and broker delays readings and loses none") {
    Scenario scenario = small_plan(20, 0.0);
    scenario.links[0].loss = 0.2;
    PlannedRun run(std::move(scenario));
    const Verdict verdict = run.to_the_end();
    CHECK(verdict.violation_count == 0);
    CHECK(verdict.ledgers.at(0).ledger.delivered >= verdict.sensors.acknowledged);
    CHECK(verdict.sensors.acknowledged > 1100);
    CHECK(run.world.counters().segments_lost > 0);
}

TEST_CASE("a run may be cut into steps: the events are the same") {
    PlannedRun whole(small_plan(5, 0.2));
    whole.to_the_end();
    PlannedRun stepped(small_plan(5, 0.2));
    Instant until{};
    while (stepped.world.run_until(until)) until += 7s;
    CHECK(stepped.world.now() == Instant{} + stepped.scenario.length());
    CHECK(stepped.world.trace().hash() == whole.world.trace().hash());
    CHECK(stepped.world.counters().events == whole.world.counters().events);
}

TEST_CASE("sensors do not disturb each other's luck: one more leaves the links of the others as they were") {
    PlannedRun two(small_plan(2, 0.2));
    PlannedRun three(small_plan(3, 0.2));
    two.to_the_end();
    three.to_the_end();
    CHECK(two.world.sensor(0).client().publishes_sent() == three.world.sensor(0).client().publishes_sent());
    CHECK(two.world.sensor(1).client().publishes_sent() == three.world.sensor(1).client().publishes_sent());
}

TEST_CASE("sensors of a station share the rate of their link, and what its queue drops has that cause") {
    Scenario scenario = small_plan(20, 0.0);
    scenario.links[1].rate_up = 1'200;  // 20 readings in 10 s would take some 1,500
    scenario.links[1].rate_down = 1'200;
    scenario.links[1].queue_octets = 1'000;
    for (SensorPlan& sensor : scenario.sensors) sensor.qos = 0;
    PlannedRun run(std::move(scenario));
    const Verdict verdict = run.to_the_end();
    const Ledger& ledger = verdict.ledgers.at(0).ledger;
    CHECK(ledger.of(LossCause::link_queue_full) > 0);
    CHECK(ledger.of(LossCause::link_lost) == 0);
    CHECK(ledger.balances());
    CHECK(run.world.counters().datagrams_queue_full == run.world.counters().datagrams_lost);
    CHECK(run.world.counters().datagrams_queue_full >= ledger.of(LossCause::link_queue_full));
}

TEST_CASE("a link that duplicates brings duplicates at QoS 1, and breaks no promise") {
    Scenario scenario = small_plan(20, 0.05);
    scenario.links[1].duplicate = 0.1;
    scenario.links[1].duplicate_lag = 3s;
    PlannedRun run(std::move(scenario));
    const Verdict verdict = run.to_the_end();
    CHECK(verdict.ledgers.at(0).ledger.duplicates > 60);
    CHECK(run.world.counters().datagrams_duplicated > 200);
}

TEST_CASE("a narrow link to the broker delays readings and loses none") {
    Scenario scenario = small_plan(20, 0.0);
    scenario.links[0].rate_up = 4'000;  // readings, in TCP and IP, fill most of it
    scenario.links[0].rate_down = 4'000;
    scenario.links[0].queue_octets = 600;
    scenario.drain = 10min;
    PlannedRun run(std::move(scenario));
    const Verdict verdict = run.to_the_end();
    CHECK(verdict.ledgers.at(0).ledger.delivered >= verdict.sensors.acknowledged);
    CHECK(run.world.counters().segments_queue_full > 0);
}

TEST_CASE("what is larger than the link's MTU never arrives, and has that cause, at QoS 0 and 1") {
    for (const int qos : {0, 1}) {
        Scenario scenario = small_plan(2, 0.0);
        scenario.links[1].mtu_octets = 70;  // room for CONNECT and REGISTER, not for a reading
        for (SensorPlan& sensor : scenario.sensors) sensor.qos = static_cast<std::int8_t>(qos);
        PlannedRun run(std::move(scenario));
        const Verdict verdict = run.to_the_end();
        const Ledger& ledger = verdict.ledgers.at(0).ledger;
        CHECK(ledger.delivered == 0);
        CHECK(ledger.of(LossCause::over_mtu) > 0);
        CHECK(ledger.of(LossCause::link_lost) == 0);
        CHECK(ledger.of(LossCause::retries_exhausted) == 0);
        CHECK(ledger.balances());
    }
}

TEST_CASE("a checksum makes damage a loss, and no promise is broken") {
    Scenario scenario = small_plan(20, 0.0);
    scenario.links[1].corrupt = 0.1;
    PlannedRun run(std::move(scenario));
    const Verdict verdict = run.to_the_end();
    CHECK(verdict.violation_count == 0);
    CHECK(run.world.counters().datagrams_lost > 200);
    CHECK(verdict.ledgers.at(0).ledger.delivered >= verdict.sensors.acknowledged);
}

TEST_CASE("gateway and sensors survive datagrams that arrive damaged, and nothing is held against them") {
    Scenario scenario = small_plan(20, 0.0);
    scenario.links[1].corrupt = 0.3;
    scenario.links[1].has_checksum = false;
    PlannedRun run(std::move(scenario));
    const Verdict verdict = run.to_the_end();
    CHECK(verdict.violation_count == 0);
    CHECK(run.world.counters().datagrams_lost == 0);
    CHECK(verdict.ledgers.at(0).ledger.delivered > 0);
}

TEST_CASE("over LoRa, devices of a station wait for each other, and nothing acknowledged is lost") {
    Scenario scenario = small_plan(5, 0.05);
    scenario.links[1] = {.id = "lora", .loss = 0.05};
    scenario.links[1].lora = LoraPlan{.spreading_factor = 10};
    scenario.links[1].mtu_octets = 100;
    for (SensorPlan& sensor : scenario.sensors) sensor.retry = {.interval = 30s, .limit = 3};
    PlannedRun run(std::move(scenario));
    const Verdict verdict = run.to_the_end();
    CHECK(verdict.violation_count == 0);
    CHECK(verdict.sensors.acknowledged > 0);
    CHECK(verdict.ledgers.at(0).ledger.delivered >= verdict.sensors.acknowledged);
}
