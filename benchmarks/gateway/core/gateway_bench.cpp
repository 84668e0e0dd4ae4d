#include "gateway/core/gateway.hpp"

#include <memory>

#include "benchmarks/gateway/core/driver.hpp"
#include "benchmarks/support/measure.hpp"

namespace trunkline::gateway {

namespace {

using bench::address_of;
using bench::Driver;
using mqttsn::MsgId;
using trunkline::bench::bytes_each;
using trunkline::bench::per_message;

constexpr std::string_view topic = "line/ps-07/pt/3";
constexpr std::string_view payload = "{\"seq\":4711,\"t\":1768456800,\"pt\":62.13}";

Settings aggregating() {
    Settings settings;
    settings.modes.otherwise = Mode::aggregating;
    settings.upstream_connections = 1;
    settings.maximum_sensors = 1'000'000;
    return settings;
}

/// Nobody forges addresses here.
Settings open_to_all(Settings settings) {
    settings.maximum_newcomers = settings.maximum_sensors;
    return settings;
}

/// A connected sensor with a registered topic, among so many others.
struct Scene {
    explicit Scene(std::int64_t others, const Settings& settings = {}) : driver(open_to_all(settings)) {
        for (std::uint32_t n = 1; n <= static_cast<std::uint32_t>(others); ++n)
            driver.connect(address_of(n), "pt-" + std::to_string(n));
        upstream = driver.connect(sensor, "pt-0");
        topic_id = driver.register_topic(sensor, topic);
    }
    mqttsn::Publish reading(mqttsn::QoS qos) const {
        return {.qos = qos, .topic_id = topic_id, .msg_id = msg_id, .data = as_byte_view(payload)};
    }
    void next_msg_id() {
        const auto value = static_cast<std::uint16_t>(msg_id);
        msg_id = MsgId(static_cast<std::uint16_t>(value == 65535 ? 1 : value + 1));
    }

    Driver driver;
    Address sensor = address_of(0);
    UpstreamId upstream{};
    mqttsn::TopicId topic_id{};
    MsgId msg_id{};
};

/// PUBLISH up, PUBACK of the broker, PUBACK down.
void reading_up_qos_1(benchmark::State& state, const Settings& settings) {
    Scene scene(state.range(0), settings);
    std::vector<std::byte> puback = bench::octets_of(mqtt::PubAck{mqtt::PacketId{1}, mqtt::ReasonCode::success, {}});
    per_message(state, [&] {
        scene.next_msg_id();
        scene.driver.receive(scene.sensor, scene.reading(mqttsn::QoS::at_least_once));
        const auto packet_id = static_cast<unsigned>(scene.driver.published(scene.upstream));
        puback[2] = static_cast<std::byte>(packet_id >> 8U);
        puback[3] = static_cast<std::byte>(packet_id & 0xffU);
        scene.driver.receive_upstream(scene.upstream, puback);
        if (scene.driver.last_datagram().empty()) state.SkipWithError("no PUBACK to the sensor");
    });
}
BENCHMARK_CAPTURE(reading_up_qos_1, transparent, Settings())->ArgName("other_sensors")->Arg(0)->Arg(10'000);
BENCHMARK_CAPTURE(reading_up_qos_1, aggregating, aggregating())->ArgName("other_sensors")->Arg(0)->Arg(10'000);

void reading_up_qos_0(benchmark::State& state) {
    Scene scene(0);
    per_message(state, [&] {
        scene.driver.receive(scene.sensor, scene.reading(mqttsn::QoS::at_most_once));
        benchmark::DoNotOptimize(scene.driver.published(scene.upstream));
    });
}
BENCHMARK(reading_up_qos_0);

/// PUBLISH of the broker, PUBLISH down, PUBACK of the sensor, PUBACK up.
void command_down_qos_1(benchmark::State& state) {
    Scene scene(0);
    mqtt::Publish command;
    command.topic = topic;
    command.qos = mqtt::QoS::at_least_once;
    command.packet_id = mqtt::PacketId{1};
    command.payload = as_byte_view("open");
    const std::vector<std::byte> octets = bench::octets_of(command);
    per_message(state, [&] {
        scene.driver.receive_upstream(scene.upstream, octets);
        const auto sent = mqttsn::decode(scene.driver.last_datagram());
        const auto* publish = sent ? std::get_if<mqttsn::Publish>(&*sent) : nullptr;
        if (publish == nullptr) return state.SkipWithError("no PUBLISH to the sensor");
        scene.driver.receive(scene.sensor, mqttsn::PubAck{.topic_id = publish->topic_id, .msg_id = publish->msg_id});
        OutputBytes out;
        scene.driver.gateway.take_output(scene.upstream, out);
        if (out.empty()) state.SkipWithError("no PUBACK to the broker");
    });
}
BENCHMARK(command_down_qos_1);

/// Keep-alive: answered by the gateway itself.
void ping(benchmark::State& state) {
    Scene scene(0);
    per_message(state, [&] {
        scene.driver.receive(scene.sensor, mqttsn::PingReq());
        if (scene.driver.last_datagram().empty()) state.SkipWithError("no PINGRESP");
    });
}
BENCHMARK(ping);

/// Connected, with one registered topic and its own connection to the broker.
void held_by_an_idle_sensor(benchmark::State& state) {
    bytes_each(state, 10'000, [](std::uint64_t count) {
        auto driver = std::make_unique<Driver>();
        for (std::uint32_t n = 0; n < count; ++n) {
            driver->connect(address_of(n), "pt-" + std::to_string(n));
            driver->register_topic(address_of(n), topic);
        }
        return driver;
    });
}
BENCHMARK(held_by_an_idle_sensor)->Iterations(1);

/// Asleep in aggregating mode, with a subscription of its own and four messages that wait. The goal is 5,368 octets:
/// 100,000 of them within 512 MiB.
void held_by_a_sleeper_with_four_messages(benchmark::State& state) {
    bytes_each(state, 20'000, [](std::uint64_t count) {
        auto driver = std::make_unique<Driver>(aggregating());
        for (std::uint32_t n = 0; n < count; ++n) {
            const std::string filter = "line/ps-" + std::to_string(n) + "/cp/set";
            const UpstreamId id = driver->connect(address_of(n), "cp-" + std::to_string(n));
            driver->subscribe(address_of(n), id, filter);
            driver->receive(address_of(n), mqttsn::Disconnect{std::uint16_t{3'600}});
            for (std::uint16_t message = 1; message <= 4; ++message) {
                mqtt::PropertyBuilder properties;
                properties.number(mqtt::PropertyId::subscription_identifier, SharedSubscriptions::id_of(filter));
                driver->receive_upstream(id, bench::octets_of(mqtt::Publish{.qos = mqtt::QoS::at_least_once,
                                                                            .topic = filter,
                                                                            .packet_id = mqtt::PacketId{message},
                                                                            .properties = properties.view(),
                                                                            .payload = as_byte_view(payload)}));
            }
            OutputBytes out;
            driver->gateway.take_output(id, out);
            static_cast<void>(driver->last_datagram());
        }
        return driver;
    });
}
BENCHMARK(held_by_a_sleeper_with_four_messages)->Iterations(1);

}  // namespace

}  // namespace trunkline::gateway
