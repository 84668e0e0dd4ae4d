#include "gateway/core/discovery.hpp"

#include <doctest/doctest.h>

#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;

namespace {

const Address group = Address::v4(239, 1, 1, 1, 1883);

Settings advertising(std::chrono::seconds interval = 900s) {
    Settings settings;
    settings.gateway_id = 7;
    settings.discovery_group = group;
    settings.advertise_interval = interval;
    return settings;
}

struct DiscoveryScene : Scene {
    explicit DiscoveryScene(std::chrono::seconds interval = 900s) : Scene(advertising(interval)) { pass(0s); }
    /// The gateway's own connection.
    UpstreamId serve() {
        const UpstreamId id = asked_one();
        open(id);
        accept(id);
        return id;
    }
    void search_in_group() {
        std::vector<std::byte> datagram(mqttsn::encoded_size(mqttsn::SearchGw{1}));
        mqttsn::encode_into(mqttsn::SearchGw{1}, datagram);
        gateway.received_by_group(datagram, now);
    }
};

}  // namespace

TEST_CASE(
    "MQTT-SN 1.2 §6.1-1, §5.3.6-1: a gateway advertises while the broker is there, at once and then at the interval") {
    DiscoveryScene scene(50s);
    CHECK(scene.heard(group).empty());  // it asks for its own connection first
    scene.serve();
    CHECK(scene.heard(group) == "ADVERTISE gw=7 duration=50");
    scene.pass(49s);
    CHECK(scene.heard(group).empty());
    scene.pass(1s);
    CHECK(scene.heard(group) == "ADVERTISE gw=7 duration=50");
}

TEST_CASE("MQTT-SN 1.2 §6.1-1: a gateway without its broker neither advertises nor answers, and begins again with it") {
    DiscoveryScene scene(60s);
    const UpstreamId id = scene.serve();
    scene.heard(group);
    scene.close(id);
    scene.search_in_group();
    scene.send(sensor_a, mqttsn::SearchGw{0});
    CHECK(scene.heard(group).empty());
    CHECK(scene.heard(sensor_a).empty());
    scene.pass(1s);  // the back-off
    scene.serve();
    CHECK(scene.heard(group) == "ADVERTISE gw=7 duration=60");
}

TEST_CASE(
    "MQTT-SN 1.2 §6.1-2: SEARCHGW in the group is answered by GWINFO to the group, once for all who search at once") {
    DiscoveryScene scene;
    scene.serve();
    scene.heard(group);
    scene.search_in_group();
    scene.search_in_group();
    CHECK(scene.heard(group) == "GWINFO gw=7");
    scene.pass(1s);
    scene.search_in_group();
    CHECK(scene.heard(group) == "GWINFO gw=7");
    CHECK(scene.gateway.counters().searches == 3);
}

TEST_CASE("MQTT-SN 1.2 §6.1-2: SEARCHGW that is sent to the gateway itself is answered to the sender") {
    DiscoveryScene scene;
    scene.serve();
    scene.heard(group);
    scene.send(sensor_a, mqttsn::SearchGw{0});
    CHECK(scene.heard(sensor_a) == "GWINFO gw=7");
    CHECK(scene.heard(group).empty());
}

TEST_CASE("MQTT-SN 1.2 §6.1-3: what else comes to the group of discovery means nothing") {
    DiscoveryScene scene;
    scene.serve();
    scene.heard(group);
    const auto say = [&](const mqttsn::Message& message) {
        std::vector<std::byte> datagram(mqttsn::encoded_size(message));
        mqttsn::encode_into(message, datagram);
        scene.gateway.received_by_group(datagram, scene.now);
    };
    say(mqttsn::Advertise{mqttsn::GwId{8}, 900});
    say(mqttsn::GwInfo{mqttsn::GwId{8}, {}});
    CHECK(scene.gateway.counters().unexpected == 0);
    say(mqttsn::Connect{.clean_session = true, .duration_seconds = 60, .client_id = "s1"});
    CHECK(scene.gateway.counters().unexpected == 1);
    const std::byte garbage[] = {std::byte{9}, std::byte{1}};
    scene.gateway.received_by_group(garbage, scene.now);
    CHECK(scene.gateway.counters().malformed == 1);
    CHECK(scene.gateway.sensor_count() == 0);
    CHECK(scene.heard(group).empty());
}

TEST_CASE("a gateway without a group takes no part in discovery") {
    Scene scene;
    scene.pass(0s);
    CHECK(scene.asked().empty());
    scene.send(sensor_a, mqttsn::SearchGw{0});
    CHECK(scene.heard(sensor_a).empty());
}

}  // namespace trunkline::gateway
