#include <algorithm>

#include <doctest/doctest.h>

#include "tests/broker/core/broker_driver.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;
using mqtt::PacketType;
using mqtt::ProtocolVersion;
using mqtt::QoS;
using mqtt::ReasonCode;

TEST_CASE("[MQTT-4.3.2-4] a QoS 1 message reaches its subscriber and is acknowledged") {
    for (const ProtocolVersion version : {ProtocolVersion::v3_1_1, ProtocolVersion::v5}) {
        Driver driver;
        const ConnectionId subscriber = driver.connect("subscriber", version);
        const ConnectionId publisher = driver.connect("publisher", version);
        driver.subscribe(subscriber, "station/+/pressure", QoS::at_least_once);
        driver.publish(publisher, "station/7/pressure", "42", QoS::at_least_once, 9);

        const std::vector<Got> acks = driver.take(publisher, PacketType::puback);
        REQUIRE(acks.size() == 1);
        CHECK(acks[0].id == 9);
        CHECK(acks[0].reason == ReasonCode::success);
        const std::vector<Got> messages = driver.take(subscriber, PacketType::publish);
        REQUIRE(messages.size() == 1);
        CHECK(messages[0].topic == "station/7/pressure");
        CHECK(messages[0].payload == "42");
        CHECK(messages[0].qos == QoS::at_least_once);
        CHECK_FALSE(messages[0].dup);
        CHECK(driver.broker.queue_length("subscriber") == 1);
        driver.acknowledge(subscriber, messages[0].id);
        CHECK(driver.broker.queue_length("subscriber") == 0);
    }
}

TEST_CASE("[MQTT-3.8.4-8] a message is delivered at the lower of its own and the granted QoS") {
    for (const auto& [published, granted] : {std::pair(0, 0), std::pair(0, 1), std::pair(1, 0), std::pair(1, 1)}) {
        Driver driver;
        const ConnectionId subscriber = driver.connect("s");
        driver.subscribe(subscriber, "x", static_cast<QoS>(granted));
        driver.publish(driver.connect("p"), "x", "1", static_cast<QoS>(published));
        const std::vector<Got> got = driver.take(subscriber, PacketType::publish);
        REQUIRE(got.size() == 1);
        CHECK(got[0].qos == static_cast<QoS>(std::min(published, granted)));
    }
}

TEST_CASE("§3.4.2.1 PUBACK of 5.0 says when nobody was there, that of 3.1.1 cannot") {
    Driver driver;
    const ConnectionId v5 = driver.connect("a");
    driver.publish(v5, "x", "1", QoS::at_least_once);
    CHECK(driver.take(v5, PacketType::puback).at(0).reason == ReasonCode::no_matching_subscribers);
    const ConnectionId v311 = driver.connect("b", ProtocolVersion::v3_1_1);
    driver.publish(v311, "x", "1", QoS::at_least_once);
    CHECK(driver.take(v311, PacketType::puback).size() == 1);
}

TEST_CASE("[MQTT-3.3.2-17] [MQTT-3.3.2-18] properties of the message go through in order, those of the hop do not") {
    Driver driver;
    const ConnectionId v5 = driver.connect("a");
    const ConnectionId v311 = driver.connect("b", ProtocolVersion::v3_1_1);
    driver.subscribe(v5, "x", QoS::at_least_once);
    driver.subscribe(v311, "x", QoS::at_least_once);
    driver.take(v5);
    driver.take(v311);
    mqtt::PropertyBuilder sent;
    sent.user_property("b", "1")
        .number(mqtt::PropertyId::message_expiry_interval, 30)
        .text(mqtt::PropertyId::content_type, "json");
    sent.user_property("a", "2").number(mqtt::PropertyId::payload_format_indicator, 1);
    mqtt::Publish packet;
    packet.topic = "x";
    packet.properties = sent.view();
    const ConnectionId publisher = driver.connect("p");
    driver.send(publisher, packet);

    mqtt::PropertyBuilder expected;
    expected.number(mqtt::PropertyId::message_expiry_interval, 30).user_property("b", "1");
    expected.text(mqtt::PropertyId::content_type, "json").user_property("a", "2");
    expected.number(mqtt::PropertyId::payload_format_indicator, 1);
    CHECK(as_text(driver.take(v5).at(0).properties().octets()) == as_text(expected.view().octets()));
    CHECK(driver.take(v311).at(0).octets.empty());
}

TEST_CASE("[MQTT-3.3.4-7] more unacknowledged messages than the Receive Maximum end the connection, in 5.0") {
    Settings settings;
    settings.receive_maximum = 2;
    for (const ProtocolVersion version : {ProtocolVersion::v3_1_1, ProtocolVersion::v5}) {
        Driver driver(settings);
        driver.subscribe(driver.connect_persistent("s"), "x", QoS::at_least_once);
        const ConnectionId publisher = driver.connect("p", version);
        driver.store_works = false;
        driver.publish(publisher, "x", "1", QoS::at_least_once, 1);
        driver.publish(publisher, "x", "2", QoS::at_least_once, 2);
        CHECK_FALSE(driver.closed(publisher));
        driver.take(publisher);
        driver.publish(publisher, "x", "3", QoS::at_least_once, 3);
        if (version == ProtocolVersion::v5) {
            CHECK(driver.closed(publisher) == CloseCause::protocol_error);
            CHECK(driver.take(publisher).at(0).reason == ReasonCode::receive_maximum_exceeded);
        } else {
            CHECK_FALSE(driver.closed(publisher));
        }
    }
}

TEST_CASE("[MQTT-3.8.3-3] No Local keeps a client's own messages away from it") {
    Driver driver;
    const ConnectionId id = driver.connect("a");
    const std::string_view payload("\x00\x01x\x05", 4);  // QoS 1, No Local
    mqtt::Subscribe packet;
    packet.packet_id = mqtt::PacketId{1};
    packet.requests = {as_byte_view(payload), mqtt::SubscriptionRequests::Kind::subscribe};
    driver.send(id, packet);
    driver.take(id);
    driver.publish(id, "x", "own", QoS::at_least_once);
    CHECK(driver.take(id, PacketType::publish).empty());
    driver.publish(driver.connect("p"), "x", "other", QoS::at_least_once);
    CHECK(driver.take(id, PacketType::publish).size() == 1);
}
