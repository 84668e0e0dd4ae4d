#include "simulator/devices/sensor.hpp"

#include <doctest/doctest.h>

#include "simulator/devices/reading.hpp"
#include "tests/simulator/devices/sensor_bench.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

TEST_CASE("a sensor offers a reading every interval until sampling ends, and each is acknowledged") {
    Bench bench(one_sensor());
    bench.run_until(Instant{} + 20min);
    CHECK(bench.count<SensorConnected>() == 1);
    CHECK(bench.count<ReadingOffered>() == 60);
    CHECK(bench.count<ReadingSent>() == 60);
    CHECK(bench.count<ReadingAcknowledged>() == 60);
    CHECK(bench.count<ReadingDropped>() == 0);
    REQUIRE(bench.payloads.size() == 60);
    std::uint64_t expected = 0;
    for (const std::string& payload : bench.payloads) {
        const auto reading = parse_reading(payload);
        REQUIRE(reading);
        CHECK(reading->sequence == ++expected);
        CHECK(reading->unit == "bar");
        CHECK(reading->thousandths > 59'000);
        CHECK(reading->thousandths < 65'000);
    }
}

TEST_CASE("the first reading comes within one interval, the others exactly one interval apart") {
    Bench bench(one_sensor());
    bench.run_until(Instant{} + 1min);
    std::vector<Instant> due;
    for (const SensorFact& fact : bench.sensor.facts()) {
        if (const auto* offered = std::get_if<ReadingOffered>(&fact)) due.push_back(offered->intended);
    }
    REQUIRE(due.size() == 6);
    CHECK(due[0] < Instant{} + 10s);
    for (std::size_t at = 1; at < due.size(); ++at) CHECK(due[at] - due[at - 1] == 10s);
}

TEST_CASE("sensors of one group do not sample in step") {
    Scenario scenario = one_sensor();
    scenario.sensors.push_back(scenario.sensors[0]);
    scenario.sensors[1].id = "PT@PS-1-2";
    CHECK(Sensor(scenario, 0, Instant{}).next_deadline() != Sensor(scenario, 1, Instant{}).next_deadline());
}

TEST_CASE("without a gateway only the newest reading waits, the others are dropped with their cause") {
    Bench bench(one_sensor());
    bench.answers = false;
    bench.run_until(Instant{} + 20min);
    CHECK(bench.count<ReadingOffered>() == 60);
    CHECK(bench.count<ReadingSent>() == 0);
    CHECK(bench.sensor.waiting() == 1);
    CHECK(bench.dropped(DropReason::not_connected) == 59);
}

TEST_CASE("a sensor with a store keeps so many readings and publishes them in order when it can") {
    Scenario scenario = one_sensor();
    scenario.sensors[0].store_messages = 5;
    Bench bench(std::move(scenario));
    bench.answers = false;
    bench.run_until(Instant{} + 100s);  // ten readings
    CHECK(bench.sensor.waiting() == 5);
    CHECK(bench.dropped(DropReason::not_connected) == 5);
    bench.answers = true;
    bench.run_until(Instant{} + 10min - 1ns);
    REQUIRE(bench.payloads.size() == 55);
    CHECK(parse_reading(bench.payloads.front())->sequence == 6);
    for (std::size_t at = 1; at < bench.payloads.size(); ++at) {
        CHECK(parse_reading(bench.payloads[at])->sequence == parse_reading(bench.payloads[at - 1])->sequence + 1);
    }
}

TEST_CASE("a reading without acknowledgement is given up after its retries, with the datagrams that it took") {
    Bench bench(one_sensor());
    bench.acknowledges = false;
    bench.run_until(Instant{} + 20s);
    CHECK(bench.count<ReadingGivenUp>() >= 1);
    CHECK(bench.count<SensorLost>() >= 1);
    for (const SensorFact& fact : bench.sensor.facts()) {
        if (const auto* given_up = std::get_if<ReadingGivenUp>(&fact)) CHECK(given_up->transmissions == 3);
    }
}

TEST_CASE("while an exchange runs, the newest reading waits and replaces an older one") {
    Scenario scenario = one_sensor();
    scenario.sensors[0].retry = {.interval = 30s, .limit = 0};  // an exchange takes three intervals
    Bench bench(std::move(scenario));
    bench.acknowledges = false;
    bench.run_until(Instant{} + 5min);
    CHECK(bench.dropped(DropReason::replaced_by_newer) > 0);
    CHECK(bench.sensor.waiting() <= 1);
}

TEST_CASE("a reading that the gateway refuses is rejected") {
    Bench bench(one_sensor());
    bench.return_code = mqttsn::ReturnCode::not_supported;
    bench.run_until(Instant{} + 20s);
    CHECK(bench.count<ReadingRejected>() == 2);
    CHECK(bench.count<ReadingAcknowledged>() == 0);
}

TEST_CASE("a reading whose connection the gateway ends waits again and is published anew") {
    Bench bench(one_sensor());
    bench.acknowledges = false;
    while (bench.payloads.empty()) bench.run_until(bench.sensor.next_deadline().value());
    const Instant now = bench.sensor.client().next_deadline().value() - 1ms;
    bench.sensor.received(mqttsn::encode(mqttsn::Disconnect{}), now);
    CHECK(bench.count<ReadingInterrupted>() == 1);
    CHECK(bench.count<SensorLost>() == 1);
    bench.acknowledges = true;
    bench.run_until(now + bench.scenario.sensors[0].reconnect_pause);
    CHECK(bench.count<ReadingAcknowledged>() == 1);
    CHECK(bench.payloads.back() == bench.payloads.front());
}

TEST_CASE("every reading ends in one way or is still waiting or under way") {
    Bench bench(one_sensor());
    for (int minute = 1; minute <= 10; ++minute) {
        bench.acknowledges = minute % 2 == 0;
        bench.answers = minute % 3 != 0;
        bench.run_until(Instant{} + 1min * minute);
    }
    const std::size_t ended = bench.count<ReadingAcknowledged>() + bench.count<ReadingGivenUp>() +
                              bench.count<ReadingRejected>() + bench.count<ReadingDropped>();
    const std::size_t open = bench.count<ReadingSent>() - bench.count<ReadingAcknowledged>() -
                             bench.count<ReadingGivenUp>() - bench.count<ReadingRejected>() -
                             bench.count<ReadingInterrupted>();
    CHECK(bench.count<ReadingOffered>() == ended + open + bench.sensor.waiting());
}

TEST_CASE("a sensor is small: tens of thousands of them fit") { CHECK(sizeof(Sensor) <= 800); }
