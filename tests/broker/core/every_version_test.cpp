// Rules that 3.1.1 and 5.0 share, held to both: connections and sessions. Messages: every_version_messages_test.cpp.

#include <string>

#include <doctest/doctest.h>

#include "tests/broker/core/broker_driver.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;
using mqtt::PacketType;
using mqtt::PropertyId;
using mqtt::ProtocolVersion;
using mqtt::QoS;
using mqtt::ReasonCode;

namespace {

mqtt::Connect connect_packet(ProtocolVersion version, std::string_view client_id) {
    mqtt::Connect packet;
    packet.version = version;
    packet.client_id = client_id;
    return packet;
}

ConnectionId connect_with_will(Driver& driver, ProtocolVersion version, bool retain) {
    mqtt::Connect packet = connect_packet(version, "mortal");
    packet.will = mqtt::Will{QoS::at_least_once, retain, {}, "w", as_byte_view("gone")};
    const ConnectionId id = driver.open();
    driver.send(id, packet);
    return id;
}

}  // namespace

TEST_CASE("[MQTT-3.1.4-5] [MQTT-3.2.0-1] 3.1.1 [MQTT-3.1.4-4] 3.1.1 [MQTT-3.2.0-1] a CONNECT is answered before all") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId id = driver.connect_persistent("a", version);
        driver.subscribe(id, "x", QoS::at_least_once);
        driver.cut(id);
        driver.publish(driver.connect("p"), "x", "1", QoS::at_least_once);
        const std::vector<Got> got = driver.take(driver.connect_persistent("a", version));
        REQUIRE(got.size() == 2);
        CHECK(got[0].type == PacketType::connack);
        CHECK(got[0].reason == ReasonCode::success);
    }
}

TEST_CASE("[MQTT-3.1.3-5] 3.1.1 [MQTT-3.1.3-5] client identifiers of 1 to 23 letters and digits are accepted") {
    const std::string_view all = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        for (std::size_t length = 1; length <= 23; ++length) {
            for (const std::size_t first : {std::size_t{0}, std::size_t{20}, all.size() - length}) {
                const ConnectionId id = driver.connect(all.substr(first, length), version);
                CHECK(driver.take(id).at(0).reason == ReasonCode::success);
            }
        }
    }
}

TEST_CASE("[MQTT-3.1.3-2] 3.1.1 [MQTT-3.1.3-2] the client identifier, to the letter, is what a session is known by") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        for (const std::string_view name : {"a", "A", "a "}) driver.cut(driver.connect_persistent(name, version));
        CHECK(driver.broker.session_count() == 3);
        for (const std::string_view name : {"A", "a ", "a"})
            CHECK(driver.take(driver.connect_persistent(name, version)).at(0).session_present);
        CHECK_FALSE(driver.take(driver.connect_persistent(" a", version)).at(0).session_present);
    }
}

TEST_CASE(
    "[MQTT-3.1.2-4] [MQTT-3.1.4-4] 3.1.1 [MQTT-3.1.2-6] 3.1.1 [MQTT-3.1.4-3] each CONNECT with Clean Start begins "
    "anew: no subscription, no message") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId first = driver.connect_persistent("a", version);
        driver.subscribe(first, "x", QoS::at_least_once);
        driver.cut(first);
        const ConnectionId publisher = driver.connect("p");
        driver.publish(publisher, "x", "old", QoS::at_least_once);
        for (int round = 0; round < 2; ++round) {
            const ConnectionId id = driver.connect("a", version, true);
            driver.publish(publisher, "x", "new", QoS::at_least_once);
            CHECK(payloads(driver.take(id)).empty());
        }
        CHECK(driver.ledger.entry_count() == 0);
    }
}

TEST_CASE(
    "[MQTT-3.1.4-2] [MQTT-3.1.4-6] [MQTT-3.2.2-7] 3.1.1 [MQTT-3.1.4-5] 3.1.1 [MQTT-3.2.2-5] who is refused is closed, "
    "and nothing that follows is heard") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId reader = driver.connect("reader");
        driver.subscribe(reader, "#", QoS::at_least_once);
        driver.take(reader);
        mqtt::Connect refused = connect_packet(version, "a");
        refused.will = mqtt::Will{QoS::at_most_once, false, {}, "$SYS/lie", {}};
        mqtt::Publish publish;
        publish.topic = "x";
        OutputBytes bytes;
        mqtt::encode(refused, version, bytes);
        mqtt::encode(publish, version, bytes);
        const ConnectionId id = driver.open();
        driver.set_version(id, version);
        driver.send_bytes(id, bytes.view());
        const std::vector<Got> got = driver.take(id);
        REQUIRE(got.size() == 1);
        CHECK(got[0].reason == ReasonCode::not_authorized);
        CHECK(driver.closed(id) == CloseCause::refused);
        CHECK(driver.take(reader).empty());
        CHECK(driver.broker.counters().publish_received == 0);
    }
}

TEST_CASE("3.1.1 [MQTT-3.1.0-2] a second CONNECT ends the connection") {
    Driver driver;
    const ConnectionId id = driver.connect("a", ProtocolVersion::v3_1_1);
    driver.take(id);
    driver.send(id, connect_packet(ProtocolVersion::v3_1_1, "a"));
    CHECK(driver.closed(id) == CloseCause::protocol_error);
    CHECK(driver.take(id).empty());
}

TEST_CASE("[MQTT-3.12.4-1] 3.1.1 [MQTT-3.12.4-1] every PINGREQ is answered") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId id = driver.connect("a", version);
        driver.take(id);
        for (int count = 0; count < 3; ++count) driver.send(id, mqtt::PingReq{});
        CHECK(driver.take(id, PacketType::pingresp).size() == 3);
    }
}

TEST_CASE(
    "[MQTT-4.1.0-1] 3.1.1 [MQTT-4.1.0-1] 3.1.1 [MQTT-4.1.0-2] a session lasts as long as its connection at least") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId id = driver.connect("a", version, true, 1);
        driver.subscribe(id, "x", QoS::at_least_once);
        driver.sleep(std::chrono::hours(24 * 100));
        driver.take(id);
        driver.publish(driver.connect("p"), "x", "1", QoS::at_least_once);
        CHECK(payloads(driver.take(id)) == "1");
    }
}

TEST_CASE(
    "[MQTT-3.1.2-14] 3.1.1 [MQTT-3.1.2-16] 3.1.1 [MQTT-3.1.2-17] a will is retained if it says so, and not else") {
    for (const ProtocolVersion version : both_versions) {
        for (const bool retain : {false, true}) {
            Driver driver;
            driver.cut(connect_with_will(driver, version, retain));
            CHECK(driver.broker.counters().wills_published == 1);
            CHECK(driver.broker.retained_count() == (retain ? 1 : 0));
        }
    }
}

TEST_CASE(
    "[MQTT-3.1.2-10] 3.1.1 [MQTT-3.1.2-10] 3.1.1 [MQTT-3.14.4-3] a will is gone once it is published, or called off") {
    for (const ProtocolVersion version : both_versions) {
        for (const bool says_goodbye : {false, true}) {
            Driver driver;
            const ConnectionId id = connect_with_will(driver, version, false);
            CHECK(driver.ledger.will_count() == 1);
            if (says_goodbye) driver.send(id, mqtt::Disconnect{});
            else driver.cut(id);
            CHECK(driver.ledger.will_count() == 0);
            CHECK(driver.broker.counters().wills_published == (says_goodbye ? 0 : 1));
            driver.restart();
            driver.sleep(std::chrono::hours(1));
            CHECK(driver.broker.counters().wills_published == 0);
        }
    }
}

TEST_CASE("3.1.1 [MQTT-3.1.2-12] without a will nothing is published when the connection is lost") {
    Driver driver;
    const ConnectionId reader = driver.connect("reader");
    driver.subscribe(reader, "#", QoS::at_least_once);
    driver.take(reader);
    driver.cut(driver.connect("a", ProtocolVersion::v3_1_1));
    CHECK(driver.take(reader).empty());
    CHECK(driver.broker.counters().wills_published == 0);
}

TEST_CASE(
    "[MQTT-3.1.3-10] [MQTT-3.3.2-4] [MQTT-3.3.2-15] [MQTT-3.3.2-16] [MQTT-3.3.2-20] the properties of a message, or of "
    "a will, come unchanged and user properties in their order") {
    mqtt::PropertyBuilder sent;
    sent.number(PropertyId::payload_format_indicator, 1).text(PropertyId::response_topic, "answers/1");
    sent.text(PropertyId::correlation_data, std::string_view("\x00\xff", 2)).user_property("b", "1");
    sent.text(PropertyId::content_type, "text/plain").user_property("a", "2").user_property("b", "0");
    for (const bool as_will : {false, true}) {
        Driver driver;
        const ConnectionId reader = driver.connect("reader");
        driver.subscribe(reader, "#", QoS::at_least_once);
        driver.take(reader);
        if (as_will) {
            mqtt::Connect packet = connect_packet(ProtocolVersion::v5, "mortal");
            packet.will = mqtt::Will{QoS::at_most_once, false, sent.view(), "x", {}};
            const ConnectionId id = driver.open();
            driver.send(id, packet);
            driver.cut(id);
        } else {
            mqtt::Publish packet;
            packet.topic = "x";
            packet.properties = sent.view();
            driver.send(driver.connect("p"), packet);
        }
        const std::vector<Got> got = driver.take(reader, PacketType::publish);
        REQUIRE(got.size() == 1);
        CHECK(as_text(got[0].properties().octets()) == as_text(sent.view().octets()));
    }
}

TEST_CASE(
    "[MQTT-3.2.2-19] [MQTT-3.4.2-3] [MQTT-3.5.2-3] [MQTT-3.6.2-2] [MQTT-3.6.2-3] [MQTT-3.7.2-2] [MQTT-3.7.2-3] "
    "[MQTT-3.9.2-2] [MQTT-3.11.2-1] [MQTT-3.11.2-2] [MQTT-3.14.2-4] only CONNACK has a user property, and only "
    "refusals a reason string: nothing else can become too large by them") {
    Driver driver;
    const ConnectionId id = driver.connect("a");
    CHECK_FALSE(driver.take(id).at(0).properties().text(PropertyId::reason_string));
    driver.subscribe(id, "x", QoS::exactly_once);
    driver.subscribe(id, "a#", QoS::exactly_once);
    driver.publish(id, "x", "1", QoS::at_least_once, 1);
    driver.publish(id, "x", "1", QoS::exactly_once, 2);
    driver.publish(id, "$SYS/x", "1", QoS::exactly_once, 3);
    driver.send_id<mqtt::PubRel>(id, 2);
    driver.send_id<mqtt::PubRel>(id, 99);
    driver.send_id<mqtt::PubRec>(id, 99);
    driver.unsubscribe(id, "x");
    driver.unsubscribe(id, "a#");
    driver.send(id, mqtt::Connect());
    const std::vector<Got> got = driver.take(id);
    CHECK(got.size() == 13);  // two of them are the message itself
    for (const Got& packet : got) {
        CAPTURE(static_cast<int>(packet.type));
        for (const mqtt::Property& property : packet.properties()) CHECK(property.id != PropertyId::user_property);
        const bool may_explain = packet.type == PacketType::pubrec || packet.type == PacketType::suback ||
                                 packet.type == PacketType::disconnect;
        if (!may_explain) CHECK_FALSE(packet.properties().text(PropertyId::reason_string));
    }
}
