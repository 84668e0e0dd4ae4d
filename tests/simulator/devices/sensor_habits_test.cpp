// What a sensor does besides publishing at QoS 1: other QoS, other topics, wills, sleep, commands, coming back.

#include <doctest/doctest.h>

#include "simulator/devices/reading.hpp"
#include "tests/simulator/devices/sensor_bench.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

Scenario sleeper(Duration sample) {
    Scenario scenario = one_sensor();
    scenario.sensors[0].sample = sample;
    scenario.sensors[0].store_messages = 100;
    scenario.sensors[0].sleep = SleepPlan{.asleep = 60s, .awake = 5s};
    scenario.run = 1h;
    return scenario;
}

/// When the first fact of this kind was there; the bench runs on until then.
template <typename Fact>
Instant run_to_first(Bench& bench) {
    while (true) {
        const Instant next = bench.sensor.next_deadline().value();
        bench.run_until(next);
        if (bench.count<Fact>() > 0) return next;
    }
}

}  // namespace

TEST_CASE("MQTT-SN 1.2 §6.8-1: with QoS -1 a sensor never connects, and its readings leave at once") {
    Scenario scenario = one_sensor();
    scenario.sensors[0].qos = -1;
    scenario.sensors[0].topic_kind = TopicKind::predefined;
    scenario.sensors[0].predefined_id = 17;
    scenario.sensors[0].retain = true;
    Bench bench(std::move(scenario));
    bench.run_until(Instant{} + 20min);
    CHECK(bench.heard.empty());
    CHECK(bench.count<ReadingOffered>() == 60);
    CHECK(bench.count<ReadingSent>() == 60);
    CHECK(bench.count<ReadingLeft>() == 60);
    REQUIRE(bench.publishes.size() == 60);
    CHECK(bench.publishes[0].qos == mqttsn::QoS::minus_one);
    CHECK(bench.publishes[0].topic_id_type == mqttsn::TopicIdType::predefined);
    CHECK(bench.publishes[0].topic_id == mqttsn::TopicId{17});
    CHECK(bench.publishes[0].retain);
}

TEST_CASE("with QoS 0 readings leave on a connection, and nothing more is heard of them") {
    Scenario scenario = one_sensor();
    scenario.sensors[0].qos = 0;
    scenario.sensors[0].topic_kind = TopicKind::short_name;
    scenario.sensors[0].topic = "p1";
    Bench bench(std::move(scenario));
    bench.run_until(Instant{} + 20min);
    CHECK(bench.heard_of("CONNECT") == 1);
    CHECK(bench.count<ReadingLeft>() == 60);
    CHECK(bench.count<ReadingAcknowledged>() == 0);
    REQUIRE(bench.publishes.size() == 60);
    CHECK(bench.publishes[0].topic_id_type == mqttsn::TopicIdType::short_name);
    CHECK(mqttsn::short_name_of(bench.publishes[0].topic_id) == std::array<char, 2>{'p', '1'});
}

TEST_CASE("with QoS 2 a reading is acknowledged once PUBCOMP has come") {
    Scenario scenario = one_sensor();
    scenario.sensors[0].qos = 2;
    Bench bench(std::move(scenario));
    bench.run_until(Instant{} + 20min);
    CHECK(bench.count<ReadingAcknowledged>() == 60);
    REQUIRE(!bench.publishes.empty());
    CHECK(bench.publishes[0].qos == mqttsn::QoS::exactly_once);
}

TEST_CASE("MQTT-SN 1.2 §6.2-6: a sensor with a will brings it when it connects") {
    Scenario scenario = one_sensor();
    scenario.sensors[0].will =
        WillPlan{.topic = "nl/state", .payload = "offline", .qos = 1, .retain = true, .delay = {}};
    Bench bench(std::move(scenario));
    bench.run_until(Instant{} + 1min);
    REQUIRE(bench.heard.size() == 3);
    CHECK(bench.heard[0] == "CONNECT with will");
    CHECK(bench.heard[1] == "WILLTOPIC nl/state retained");
    CHECK(bench.heard[2] == "WILLMSG offline");
}

TEST_CASE("MQTT-SN 1.2 §6.14-1: a sensor sleeps once it has been awake for its time") {
    Bench bench(sleeper(10min));
    const Instant connected = run_to_first<SensorConnected>(bench);
    CHECK(bench.sensor.next_deadline().value() <= connected + 5s);
    bench.run_until(connected + 5s - 1ns);
    CHECK(bench.heard_of("DISCONNECT 60") == 0);
    bench.run_until(connected + 5s);
    CHECK(bench.heard_of("DISCONNECT 60") == 1);
    CHECK(bench.count<SensorSlept>() == 1);
}

TEST_CASE(
    "MQTT-SN 1.2 §6.14-2: without a reading a sleeper only asks for its messages, with one it connects to send it") {
    Bench bench(sleeper(10min));
    bench.run_until(Instant{} + 1h);
    CHECK(bench.count<ReadingOffered>() == 6);
    CHECK(bench.count<ReadingAcknowledged>() == 6);
    CHECK(bench.count<SensorConnected>() == 1);  // out of sleep it is connected all the time
    CHECK(bench.count<SensorWoke>() >= 4);
    CHECK(bench.count<SensorWoke>() <= 6);
    CHECK(bench.heard_of("CONNECT") == 1 + bench.count<SensorWoke>());
    CHECK(bench.heard_of("PINGREQ of a sleeper") > 40);
    CHECK(bench.count<SensorLost>() == 0);
}

TEST_CASE("what a sleeper measures waits until it wakes and goes in order") {
    Bench bench(sleeper(10s));
    bench.run_until(Instant{} + 1h);
    CHECK(bench.dropped(DropReason::not_connected) + bench.dropped(DropReason::replaced_by_newer) == 0);
    REQUIRE(bench.payloads.size() > 340);
    for (std::size_t at = 0; at < bench.payloads.size(); ++at)
        CHECK(parse_reading(bench.payloads[at])->sequence == at + 1);
    CHECK(bench.sensor.waiting() <= 6);
    CHECK(bench.count<SensorSlept>() > 45);
}

TEST_CASE("without a store a sleeper keeps only the newest reading") {
    Scenario scenario = sleeper(10s);
    scenario.sensors[0].store_messages = 0;
    Bench bench(std::move(scenario));
    bench.run_until(Instant{} + 1h);
    CHECK(bench.dropped(DropReason::replaced_by_newer) > 200);
    CHECK(bench.dropped(DropReason::not_connected) == 0);
    CHECK(bench.sensor.waiting() <= 1);
}

TEST_CASE("a sensor subscribes for its commands, tells what it hears, and its actuator obeys") {
    Scenario scenario = one_sensor();
    scenario.signals[0] = {.id = "valve", .unit = "%", .model = SignalModel::actuator, .travel = 10s};
    scenario.sensors[0].commands = CommandsPlan{.topic = "nl/PS-1/cmd", .qos = 1};
    Bench bench(std::move(scenario));
    bench.run_until(Instant{} + 1min);
    CHECK(bench.heard_of("SUBSCRIBE nl/PS-1/cmd") == 1);
    CHECK(bench.count<CommandsSubscribed>() == 1);
    bench.command("close", Instant{} + 1min);
    REQUIRE(bench.count<CommandReceived>() == 1);
    const auto& command = std::get<CommandReceived>(bench.sensor.facts().back());
    CHECK(command.payload == "close");
    CHECK(command.qos == 1);
    bench.run_until(Instant{} + 2min);
    CHECK(parse_reading(bench.payloads.front())->thousandths == 100'000);
    CHECK(parse_reading(bench.payloads.back())->thousandths == 0);
}

TEST_CASE("a refused subscription is told, and asked for again on the next connection") {
    Scenario scenario = one_sensor();
    scenario.sensors[0].commands = CommandsPlan{.topic = "nl/PS-1/cmd", .qos = 1};
    Bench bench(std::move(scenario));
    bench.subscribe_answer = mqttsn::ReturnCode::not_supported;
    bench.run_until(Instant{} + 1min);
    CHECK(bench.count<CommandsRefused>() == 1);
    bench.subscribe_answer = mqttsn::ReturnCode::accepted;
    bench.sensor.lose_connection(Instant{} + 1min);
    bench.run_until(Instant{} + 2min);
    CHECK(bench.count<CommandsSubscribed>() == 1);
}

TEST_CASE("a sleeper gets its commands while it is awake, and does not subscribe again") {
    Scenario scenario = sleeper(10min);
    scenario.sensors[0].commands = CommandsPlan{.topic = "nl/PS-1/cmd", .qos = 1};
    Bench bench(std::move(scenario));
    run_to_first<SensorSlept>(bench);
    bench.for_sleeper = {"close"};
    bench.run_until(Instant{} + 30min);
    CHECK(bench.count<CommandReceived>() == 1);
    CHECK(bench.heard_of("SUBSCRIBE nl/PS-1/cmd") == 1);
}

TEST_CASE("a sensor comes back after a draw within its own back-off, and nothing leaves before") {
    Scenario scenario = one_sensor();
    scenario.sensors[0].backoff = BackoffPlan{.first = 20s, .last = 20s};
    scenario.sensors[0].sample = 1h;
    scenario.run = 24h;
    Bench bench(std::move(scenario));
    Instant now = run_to_first<SensorConnected>(bench);
    Duration longest{};
    for (std::size_t loss = 1; loss <= 50; ++loss) {
        bench.sensor.lose_connection(now);
        CHECK(bench.count<SensorLost>() == loss);
        CHECK(bench.sensor.take_datagrams().empty());
        const Instant lost = now;
        while (bench.count<SensorConnected>() == loss) bench.run_until(now = bench.sensor.next_deadline().value());
        CHECK(now - lost <= 20s);
        longest = std::max(longest, now - lost);
    }
    CHECK(longest > 15s);
}

TEST_CASE("after \"rejected: congestion\" a sensor with a back-off stays away for the five minutes of Twait") {
    Scenario scenario = one_sensor();
    scenario.sensors[0].backoff = BackoffPlan{.first = 2s, .last = 8s};
    Bench bench(std::move(scenario));
    bench.connect_answer = mqttsn::ReturnCode::congestion;
    const Instant refused = run_to_first<SensorLost>(bench);
    bench.run_until(refused + 5min - 1ns);
    CHECK(bench.heard_of("CONNECT") == 1);
    bench.run_until(refused + 5min);
    CHECK(bench.heard_of("CONNECT") == 2);
}
