#include "broker/core/broker.hpp"

#include <memory>

#include "benchmarks/broker/core/driver.hpp"
#include "benchmarks/support/measure.hpp"

namespace trunkline::broker {

namespace {

using bench::Driver;
using mqtt::PacketId;
using mqtt::QoS;
using trunkline::bench::bytes_each;
using trunkline::bench::per_message;

constexpr std::string_view topic = "line/ps-07/pt/3";

std::vector<std::byte> reading(QoS qos) {
    mqtt::Publish packet;
    packet.topic = topic;
    packet.qos = qos;
    if (qos != QoS::at_most_once) packet.packet_id = PacketId{1};
    packet.payload = as_byte_view("{\"seq\":4711,\"t\":1768456800,\"pt\":62.13}");
    return bench::octets_of(packet);
}

/// One client publishes, the others have subscribed; each has its socket, each message its round.
struct Fan {
    Fan(QoS qos, std::int64_t subscriber_count, bool is_kept) : publisher(driver.connect("publisher", false)) {
        for (std::int64_t n = 0; n < subscriber_count; ++n) {
            subscribers.push_back(driver.connect("subscriber-" + std::to_string(n), is_kept));
            driver.subscribe(subscribers.back(), topic, qos);
        }
    }
    /// Everybody acknowledges the last message. Its identifier is the same for all: 1 + (sequence mod 65535).
    void acknowledge() {
        puback[2] = static_cast<std::byte>(packet_id >> 8U);
        puback[3] = static_cast<std::byte>(packet_id & 0xffU);
        packet_id = packet_id == 65535 ? 1 : packet_id + 1;
        for (const ConnectionId id : subscribers) driver.receive(id, puback);
        driver.round();
    }

    Driver driver;
    ConnectionId publisher;
    std::vector<ConnectionId> subscribers;
    unsigned packet_id = 1;
    std::vector<std::byte> puback = bench::octets_of(mqtt::PubAck{PacketId{1}, mqtt::ReasonCode::success, {}});
};

/// Per delivery: the publisher's part is shared by its subscribers.
void publish_qos_0(benchmark::State& state) {
    Fan fan(QoS::at_most_once, state.range(0), false);
    const std::vector<std::byte> octets = reading(QoS::at_most_once);
    per_message(state, static_cast<std::uint64_t>(state.range(0)), [&] {
        fan.driver.receive(fan.publisher, octets);
        fan.driver.round();
    });
}
BENCHMARK(publish_qos_0)->ArgName("subscribers")->Arg(1)->Arg(10)->Arg(1'000);

/// Per delivery, PUBACKs of publisher and subscribers included. `kept`: sessions that are in the store.
void publish_qos_1(benchmark::State& state) {
    Fan fan(QoS::at_least_once, state.range(1), state.range(0) != 0);
    const std::vector<std::byte> octets = reading(QoS::at_least_once);
    per_message(state, static_cast<std::uint64_t>(state.range(1)), [&] {
        fan.driver.receive(fan.publisher, octets);
        fan.driver.round();
        fan.acknowledge();
    });
    if (fan.driver.broker.queue_length("subscriber-0") != 0) state.SkipWithError("messages were not acknowledged");
}
BENCHMARK(publish_qos_1)->ArgNames({"kept", "subscribers"})->ArgsProduct({{0, 1}, {1, 10, 1'000}});

/// A burst: 16 messages in one read, one round for all.
void publish_qos_0_in_bursts(benchmark::State& state) {
    constexpr std::uint64_t burst = 16;
    Fan fan(QoS::at_most_once, 1, false);
    std::vector<std::byte> octets;
    for (std::uint64_t n = 0; n < burst; ++n) {
        const std::vector<std::byte> one = reading(QoS::at_most_once);
        octets.insert(octets.end(), one.begin(), one.end());
    }
    per_message(state, burst, [&] {
        fan.driver.receive(fan.publisher, octets);
        fan.driver.round();
    });
}
BENCHMARK(publish_qos_0_in_bursts);

void ping(benchmark::State& state) {
    Driver driver;
    const ConnectionId id = driver.connect("client", false);
    const std::vector<std::byte> octets = bench::octets_of(mqtt::PingReq());
    per_message(state, [&] {
        driver.receive(id, octets);
        driver.round();
    });
}
BENCHMARK(ping);

/// Connected, with its clean session and no subscription.
void held_by_an_idle_connection(benchmark::State& state) {
    bytes_each(state, 10'000, [](std::uint64_t count) {
        auto driver = std::make_unique<Driver>();
        for (std::uint64_t n = 0; n < count; ++n) driver->connect("client-" + std::to_string(n), false);
        return driver;
    });
}
BENCHMARK(held_by_an_idle_connection)->Iterations(1);

/// A kept session with one subscription of its own and an empty queue, its client away.
void held_by_an_offline_session(benchmark::State& state) {
    bytes_each(state, 10'000, [](std::uint64_t count) {
        auto driver = std::make_unique<Driver>();
        for (std::uint64_t n = 0; n < count; ++n) {
            const ConnectionId id = driver->connect("client-" + std::to_string(n), true);
            driver->subscribe(id, "valve/" + std::to_string(n) + "/set", QoS::at_least_once);
            driver->cut(id);
        }
        return driver;
    });
}
BENCHMARK(held_by_an_offline_session)->Iterations(1);

}  // namespace

}  // namespace trunkline::broker
