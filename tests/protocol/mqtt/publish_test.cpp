#include <doctest/doctest.h>

#include "tests/protocol/mqtt/wire.hpp"

using namespace trunkline;
using namespace trunkline::mqtt;

TEST_CASE("PUBLISH of 5.0: every field") {
    const Wire wire("3d {['a/b'] 1234 {23 0007} 'payload'}", v5);
    const auto& publish = wire.as<Publish>();
    CHECK(publish.dup);
    CHECK(publish.qos == QoS::exactly_once);
    CHECK(publish.retain);
    CHECK(publish.topic == "a/b");
    CHECK(publish.packet_id == PacketId{0x1234});
    CHECK(publish.properties.number(PropertyId::topic_alias) == 7);
    CHECK(text_of(publish.payload) == "payload");
    CHECK(writes(publish, v5, "3d {['a/b'] 1234 {23 0007} 'payload'}"));
}

TEST_CASE("PUBLISH of 3.1.1 and 3.1 has no properties") {
    for (const auto version : {v311, v31}) {
        const Wire wire("32 {['a/b'] ffff 00}", version);
        CHECK(wire.as<Publish>().qos == QoS::at_least_once);
        CHECK(wire.as<Publish>().payload.size() == 1);
        CHECK(writes(wire.as<Publish>(), version, "32 {['a/b'] ffff 00}"));
    }
}

TEST_CASE("[MQTT-2.2.1-2] 3.1.1 [MQTT-2.3.1-5] at QoS 0 there is no packet id") {
    const Wire wire("30 {['a'] {} 0001}", v5);
    CHECK(wire.as<Publish>().packet_id == PacketId{});
    CHECK(wire.as<Publish>().payload.size() == 2);
    CHECK(Wire("30 {['a'] 0001}", v311).as<Publish>().payload.size() == 2);
    CHECK(writes(Publish{.topic = "a"}, v311, "30 {['a']}"));
}

TEST_CASE("[MQTT-2.2.1-3] [MQTT-2.2.1-4] 3.1.1 [MQTT-2.3.1-1] at QoS 1 and 2 the packet id is there, and not zero") {
    check_refused("PUBLISH: packet id 0");
    check_refused("PUBLISH: packet id 0, 3.1.1");
    check_refused("PUBLISH: no packet id");
    CHECK(accepts("34 {['a'] ffff {}}", v5));
}

TEST_CASE("[MQTT-3.3.1-2] [MQTT-4.3.1-1] 3.1.1 [MQTT-3.3.1-2] 3.1.1 [MQTT-4.3.1-1] no DUP at QoS 0") {
    check_refused("PUBLISH: DUP at QoS 0");
    check_refused("PUBLISH: DUP at QoS 0, 3.1.1");
    CHECK(accepts("3a {['a'] 0001 {}}", v5));
}

TEST_CASE("[MQTT-3.3.1-4] 3.1.1 [MQTT-3.3.1-4] the QoS is 0, 1 or 2") {
    check_refused("PUBLISH: QoS 3");
    check_refused("PUBLISH: QoS 3, 3.1.1");
}

TEST_CASE("[MQTT-3.3.2-1] 3.1.1 [MQTT-3.3.2-1] the topic comes first and is UTF-8") {
    check_refused("PUBLISH: nothing");
    check_refused("PUBLISH: topic beyond the end, 3.1.1");
    check_refused("PUBLISH: topic not UTF-8");
    check_refused("PUBLISH: topic not UTF-8, 3.1.1");
}

TEST_CASE("[MQTT-4.7.3-2] [MQTT-1.5.4-2] 3.1.1 [MQTT-4.7.3-2] the topic has no U+0000") {
    check_refused("PUBLISH: topic with U+0000");
}

TEST_CASE("[MQTT-3.3.2-2] 3.1.1 [MQTT-3.3.2-2] the topic has no wildcard") {
    check_refused("PUBLISH: wildcard in the topic");
    check_refused("PUBLISH: wildcard in the topic, 3.1.1");
}

TEST_CASE("§3.3.2.1: the topic is empty only where an alias stands for it") {
    check_refused("PUBLISH: empty topic without an alias");
    check_refused("PUBLISH: empty topic, 3.1.1");
    CHECK(accepts("30 {[] {23 0001}}", v5));
    PropertyBuilder alias;
    alias.number(PropertyId::topic_alias, 1);
    CHECK(writes(Publish{.properties = alias.view()}, v5, "30 {[] {23 0001}}"));
}

TEST_CASE("[MQTT-4.7.3-3] 3.1.1 [MQTT-4.7.3-3] the longest topic has 65,535 octets") {
    const std::string topic(65'535, 't');
    OutputBytes out;
    encode(Publish{.topic = topic}, v311, out);
    CHECK(out.size() == 1 + 3 + 2 + topic.size());
    const auto frame = next_frame(out.view(), no_limit);
    CHECK(std::get<Publish>(*decode(**frame, v311)).topic == topic);
}

TEST_CASE("[MQTT-3.3.2-8] Topic Alias 0 is never sent") {
    check_refused("PUBLISH: Topic Alias 0");
    CHECK(accepts("30 {['a'] {23 ffff}}", v5));
}

TEST_CASE("[MQTT-3.3.2-13] [MQTT-3.3.2-14] the Response Topic is a topic name in UTF-8") {
    check_refused("PUBLISH: Response Topic not UTF-8");
    check_refused("PUBLISH: wildcard in the Response Topic");
    check_refused("PUBLISH: empty Response Topic");
}

TEST_CASE("[MQTT-3.3.2-19] the Content Type is UTF-8") { check_refused("PUBLISH: Content Type not UTF-8"); }

TEST_CASE("§3.3.2.3: the properties of a message stand once, the Subscription Identifier once for each subscription") {
    check_refused("PUBLISH: Payload Format Indicator 2");
    check_refused("PUBLISH: Message Expiry Interval twice");
    check_refused("PUBLISH: Topic Alias twice");
    check_refused("PUBLISH: Correlation Data twice");
    check_refused("PUBLISH: Subscription Identifier 0");
    check_refused("PUBLISH: padded Subscription Identifier");
    CHECK(accepts("30 {['a'] {0b 01 0b 01 0b ffffff7f}}", v5));
}

TEST_CASE("encoding a PUBLISH is the same with and without the variant") {
    const Publish publish{.qos = QoS::at_least_once, .topic = "a", .packet_id = PacketId{9}};
    OutputBytes out;
    CHECK(encode(publish, v5, out) == encoded_size(publish, v5));
    const auto through_variant = encoded(Packet(publish), v5);
    CHECK(std::vector<std::byte>(out.view().begin(), out.view().end()) == through_variant);
}
