#include "simulator/devices/rtu.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "protocol/mqtt/codec.hpp"
#include "simulator/devices/reading.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

Scenario one_rtu(DeviceProtocol protocol = DeviceProtocol::mqtt5) {
    Scenario scenario;
    scenario.seed = 7;
    scenario.run = 10min;
    scenario.signals.push_back({.id = "p", .mean = 62.0, .sigma = 0.4, .tau = 90s, .unit = "bar"});
    SensorPlan plan;
    plan.id = "RTU@PS-1-1";
    plan.protocol = protocol;
    plan.topic = "nl/PS-1/rtu";
    plan.sample = 10s;
    plan.clean_session = false;
    plan.session_expiry = 1h;
    plan.backoff = BackoffPlan{.first = 1s, .last = 4s};
    scenario.sensors.push_back(plan);
    return scenario;
}

/// An RTU and a server that answers at once.
struct RtuBench {
    explicit RtuBench(Scenario planned) : scenario(std::move(planned)), rtu(scenario, 0, Instant{}) {}

    Scenario scenario;
    Rtu rtu;
    bool is_open = false;
    bool is_reachable = true;
    bool acknowledges = true;
    bool session_present = false;
    mqtt::ReasonCode puback_reason = mqtt::ReasonCode::success;
    std::vector<std::string> payloads;  // as they came
    std::vector<mqtt::QoS> qos;         // of the same
    std::vector<bool> dup;              // of the same
    std::vector<std::string> subscribed;
    std::optional<std::string> will_topic;
    std::size_t connects = 0;
    bool said_disconnect = false;

    mqtt::ProtocolVersion version() const {
        const bool is_5 = scenario.sensors[0].protocol == DeviceProtocol::mqtt5;
        return is_5 ? mqtt::ProtocolVersion::v5 : mqtt::ProtocolVersion::v3_1_1;
    }
    void reply(const mqtt::Packet& packet, Instant now) {
        OutputBytes out;
        mqtt::encode(packet, version(), out);
        rtu.received(out.view(), now);
    }
    void answer(const mqtt::Connect& packet, Instant now) {
        ++connects;
        if (packet.will) will_topic = std::string(packet.will->topic);
        reply(mqtt::ConnAck{.session_present = session_present}, now);
    }
    void answer(const mqtt::Publish& packet, Instant now) {
        payloads.emplace_back(as_text(packet.payload));
        qos.push_back(packet.qos);
        dup.push_back(packet.dup);
        if (!acknowledges) return;
        if (packet.qos == mqtt::QoS::at_least_once)
            reply(mqtt::PubAck{.packet_id = packet.packet_id, .reason = puback_reason}, now);
        if (packet.qos == mqtt::QoS::exactly_once) reply(mqtt::PubRec{.packet_id = packet.packet_id}, now);
    }
    void answer(const mqtt::PubRel& packet, Instant now) { reply(mqtt::PubComp{.packet_id = packet.packet_id}, now); }
    void answer(const mqtt::Subscribe& packet, Instant now) {
        subscribed.emplace_back("asked");
        const std::byte granted[] = {std::byte{1}};
        OutputBytes out;
        const auto id = static_cast<std::uint16_t>(packet.packet_id);
        const bool is_5 = version() == mqtt::ProtocolVersion::v5;
        std::vector<std::byte> suback{std::byte{0x90}, is_5 ? std::byte{4} : std::byte{3}, std::byte(id >> 8U),
                                      std::byte(id & 0xffU)};
        if (is_5) suback.push_back(std::byte{0});
        suback.push_back(granted[0]);
        rtu.received(suback, now);
    }
    void answer(const mqtt::PingReq&, Instant now) { reply(mqtt::PingResp{}, now); }
    void answer(const mqtt::Disconnect&, Instant) { said_disconnect = true; }
    template <typename Other>
    void answer(const Other&, Instant) {}

    void exchange(Instant now) {
        if (rtu.take_open_request()) {
            is_open = is_reachable;
            if (is_open) rtu.transport_opened(now);
            else rtu.transport_closed(now);
        }
        while (is_open) {
            OutputBytes out;
            if (rtu.take_output(out) == 0) break;
            ByteView bytes = out.view();
            while (!bytes.empty()) {
                const auto frame = mqtt::next_frame(bytes, 1U << 20U);
                REQUIRE(frame);
                REQUIRE(*frame);
                const auto packet = mqtt::decode(**frame, version());
                REQUIRE(packet);
                std::visit([&](const auto& each) { answer(each, now); }, *packet);
                bytes = bytes.subspan((*frame)->size);
            }
        }
        if (is_open && rtu.close_requested()) lose(now);
    }
    void lose(Instant now) {
        is_open = false;
        rtu.transport_closed(now);
    }
    void run_until(Instant end) {
        while (rtu.next_deadline() && *rtu.next_deadline() <= end) {
            const Instant now = *rtu.next_deadline();
            rtu.advance(now);
            exchange(now);
        }
    }
    template <typename Fact>
    std::size_t count() const {
        std::size_t found = 0;
        for (const SensorFact& fact : rtu.facts()) found += std::holds_alternative<Fact>(fact) ? 1 : 0;
        return found;
    }
};

}  // namespace

TEST_CASE("an RTU offers a reading every interval until sampling ends, and each is acknowledged") {
    for (const DeviceProtocol protocol : {DeviceProtocol::mqtt, DeviceProtocol::mqtt5}) {
        RtuBench bench(one_rtu(protocol));
        bench.run_until(Instant{} + 12min);
        CHECK(bench.connects == 1);
        CHECK(bench.count<SensorConnected>() == 1);
        CHECK(bench.count<ReadingOffered>() == 60);
        CHECK(bench.count<ReadingSent>() == 60);
        CHECK(bench.count<ReadingAcknowledged>() == 60);
        CHECK(bench.rtu.in_flight() == 0);
        REQUIRE(bench.payloads.size() == 60);
        for (std::size_t at = 0; at < 60; ++at) CHECK(parse_reading(bench.payloads[at])->sequence == at + 1);
    }
}

TEST_CASE("an RTU measures what a sensor of the same name measures") {
    RtuBench bench(one_rtu());
    bench.run_until(Instant{} + 12min);
    const Scenario scenario = one_rtu();
    Signal signal(scenario.signals[0], 10s, Random(7, "sensor:RTU@PS-1-1", "signal"));
    for (const std::string& payload : bench.payloads) CHECK(parse_reading(payload)->thousandths == signal.sample());
}

TEST_CASE("an RTU publishes with its QoS and tells what it will hear of it") {
    Scenario at_most_once = one_rtu();
    at_most_once.sensors[0].qos = 0;
    RtuBench left(std::move(at_most_once));
    left.run_until(Instant{} + 12min);
    CHECK(left.count<ReadingLeft>() == 60);
    CHECK(left.count<ReadingAcknowledged>() == 0);
    CHECK(left.qos.front() == mqtt::QoS::at_most_once);

    Scenario exactly_once = one_rtu(DeviceProtocol::mqtt);
    exactly_once.sensors[0].qos = 2;
    RtuBench twice(std::move(exactly_once));
    twice.run_until(Instant{} + 12min);
    CHECK(twice.count<ReadingAcknowledged>() == 60);
    CHECK(twice.qos.front() == mqtt::QoS::exactly_once);
}

TEST_CASE("what the server refuses is rejected") {
    RtuBench bench(one_rtu());
    bench.puback_reason = mqtt::ReasonCode::not_authorized;
    bench.run_until(Instant{} + 1min);
    CHECK(bench.count<ReadingRejected>() == bench.count<ReadingSent>());
    CHECK(bench.count<ReadingRejected>() > 0);
}

TEST_CASE("[MQTT-4.4.0-1] readings that were not acknowledged go on with the session on the next connection") {
    RtuBench bench(one_rtu());
    bench.acknowledges = false;
    bench.run_until(Instant{} + 25s);
    const std::size_t unacknowledged = bench.rtu.in_flight();
    REQUIRE(unacknowledged > 0);
    bench.acknowledges = true;
    bench.session_present = true;
    bench.lose(Instant{} + 25s);
    CHECK(bench.count<SensorLost>() == 1);
    CHECK(bench.count<ReadingInterrupted>() == 0);
    bench.run_until(Instant{} + 29s);
    CHECK(bench.count<ReadingAcknowledged>() >= unacknowledged);
    CHECK(bench.dup.at(unacknowledged));
    for (const SensorFact& fact : bench.rtu.facts()) {
        const auto* acknowledged = std::get_if<ReadingAcknowledged>(&fact);
        if (acknowledged != nullptr && acknowledged->sequence <= unacknowledged)
            CHECK(acknowledged->transmissions == 2);
    }
}

TEST_CASE("a store that drops the newest keeps what it has, whether there is a connection or not") {
    Scenario scenario = one_rtu();
    scenario.sensors[0].store_messages = 3;
    scenario.sensors[0].keeps_oldest = true;
    const SensorPlan& plan = scenario.sensors[0];
    Measurements measurements(scenario, plan, Instant{});
    std::vector<std::uint64_t> dropped;
    for (Instant now{}; dropped.size() < 2; now += plan.sample) {
        while (measurements.sample(now)) {
            const bool is_connected = dropped.empty();
            const auto drop = measurements.drop_excess(is_connected);
            if (!drop) continue;
            CHECK(drop->reason == (is_connected ? DropReason::store_full : DropReason::not_connected));
            dropped.push_back(drop->sequence);
        }
    }
    CHECK(dropped == std::vector<std::uint64_t>{4, 5});
    CHECK(measurements.take_oldest().sequence == 1);
    CHECK(measurements.waiting() == 2);
}

TEST_CASE("an RTU that cannot connect keeps what its store holds, and the newest without one") {
    for (const std::size_t store : {0U, 5U}) {
        Scenario scenario = one_rtu();
        scenario.sensors[0].store_messages = store;
        RtuBench bench(std::move(scenario));
        bench.is_reachable = false;
        bench.run_until(Instant{} + 100s);
        const std::size_t kept = std::max<std::size_t>(store, 1);
        CHECK(bench.rtu.waiting() == kept);
        CHECK(bench.count<ReadingDropped>() == 10 - kept);
        CHECK(bench.count<SensorLost>() == 0);
        bench.is_reachable = true;
        bench.run_until(Instant{} + 109s);
        REQUIRE(bench.payloads.size() >= kept);
        CHECK(parse_reading(bench.payloads.front())->sequence == 10 - kept + 1);
    }
}

TEST_CASE("an RTU has at most its window unacknowledged; the others wait") {
    Scenario scenario = one_rtu();
    scenario.sensors[0].store_messages = 1'000;
    RtuBench bench(std::move(scenario));
    bench.acknowledges = false;
    bench.run_until(Instant{} + 10min);
    CHECK(bench.rtu.in_flight() == SensorPlan().in_flight);
    CHECK(bench.rtu.waiting() == 60 - SensorPlan().in_flight);
}

TEST_CASE("an RTU brings its will, and says DISCONNECT when it leaves") {
    Scenario scenario = one_rtu();
    scenario.sensors[0].will = WillPlan{.topic = "nl/state", .payload = "fault", .qos = 1, .retain = true, .delay = 5s};
    RtuBench bench(std::move(scenario));
    bench.run_until(Instant{} + 30s);
    CHECK(bench.will_topic == "nl/state");
    bench.rtu.leave(Instant{} + 30s);
    bench.exchange(Instant{} + 30s);
    CHECK(bench.said_disconnect);
    CHECK(!bench.is_open);
    bench.rtu.facts_taken();
    bench.run_until(Instant{} + 1min);
    CHECK(bench.connects == 1);
}

TEST_CASE("an RTU hears commands, and subscribes again only when its session is gone") {
    Scenario scenario = one_rtu();
    scenario.signals[0] = {.id = "valve", .unit = "%", .model = SignalModel::actuator, .travel = 10s};
    scenario.sensors[0].commands = CommandsPlan{.topic = "nl/PS-1/cmd", .qos = 1};
    RtuBench bench(std::move(scenario));
    bench.run_until(Instant{} + 30s);
    CHECK(bench.subscribed.size() == 1);
    CHECK(bench.count<CommandsSubscribed>() == 1);
    bench.reply(mqtt::Publish{.topic = "nl/PS-1/cmd", .payload = as_byte_view("close")}, Instant{} + 30s);
    CHECK(bench.count<CommandReceived>() == 1);
    bench.session_present = true;
    bench.lose(Instant{} + 30s);
    bench.run_until(Instant{} + 1min);
    CHECK(bench.connects == 2);
    CHECK(bench.subscribed.size() == 1);
    bench.session_present = false;
    bench.lose(Instant{} + 1min);
    bench.run_until(Instant{} + 90s);
    CHECK(bench.subscribed.size() == 2);
    CHECK(parse_reading(bench.payloads.back())->thousandths == 0);
}
