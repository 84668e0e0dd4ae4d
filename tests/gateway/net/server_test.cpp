#include "gateway/net/server.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocol/mqtt/codec.hpp"
#include "runtime/transport/start_error.hpp"
#include "runtime/transport/tcp_listener.hpp"
#include "tests/support/rounds.hpp"

namespace trunkline::gateway {

namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using runtime::Scheme;
using runtime::StreamEnd;
using runtime::StreamId;

/// Accepts every client and acknowledges every QoS 1 message, in MQTT 5.0.
struct ObligingBroker : runtime::StreamEvents {
    explicit ObligingBroker(runtime::EventLoop& loop)
        : streams(loop, *this), listener(std::in_place, loop, streams, runtime::Url{Scheme::mqtt, "127.0.0.1", 0}) {}

    StreamId accepted(const runtime::StreamOrigin&) override {
        frames.emplace(StreamId{++last}, mqtt::FrameStream(1 << 20));
        return StreamId{last};
    }
    void accept_failed(std::string_view, std::error_code) override {}
    void connected(StreamId) override {}
    void received(StreamId id, ByteView bytes) override {
        mqtt::FrameStream& stream = frames.at(id);
        stream.feed(bytes);
        while (const auto frame = stream.next()) {
            REQUIRE(*frame);
            const auto packet = mqtt::decode(**frame, mqtt::ProtocolVersion::v5);
            REQUIRE(packet);
            answer(id, *packet);
        }
    }
    void written(StreamId, std::size_t) override {}
    void closed(StreamId, StreamEnd) override { ++ended; }

    void answer(StreamId id, const mqtt::Packet& packet) {
        if (const auto* connect = std::get_if<mqtt::Connect>(&packet)) {
            client_ids.emplace_back(connect->client_id);
            send(id, mqtt::ConnAck{});
        } else if (const auto* publish = std::get_if<mqtt::Publish>(&packet)) {
            messages.push_back(std::string(publish->topic) + "=" + std::string(as_text(publish->payload)));
            if (publish->qos == mqtt::QoS::at_most_once) return;
            mqtt::PubAck ack;
            ack.packet_id = publish->packet_id;
            send(id, ack);
        } else if (std::holds_alternative<mqtt::Disconnect>(packet)) {
            ++disconnects;
        }
    }
    void send(StreamId id, const mqtt::Packet& packet) {
        OutputBytes bytes;
        mqtt::encode(packet, mqtt::ProtocolVersion::v5, bytes);
        streams.send(id, bytes);
    }

    std::uint64_t last = 0;
    std::map<StreamId, mqtt::FrameStream> frames;
    std::vector<std::string> client_ids;
    std::vector<std::string> messages;
    int disconnects = 0;
    int ended = 0;
    runtime::TcpStreams streams;
    std::optional<runtime::TcpListener> listener;
};

/// A socket of a sensor, and what it has heard.
struct Sensor : runtime::DatagramEvents {
    explicit Sensor(runtime::EventLoop& loop) : socket(loop, *this, {}, runtime::Url{Scheme::udp, "127.0.0.1", 0}) {}
    void datagram(runtime::UdpSocketId, const Address&, ByteView octets) override {
        heard.emplace_back(as_text(octets));
    }
    void send(const runtime::Url& to, const std::string& text) {
        const runtime::Datagram one{Address::v4(127, 0, 0, 1, to.port), as_byte_view(text)};
        socket.send({&one, 1});
    }
    std::vector<std::string> heard;
    runtime::UdpSocket socket;
};

struct Fixture {
    template <typename Predicate>
    void rounds_until(Predicate happened) {
        const Instant give_up = clock.now() + 20s;
        while (!happened()) {
            REQUIRE(clock.now() < give_up);
            server.round();
        }
    }
    void send(const std::string& text) { sensor.send(server.bound().front(), text); }
    void hear(const std::string& wanted) {
        rounds_until([&] { return !sensor.heard.empty(); });
        CHECK(sensor.heard.front() == wanted);
        sensor.heard.erase(sensor.heard.begin());
    }
    void connect() {
        send("\x09\x04\x04\x01\x00\x3cps1"s);  // CONNECT, clean, 60 s, "ps1"
        hear("\x03\x05\x00"s);                 // CONNACK accepted
    }

    runtime::RealClock clock;
    runtime::EventLoop loop;
    ObligingBroker broker{loop};
    Sensor sensor{loop};
    static Settings settings() {
        Settings settings;
        settings.maximum_unsent_octets = 100'000;
        return settings;
    }
    Gateway core{settings()};
    runtime::Log log{runtime::LogLevel::error};
    StoreDriver store{nullptr, loop};
    Server server{loop, core, store, {{{{Scheme::udp, "127.0.0.1", 0}}}, {{broker.listener->bound()}}}, log};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "server: a reading goes from a datagram to the broker, and its acknowledgement back") {
    connect();
    CHECK(broker.client_ids == std::vector<std::string>{"ps1"});
    send("\x09\x0a\x00\x00\x00\x01p/1"s);  // REGISTER p/1
    rounds_until([&] { return !sensor.heard.empty(); });
    const std::string regack = sensor.heard.front();
    sensor.heard.clear();
    REQUIRE(regack.size() == 7);
    const std::string topic_id = regack.substr(2, 2);
    send("\x0a\x0c\x20"s + topic_id + "\x00\x02"s + "4.2");  // PUBLISH, QoS 1
    hear("\x07\x0d"s + topic_id + "\x00\x02\x00"s);          // PUBACK accepted
    CHECK(broker.messages == std::vector<std::string>{"p/1=4.2"});
}

TEST_CASE_FIXTURE(Fixture, "server: a malformed datagram costs nothing but itself") {
    connect();
    Sensor stranger(loop);
    for (const std::string& text : {""s, "\x01"s, "\x02\xff"s, "\x09\x04"s, "\x01\x00"s, std::string(300, '\xff')}) {
        stranger.send(server.bound().front(), text);
    }
    rounds_until([&] { return core.counters().malformed == 6; });
    send("\x02\x16"s);  // PINGREQ
    hear("\x02\x17"s);
    CHECK(stranger.heard.empty());
}

TEST_CASE_FIXTURE(Fixture, "server: while the broker is away a sensor hears no acceptance, and the gateway goes on") {
    broker.listener.reset();
    send("\x09\x04\x04\x01\x00\x3cps1"s);
    rounds_until([&] { return core.counters().upstream_opens == 1 && core.upstream_count() == 0; });
    for (const std::string& answer : sensor.heard) CHECK(answer != "\x03\x05\x00"s);
    CHECK(broker.client_ids.empty());
}

TEST_CASE_FIXTURE(Fixture,
                  "server: of a broker that reads nothing no more waits here than may; QoS 0 beyond is dropped") {
    connect();
    broker.streams.set_reading(StreamId{1}, false);
    const std::string reading =
        "\x01\x03\xf7\x0c\x02"s + "rd"s + "\0\0"s + std::string(1'006, 'x');  // QoS 0, 1,015 octets
    const auto drops = [&] { return core.counters().dropped_for[static_cast<std::size_t>(DropCause::upstream_slow)]; };
    rounds_until([&] {
        send(reading);
        return drops() > 100;
    });
    const std::uint64_t waits = core.gauges().unsent_octets;
    CHECK(waits >= 100'000);
    CHECK(waits < 250'000);  // what one round may bring besides
    broker.streams.set_reading(StreamId{1}, true);
    rounds_until([&] { return core.gauges().unsent_octets == 0; });
    const std::uint64_t dropped = drops();
    const std::uint64_t forwarded = core.counters().publish_forwarded;
    send(reading);
    rounds_until([&] { return core.counters().publish_forwarded > forwarded; });
    rounds_until([&] { return broker.messages.size() == core.counters().publish_forwarded; });
    CHECK(drops() == dropped);
}

TEST_CASE_FIXTURE(Fixture, "server: a stop says DISCONNECT to the broker for every sensor") {
    connect();
    loop.request_stop();
    CHECK(server.run());
    test::run_until(loop, [&] { return broker.ended == 1; });
    CHECK(broker.disconnects == 1);
}

TEST_CASE_FIXTURE(
    Fixture,
    "G21 server: while a sensor speaks one of those that connect at once is brought to the broker in each "
    "round, and none that has left meanwhile") {
    connect();
    constexpr std::size_t count = 20;
    constexpr std::size_t leaving = 7;  // of those that come with the first ones, and are not the first
    std::vector<std::unique_ptr<Sensor>> sensors;
    for (std::size_t number = 0; number < count; ++number) {
        sensors.push_back(std::make_unique<Sensor>(loop));
        const std::string client_id{'s', static_cast<char>('a' + number)};
        sensors.back()->send(server.bound().front(), "\x08\x04\x04\x01\x00\x3c"s + client_id);
    }
    std::uint64_t allowed = broker.last;
    const auto one_round = [&] {
        send("\x02\x16"s);  // PINGREQ
        const Instant began = clock.now();
        server.round();
        const bool is_slow_machine = clock.now() - began >= 10ms;
        allowed += is_slow_machine ? DialQueue::each_round : DialQueue::each_busy_round;
        CHECK(broker.last <= allowed);
    };
    const Instant give_up = clock.now() + 20s;
    while (core.sensor_count() <= leaving + 1 && clock.now() < give_up) one_round();
    sensors[leaving]->send(server.bound().front(), "\x02\x18"s);  // DISCONNECT
    const auto connected = [&] {
        return std::count_if(sensors.begin(), sensors.end(),
                             [](const auto& one) { return one->heard == std::vector{"\x03\x05\x00"s}; });
    };
    while (connected() != count - 1 && clock.now() < give_up) one_round();
    CHECK(connected() == count - 1);
    CHECK(sensors[leaving]->heard == std::vector{"\x02\x18"s});
    CHECK(broker.client_ids.size() == count);  // with the one that speaks
    CHECK(std::find(broker.client_ids.begin(), broker.client_ids.end(), "sh") == broker.client_ids.end());
    CHECK(core.upstream_count() == count);
}

TEST_CASE_FIXTURE(Fixture, "server: an address in use is refused") {
    CHECK_THROWS_WITH_AS(Server(loop, core, store, {{{server.bound().front()}}, {{broker.listener->bound()}}}, log),
                         doctest::Contains("address in use: udp://127.0.0.1:"), runtime::StartError);
}

}  // namespace trunkline::gateway
