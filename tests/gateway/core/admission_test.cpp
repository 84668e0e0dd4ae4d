// What is turned away at the door, and that nobody is turned away in silence.

#include <doctest/doctest.h>

#include <map>
#include <string>

#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;

namespace {

std::shared_ptr<const SensorRules> rules_of(std::string_view allowed, std::string_view acl = {}) {
    SensorRules rules;
    if (!allowed.empty()) rules.allowed = *NamePatterns::parse(allowed);
    if (!acl.empty()) rules.acl = *Acl::parse(acl);
    return std::make_shared<const SensorRules>(std::move(rules));
}

mqttsn::Connect asks_to_connect(std::string_view client_id) {
    return {.clean_session = true, .duration_seconds = 60, .client_id = client_id};
}

std::uint64_t refused_for(const Scene& scene, SensorRefused::Cause cause) {
    return scene.gateway.counters().refused_for[static_cast<std::size_t>(cause)];
}

}  // namespace

TEST_CASE("admission: who is not in the list is refused with 0x03, told once, counted, and costs no place") {
    Scene scene(both_modes());
    scene.gateway.set_rules(rules_of("ps-*\nvalve-1"), scene.now);
    scene.send(sensor_a, asks_to_connect("meter-1"));
    CHECK(scene.heard(sensor_a) == "CONNACK code=3");
    CHECK(scene.facts() == "refused meter-1 code=3 reason=0");
    CHECK(refused_for(scene, SensorRefused::Cause::not_allowed) == 1);
    CHECK(scene.gateway.sensor_count() == 0);
    CHECK(scene.asked().empty());
    scene.connected(sensor_a, "ps-7");
    scene.connected(sensor_b, "valve-1");
}

TEST_CASE("admission: a refused CONNECT does not throw out the sensor that is at its address") {
    Scene scene(both_modes());
    scene.gateway.set_rules(rules_of("ps-*"), scene.now);
    scene.connected(sensor_a, "ps-7");
    scene.send(sensor_a, asks_to_connect("thief"));
    CHECK(scene.heard(sensor_a) == "CONNACK code=3");
    scene.send(sensor_a, mqttsn::PingReq{});
    CHECK(scene.heard(sensor_a) == "PINGRESP");
}

TEST_CASE("admission: with a list, QoS -1 is taken only if a pattern means sensors without a name") {
    const mqttsn::Publish reading{.qos = mqttsn::QoS::minus_one,
                                  .topic_id_type = mqttsn::TopicIdType::short_name,
                                  .topic_id = mqttsn::topic_id_of_short_name("ab"),
                                  .data = as_byte_view("1")};
    Scene scene(both_modes());
    scene.gateway.set_rules(rules_of("ps-*"), scene.now);
    scene.send(sensor_a, reading);
    CHECK(scene.gateway.counters().publish_denied == 1);
    CHECK(scene.asked().empty());
    scene.gateway.set_rules(rules_of("*"), scene.now);
    scene.send(sensor_a, reading);
    CHECK(scene.gateway.counters().publish_denied == 1);
    CHECK(scene.asked().size() == 1);
}

TEST_CASE("admission: a new list throws out who is not in it any more, whose will is published") {
    Scene scene(both_modes());
    scene.connected(sensor_a, "s1");
    scene.connected(sensor_b, "s2");
    scene.gateway.set_rules(rules_of("s2"), scene.now);
    CHECK(scene.heard(sensor_a) == "DISCONNECT");
    CHECK(scene.heard(sensor_b).empty());
    CHECK(scene.facts() == "gone s1 not_allowed");
    scene.send(sensor_a, asks_to_connect("s1"));
    CHECK(scene.heard(sensor_a) == "CONNACK code=3");
}

TEST_CASE("access: PUBLISH that the ACL does not allow gets 0x03 at every QoS, and what it allows passes") {
    Scene scene(both_modes());
    scene.gateway.set_rules(rules_of("", "topic write open/#\nuser s1\ntopic write a\npattern readwrite own/%c/#\n"),
                            scene.now);
    const UpstreamId id = scene.connected(sensor_a, "s1");
    const mqttsn::TopicId allowed = scene.registered(sensor_a, "a");
    const mqttsn::TopicId own = scene.registered(sensor_a, "own/s1/x");
    const mqttsn::TopicId foreign = scene.registered(sensor_a, "own/s2/x");
    const mqttsn::TopicId anonymous = scene.registered(sensor_a, "open/x");  // for sensors without a ClientId
    scene.send(sensor_a, qos_0(allowed, "1"));
    scene.send(sensor_a, qos_0(own, "2"));
    CHECK(scene.got(id) == "PUBLISH a qos=0 '1'; PUBLISH own/s1/x qos=0 '2'");
    scene.send(sensor_a, qos_0(foreign, "3"));
    scene.send(sensor_a, qos_0(anonymous, "3"));
    scene.send(sensor_a, mqttsn::Publish{.qos = mqttsn::QoS::exactly_once,
                                         .topic_id = foreign,
                                         .msg_id = mqttsn::MsgId{5},
                                         .data = as_byte_view("4")});
    CHECK(scene.heard(sensor_a) == "PUBACK id=3 msg=0 code=3; PUBACK id=4 msg=0 code=3; PUBACK id=3 msg=5 code=3");
    CHECK(scene.got(id).empty());
    CHECK(scene.gateway.counters().publish_denied == 3);
}

TEST_CASE("access: SUBSCRIBE to what cannot be read gets 0x03, and a message that may not be read is passed over") {
    Scene scene;
    scene.gateway.set_rules(rules_of("", "user s1\ntopic read a/#\ntopic deny a/secret\n"), scene.now);
    const UpstreamId id = scene.connected(sensor_a, "s1");
    scene.send(sensor_a, mqttsn::Subscribe{.msg_id = mqttsn::MsgId{1}, .topic_name = "b/#"});
    CHECK(scene.heard(sensor_a) == "SUBACK qos=0 id=0 msg=1 code=3");
    scene.send(sensor_a, mqttsn::Subscribe{.msg_id = mqttsn::MsgId{2}, .topic_name = "a/secret"});
    CHECK(scene.heard(sensor_a) == "SUBACK qos=0 id=0 msg=2 code=3");
    CHECK(scene.gateway.counters().subscribe_denied == 2);
    CHECK(scene.got(id).empty());
    scene.send(sensor_a,
               mqttsn::Subscribe{.qos = mqttsn::QoS::at_least_once, .msg_id = mqttsn::MsgId{3}, .topic_name = "a/+"});
    CHECK(scene.got(id) == "SUBSCRIBE packet=1 a/+ qos=1");
    scene.suback(id, 1, mqtt::ReasonCode::granted_qos_1);
    scene.heard(sensor_a);
    scene.answer(id, mqtt::Publish{.qos = mqtt::QoS::at_least_once,
                                   .topic = "a/secret",
                                   .packet_id = mqtt::PacketId{9},
                                   .payload = as_byte_view("x")});
    CHECK(scene.heard(sensor_a).empty());
    CHECK(scene.got(id) == "PUBACK packet=9 reason=0");
    CHECK(scene.gateway.counters().dropped_for[static_cast<std::size_t>(DropCause::denied)] == 1);
}

TEST_CASE("access: a will on a topic that its sensor may not publish to is refused") {
    Scene scene(both_modes());
    scene.gateway.set_rules(rules_of("", "user s1\ntopic write good\n"), scene.now);
    scene.send(sensor_a, mqttsn::Connect{.will = true, .clean_session = true, .client_id = "s1"});
    CHECK(scene.heard(sensor_a) == "WILLTOPICREQ");
    scene.send(sensor_a, mqttsn::WillTopic{.topic = "bad"});
    CHECK(scene.heard(sensor_a) == "CONNACK code=3");
    CHECK(scene.gateway.counters().wills_denied == 1);
    scene.connected(sensor_a, "s1");
    scene.send(sensor_a, mqttsn::WillTopicUpd{.topic = "bad"});
    CHECK(scene.heard(sensor_a) == "WILLTOPICRESP code=3");
    scene.send(sensor_a, mqttsn::WillTopicUpd{.topic = "good"});
    CHECK(scene.heard(sensor_a) == "WILLTOPICRESP code=0");
}

TEST_CASE("G20: a sensor above its rate hears congestion for whatever has such an answer, and is not lost by it") {
    Settings settings;
    settings.sensor_messages_per_second = 4;
    Scene scene(both_modes(settings));
    const UpstreamId id = scene.connected(sensor_a, "s1", true, 10);
    const mqttsn::TopicId topic =
        scene.registered(sensor_a, "a");  // CONNECT was before there was a sensor: one of four
    scene.got(id);
    for (int count = 0; count < 3; ++count) scene.send(sensor_a, qos_0(topic, "x"));
    CHECK(scene.got(id) == "PUBLISH a qos=0 'x'; PUBLISH a qos=0 'x'; PUBLISH a qos=0 'x'");
    scene.send(sensor_a, qos_0(topic, "y"));
    scene.send(sensor_a, mqttsn::Publish{.qos = mqttsn::QoS::at_least_once,
                                         .topic_id = topic,
                                         .msg_id = mqttsn::MsgId{7},
                                         .data = as_byte_view("y")});
    scene.send(sensor_a, mqttsn::Register{.msg_id = mqttsn::MsgId{8}, .topic_name = "b"});
    scene.send(sensor_a, mqttsn::Subscribe{.msg_id = mqttsn::MsgId{9}, .topic_name = "c"});
    scene.send(sensor_a, mqttsn::PingReq{});
    CHECK(scene.heard(sensor_a) ==
          "PUBACK id=1 msg=0 code=1; PUBACK id=1 msg=7 code=1; REGACK id=0 msg=8 code=1; "
          "SUBACK qos=0 id=0 msg=9 code=1; PINGRESP");
    CHECK(scene.got(id).empty());
    CHECK(scene.gateway.counters().too_fast == 4);
    for (int second = 0; second < 30; ++second) {  // ten times as fast as is allowed, and no other message between
        for (int count = 0; count < 40; ++count) scene.send(sensor_a, qos_0(topic, "z"));
        scene.pass(1s);
    }
    CHECK(scene.gateway.find("s1")->state() == SensorState::active);
}

TEST_CASE("G20: an address above its rate: its sensors hear congestion, what strangers send is dropped and counted") {
    Settings settings;
    settings.sources.messages_per_second = 3;
    Scene scene(both_modes(settings));
    scene.connected(sensor_a, "s1");
    const Address neighbour = Address::v4(10, 0, 0, 1, 6000);
    scene.send(neighbour, mqttsn::PingReq{});
    scene.send(neighbour, mqttsn::PingReq{});
    CHECK(scene.heard(neighbour) == "DISCONNECT; DISCONNECT");
    scene.send(neighbour, mqttsn::Publish{.topic_id = mqttsn::TopicId{1}, .data = {}});
    CHECK(scene.heard(neighbour).empty());
    CHECK(scene.gateway.counters().dropped_for[static_cast<std::size_t>(DropCause::too_fast)] == 1);
    scene.send(neighbour, asks_to_connect("s2"));
    CHECK(scene.heard(neighbour) == "CONNACK code=1");
    CHECK(refused_for(scene, SensorRefused::Cause::too_fast) == 1);
    scene.send(sensor_a, mqttsn::Register{.msg_id = mqttsn::MsgId{1}, .topic_name = "a"});
    CHECK(scene.heard(sensor_a) == "REGACK id=0 msg=1 code=1");
    scene.connected(sensor_b, "s3");  // another address has a rate of its own
}

TEST_CASE("admission: so many sensors from one address, the one that connects again included") {
    Settings settings;
    settings.sources.sensors = 2;
    Scene scene(both_modes(settings));
    const auto at = [](std::uint16_t port) { return Address::v4(10, 0, 0, 1, port); };
    scene.connected(at(1), "s1");
    scene.connected(at(2), "s2");
    scene.send(at(3), asks_to_connect("s3"));
    CHECK(scene.heard(at(3)) == "CONNACK code=1");
    CHECK(refused_for(scene, SensorRefused::Cause::too_many_from_address) == 1);
    scene.connected(at(4), "s2");  // the same sensor from another port is one all the same
    scene.send(at(1), mqttsn::Disconnect{});
    scene.heard(at(1));
    scene.connected(at(3), "s3");
}

TEST_CASE("G20: of a storm of 10,000 CONNECTs each is followed up or hears congestion, and no address starves others") {
    Settings settings;
    settings.sources.connecting = 1'000;
    settings.maximum_sensors = 20'000;
    Scene scene(settings);
    std::map<int, int> connecting;
    int congested = 0;
    for (int sensor = 0; sensor < 10'000; ++sensor) {
        // One address sends nine of ten; a hundred others share the rest.
        const int source = sensor % 10 != 0 ? 0 : 1 + (sensor / 10) % 100;
        const Address from =
            Address::v4(10, 1, static_cast<std::uint8_t>(source / 200), static_cast<std::uint8_t>(source % 200),
                        static_cast<std::uint16_t>(sensor + 1));
        scene.send(from, asks_to_connect("s" + std::to_string(sensor)));
        const std::string answer = scene.heard(from);
        if (answer == "CONNACK code=1") ++congested;
        else if (answer.empty()) ++connecting[source];
        else FAIL(answer);
        scene.now += 100us;
    }
    const auto asked = scene.asked();
    CHECK(asked.size() + static_cast<std::size_t>(congested) == 10'000);
    CHECK(asked.size() <= 1'000);
    CHECK(scene.gateway.gauges().sensors[static_cast<std::size_t>(SensorState::connecting)] == asked.size());
    for (int source = 1; source <= 100; ++source) {
        CAPTURE(source);
        CHECK(connecting[source] >= 1);
    }
    for (const UpstreamId id : asked) {
        scene.open(id);
        scene.accept(id);
    }
    CHECK(scene.gateway.gauges().sensors[static_cast<std::size_t>(SensorState::active)] == asked.size());
    scene.connected(Address::v4(10, 9, 0, 1, 1), "late");
}

TEST_CASE("G20: 10,000 sensors that come within a second are connected within ten, though a tenth fits at once") {
    constexpr int sensors = 10'000;
    constexpr Duration step = 10ms;
    Settings settings;
    settings.sources.connecting = sensors / 10;
    Scene scene(settings);
    const auto address_of = [](int sensor) {
        return Address::v4(10, 2, 0, static_cast<std::uint8_t>(sensor % 100), static_cast<std::uint16_t>(sensor + 1));
    };
    std::multimap<Instant, int> asking;  // who says CONNECT when
    for (int sensor = 0; sensor < sensors; ++sensor) asking.emplace(Instant{} + sensor * 100us, sensor);
    std::multimap<Instant, UpstreamId> answers;  // of a broker that takes 100 ms
    std::uint64_t active = 0;
    while (active < sensors && scene.now < Instant{} + 10s) {
        scene.now += step;
        while (!asking.empty() && asking.begin()->first <= scene.now) {
            const int sensor = asking.extract(asking.begin()).mapped();
            scene.send(address_of(sensor), asks_to_connect("s" + std::to_string(sensor)));
            const std::string answer = scene.heard(address_of(sensor));
            if (answer == "CONNACK code=1") asking.emplace(scene.now + 1s, sensor);  // Tretry of an impatient sensor
            else CHECK(answer.empty());
        }
        for (const UpstreamId id : scene.asked()) answers.emplace(scene.now + 100ms, id);
        while (!answers.empty() && answers.begin()->first <= scene.now) {
            const UpstreamId id = answers.extract(answers.begin()).mapped();
            scene.open(id);
            scene.accept(id);
        }
        active = scene.gateway.gauges().sensors[static_cast<std::size_t>(SensorState::active)];
    }
    CHECK(active == sensors);
    CHECK(scene.now - Instant{} < 10s);
    CHECK(refused_for(scene, SensorRefused::Cause::too_many_connecting) > 0);  // and were told to come later
}

}  // namespace trunkline::gateway
