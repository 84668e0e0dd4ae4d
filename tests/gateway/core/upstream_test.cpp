// The upstream connection of one sensor as it is lost and comes back.

#include "gateway/core/upstream.hpp"

#include <doctest/doctest.h>

#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;
using mqtt::PacketId;
using mqtt::ReasonCode;

namespace {

const mqttsn::Publish cold_reading{.qos = mqttsn::QoS::at_least_once,
                                   .topic_id = mqttsn::TopicId{1},
                                   .msg_id = mqttsn::MsgId{7},
                                   .data = as_byte_view("17.2")};

/// Waits for the next attempt and says how long it took.
Duration wait_for_attempt(Scene& scene, UpstreamId& id) {
    const Instant start = scene.now;
    for (;;) {
        const auto ids = scene.asked();
        if (!ids.empty()) {
            REQUIRE(ids.size() == 1);
            id = ids.front();
            return scene.now - start;
        }
        REQUIRE(scene.gateway.next_deadline());
        scene.pass(*scene.gateway.next_deadline() - scene.now);
    }
}

}  // namespace

TEST_CASE("G17, G21: a sensor that has said no more than CONNECT is small, its connection to the broker as well") {
    CHECK(sizeof(Client) <= 560);
    CHECK(sizeof(Upstream) <= 488);
}

TEST_CASE("attempts that come to nothing are no losses: each would be told, while a proxy's broker is away") {
    Scene scene;
    UpstreamId id = scene.connected(sensor_a, "s1");
    scene.facts();
    scene.close(id);
    CHECK(scene.facts() == "upstream lost s1");
    for (int attempt = 0; attempt < 3; ++attempt) {
        wait_for_attempt(scene, id);
        scene.gateway.upstream_opened(id, scene.now);
        scene.close(id);
    }
    CHECK(scene.facts().empty());
    CHECK(scene.gateway.counters().upstream_losses == 1);
}

TEST_CASE("a sensor is kept when its connection to the broker is lost, and comes back with what was under way") {
    Scene scene;
    UpstreamId id = scene.connected(sensor_a, "s1", false, 0);
    auto packet = cold_reading;
    packet.topic_id = scene.registered(sensor_a, "p");
    scene.send(sensor_a, packet);
    CHECK(scene.got(id) == "PUBLISH p qos=1 packet=1 '17.2'");
    scene.close(id);
    CHECK(scene.heard(sensor_a).empty());
    CHECK(scene.facts() == "upstream lost s1");
    packet.dup = true;
    scene.send(sensor_a, packet);  // still under way, though not just now
    scene.send(sensor_a, mqttsn::PingReq{});
    CHECK(scene.heard(sensor_a) == "PINGRESP");

    CHECK(wait_for_attempt(scene, id) <= 1s);
    scene.open(id);
    CHECK(scene.got(id) == "CONNECT s1 clean=0 expiry=604800");
    scene.accept(id, true);
    CHECK(scene.got(id) == "PUBLISH p qos=1 packet=1 dup '17.2'");
    scene.answer(id, mqtt::PubAck{.packet_id = PacketId{1}});
    CHECK(scene.heard(sensor_a) ==
          "PUBACK id=" + std::to_string(static_cast<unsigned>(packet.topic_id)) + " msg=7 code=0");
    CHECK(scene.facts().empty());
}

TEST_CASE("a broker that was just lost: QoS 1 waits for it unanswered, and hears of it once it is back") {
    Scene scene;
    UpstreamId id = scene.connected(sensor_a, "s1", true, 0);
    scene.registered(sensor_a, "p");
    scene.close(id);
    scene.send(sensor_a, cold_reading);
    auto repeated = cold_reading;
    repeated.dup = true;
    scene.send(sensor_a, repeated);
    CHECK(scene.heard(sensor_a).empty());
    wait_for_attempt(scene, id);
    scene.open(id);
    scene.got(id);
    scene.accept(id);
    CHECK(scene.got(id) == "PUBLISH p qos=1 packet=1 '17.2'");
    scene.answer(id, mqtt::PubAck{.packet_id = PacketId{1}});
    CHECK(scene.heard(sensor_a) == "PUBACK id=1 msg=7 code=0");
}

TEST_CASE(
    "a broker that was just lost: SUBSCRIBE and QoS 2 are not answered, so that they come again; later it is "
    "congestion") {
    Scene scene;
    UpstreamId id = scene.connected(sensor_a, "s1", true, 0);
    scene.registered(sensor_a, "p");
    scene.close(id);
    auto twice = cold_reading;
    twice.qos = mqttsn::QoS::exactly_once;
    const mqttsn::Subscribe subscribe{
        .qos = mqttsn::QoS::at_least_once, .msg_id = mqttsn::MsgId{9}, .topic_name = "valve/7"};
    SUBCASE("it is back") {
        scene.send(sensor_a, twice);
        scene.send(sensor_a, subscribe);
        CHECK(scene.heard(sensor_a).empty());
        wait_for_attempt(scene, id);
        scene.open(id);
        scene.got(id);
        scene.accept(id);
        CHECK(scene.got(id).empty());
        scene.send(sensor_a, twice);
        scene.send(sensor_a, subscribe);
        CHECK(scene.got(id) == "PUBLISH p qos=2 packet=1 '17.2'; SUBSCRIBE packet=2 valve/7 qos=1");
    }
    SUBCASE("it is not") {
        scene.pass(scene.settings.upstream_patience);
        scene.send(sensor_a, twice);
        scene.send(sensor_a, subscribe);
        CHECK(scene.heard(sensor_a) == "PUBACK id=1 msg=7 code=1; SUBACK qos=0 id=0 msg=9 code=1");
    }
}

TEST_CASE("a broker that was just lost: no more messages wait for it than may be under way") {
    Settings settings;
    settings.uplink_window = 2;
    Scene scene(settings);
    const UpstreamId id = scene.connected(sensor_a, "s1", true, 0);
    scene.registered(sensor_a, "p");
    scene.close(id);
    auto packet = cold_reading;
    for (const mqttsn::MsgId msg_id : {mqttsn::MsgId{7}, mqttsn::MsgId{8}, mqttsn::MsgId{9}}) {
        packet.msg_id = msg_id;
        scene.send(sensor_a, packet);
    }
    CHECK(scene.heard(sensor_a) == "PUBACK id=1 msg=9 code=1");
}

TEST_CASE(
    "a broker that is away for longer: QoS 1 is congestion, what waited so far included; QoS 0 is dropped and "
    "counted") {
    Scene scene;
    const UpstreamId id = scene.connected(sensor_a, "s1", true, 0);
    scene.registered(sensor_a, "p");
    scene.close(id);
    scene.send(sensor_a, cold_reading);
    auto later = cold_reading;
    later.msg_id = mqttsn::MsgId{8};
    auto repeated = cold_reading;
    repeated.dup = true;
    scene.pass(scene.settings.upstream_patience - 1ns);
    scene.send(sensor_a, repeated);
    CHECK(scene.heard(sensor_a).empty());
    scene.pass(1ns);
    scene.send(sensor_a, repeated);
    CHECK(scene.heard(sensor_a) == "PUBACK id=1 msg=7 code=1");
    scene.send(sensor_a, later);
    CHECK(scene.heard(sensor_a) == "PUBACK id=1 msg=8 code=1");
    auto packet = cold_reading;
    packet.qos = mqttsn::QoS::at_most_once;
    scene.send(sensor_a, packet);
    CHECK(scene.heard(sensor_a).empty());
    CHECK(scene.gateway.counters().publish_dropped == 1);
    scene.registered(sensor_a, "q");  // topic ids are the gateway's own
}

TEST_CASE("attempts are spread over a window that doubles up to its limit") {
    Scene scene;
    UpstreamId id = scene.connected(sensor_a, "s1", true, 0);
    scene.close(id);
    Duration longest{};
    for (const Duration window : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s, 60s, 60s}) {
        const Duration waited = wait_for_attempt(scene, id);
        CHECK(waited <= window);
        longest = std::max(longest, waited);
        scene.close(id);
    }
    CHECK(longest > 8s);
}

TEST_CASE("two sensors do not come back together, and one seed brings them back in the same way") {
    const auto waits = [](std::uint64_t seed) {
        Settings settings;
        settings.seed = seed;
        std::vector<Duration> all;
        for (const std::string_view client_id : {"s1", "s2"}) {
            Scene scene(settings);
            UpstreamId id = scene.connected(sensor_a, client_id, true, 0);
            scene.close(id);
            all.push_back(wait_for_attempt(scene, id));
        }
        return all;
    };
    CHECK(waits(1) == waits(1));
    CHECK(waits(1) != waits(2));
    CHECK(waits(1)[0] != waits(1)[1]);
}

TEST_CASE("a connection that lasted begins a new back-off, one that breaks at once goes on with the old one") {
    for (const bool lasts : {false, true}) {
        Scene scene;
        UpstreamId id = scene.connected(sensor_a, "s1", true, 0);
        scene.close(id);
        Duration longest{};
        for (int attempt = 0; attempt < 20; ++attempt) {
            longest = std::max(longest, wait_for_attempt(scene, id));
            scene.open(id);
            scene.accept(id);
            for (int minute = 0; lasts && minute < 2; ++minute) {
                scene.pass(59s);
                scene.answer(id, mqtt::PingResp{});
            }
            scene.close(id);
        }
        CHECK((longest <= 1s) == lasts);
    }
}

TEST_CASE("an attempt that the broker does not answer is followed by the next one") {
    for (const bool opens : {false, true}) {
        Scene scene;
        UpstreamId id = scene.connected(sensor_a, "s1", true, 0);
        scene.close(id);
        wait_for_attempt(scene, id);
        const UpstreamId silent = id;
        if (opens) scene.open(id);
        scene.pass(20s - 1ns);
        CHECK(scene.gateway.take_upstream_closes().empty());
        scene.pass(1ns);
        CHECK(scene.gateway.take_upstream_closes() == std::vector{silent});
        wait_for_attempt(scene, id);
        CHECK(id != silent);
    }
}

TEST_CASE("a broker that refuses a sensor for good at its return has the sensor connect again, to hear so") {
    Scene scene;
    UpstreamId id = scene.connected(sensor_a, "s1", true, 0);
    scene.close(id);
    scene.facts();
    wait_for_attempt(scene, id);
    scene.open(id);
    scene.answer(id, mqtt::ConnAck{.reason = ReasonCode::not_authorized});
    CHECK(scene.heard(sensor_a) == "DISCONNECT");
    CHECK(scene.facts() == "gone s1 upstream_refused");
    CHECK(scene.gateway.sensor_count() == 0);
}

TEST_CASE("a broker that is busy at a sensor's return is asked again") {
    Scene scene;
    UpstreamId id = scene.connected(sensor_a, "s1", true, 0);
    scene.close(id);
    wait_for_attempt(scene, id);
    scene.open(id);
    scene.answer(id, mqtt::ConnAck{.reason = ReasonCode::server_busy});
    CHECK(scene.heard(sensor_a).empty());
    wait_for_attempt(scene, id);
    scene.open(id);
    scene.accept(id);
    scene.registered(sensor_a, "p");
    scene.send(sensor_a, cold_reading);
    CHECK(scene.heard(sensor_a).empty());
}

TEST_CASE("[MQTT-3.1.4-3] a ClientId that connected elsewhere is not fought over") {
    Scene scene;
    const UpstreamId id = scene.connected(sensor_a, "s1", false, 0);
    scene.answer(id, mqtt::Disconnect{.reason = ReasonCode::session_taken_over});
    CHECK(scene.heard(sensor_a) == "DISCONNECT");
    CHECK(scene.facts() == "upstream lost s1; gone s1 upstream_taken_over");
    scene.pass(1h);
    CHECK(scene.asked().empty());
}

TEST_CASE("a broker that breaks the protocol loses the connection, the sensor does not") {
    Scene scene;
    UpstreamId id = scene.connected(sensor_a, "s1", true, 0);
    const std::byte garbage[] = {std::byte{0xff}, std::byte{0x00}};
    scene.gateway.upstream_received(id, garbage, scene.now);
    CHECK(scene.gateway.take_upstream_closes() == std::vector{id});
    CHECK(scene.facts() == "upstream lost s1");
    CHECK(wait_for_attempt(scene, id) <= 1s);
}

TEST_CASE("the first connection that a broker accepts after an outage ends everybody's back-off, by turns") {
    Settings settings;
    settings.upstream_reopens_per_second = 100;
    Scene scene(settings);
    constexpr std::uint16_t sensors = 50;
    for (std::uint16_t n = 0; n < sensors; ++n)
        scene.close(scene.connected(Address::v4(10, 1, 0, 0, static_cast<std::uint16_t>(1000 + n)),
                                    "s" + std::to_string(n), true, 0));
    for (const Instant end = scene.now + 10min; scene.now < end; scene.pass(1s)) {
        for (const UpstreamId id : scene.asked()) scene.close(id);  // refused
    }
    std::vector<UpstreamId> ids;
    while (ids.empty()) {
        scene.pass(100ms);
        ids = scene.asked();
    }
    for (std::size_t at = 1; at < ids.size(); ++at) scene.close(ids[at]);
    const std::size_t waiting = sensors - 1;
    scene.open(ids.front());
    scene.accept(ids.front());
    scene.pass(waiting * 10ms);
    CHECK(scene.asked().size() == waiting);
}

TEST_CASE("a sensor that connects again during the back-off waits for the planned attempt") {
    Scene scene;
    UpstreamId id = scene.connected(sensor_a, "s1", false, 0);
    scene.close(id);
    scene.send(sensor_b, mqttsn::Connect{.client_id = "s1"});
    CHECK(scene.asked().empty());
    CHECK(wait_for_attempt(scene, id) <= 1s);
    scene.open(id);
    scene.accept(id);
    CHECK(scene.heard(sensor_b) == "CONNACK code=0");
}

TEST_CASE("a sensor that leaves during the back-off ends it") {
    Scene scene;
    const UpstreamId id = scene.connected(sensor_a, "s1", false, 0);
    scene.close(id);
    scene.send(sensor_a, mqttsn::Disconnect{});
    CHECK(scene.heard(sensor_a) == "DISCONNECT");
    scene.pass(1h);
    CHECK(scene.asked().empty());
}

TEST_CASE(
    "MQTT-SN 1.2 §6.14-12: [MQTT-3.1.2-20] the gateway keeps its own keep-alive with the broker, whatever the sensor's "
    "is") {
    Scene scene;
    const UpstreamId id = scene.connected(sensor_a, "s1", true, 0);
    scene.pass(60s);
    CHECK(scene.got(id) == "PINGREQ");
}

}  // namespace trunkline::gateway
