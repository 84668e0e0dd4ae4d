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

namespace {

/// A persistent subscriber to x, away.
void away(Driver& driver, std::string_view client_id = "s") {
    const ConnectionId id = driver.connect_persistent(client_id);
    driver.subscribe(id, "x", QoS::at_least_once);
    driver.cut(id);
}

ConnectionId connect_with(Driver& driver, PropertyId property, std::uint32_t value) {
    mqtt::PropertyBuilder properties;
    properties.number(PropertyId::session_expiry_interval, 3600).number(property, value);
    mqtt::Connect connect;
    connect.client_id = "s";
    connect.clean_start = false;
    connect.properties = properties.view();
    const ConnectionId id = driver.open();
    driver.send(id, connect);
    return id;
}

}  // namespace

TEST_CASE("3.1.1 [MQTT-3.1.2-5] what comes while a persistent client is away waits for it, in order, but not QoS 0") {
    for (const ProtocolVersion version : {ProtocolVersion::v3_1_1, ProtocolVersion::v5}) {
        Driver driver;
        const ConnectionId first = driver.connect_persistent("s", version);
        driver.subscribe(first, "x", QoS::at_least_once);
        driver.cut(first);
        const ConnectionId publisher = driver.connect("p");
        for (const char payload : std::string("abc")) driver.publish(publisher, "x", {&payload, 1}, QoS::at_least_once);
        driver.publish(publisher, "x", "0");
        CHECK(driver.broker.queue_length("s") == 3);
        const auto drops = driver.facts<MessageDropped>();
        REQUIRE(drops.size() == 1);
        CHECK(drops[0].client_id == "s");
        CHECK(drops[0].cause == DropCause::not_connected_qos_0);
        const std::vector<Got> got = driver.take(driver.connect_persistent("s", version));
        CHECK(got.at(0).session_present);
        CHECK(payloads(got) == "abc");
        CHECK_FALSE(got.at(1).dup);
    }
}

TEST_CASE("[MQTT-4.4.0-1] [MQTT-3.3.1-1] unacknowledged messages come again with DUP and the same identifiers") {
    Driver driver;
    const ConnectionId first = driver.connect_persistent("s");
    driver.subscribe(first, "x", QoS::at_least_once);
    const ConnectionId publisher = driver.connect("p");
    for (const char payload : std::string("abc")) driver.publish(publisher, "x", {&payload, 1}, QoS::at_least_once);
    const std::vector<Got> before = driver.take(first, PacketType::publish);
    REQUIRE(before.size() == 3);
    driver.acknowledge(first, before[1].id);
    driver.cut(first);
    driver.publish(publisher, "x", "d", QoS::at_least_once);
    const std::vector<Got> after = driver.take(driver.connect_persistent("s"), PacketType::publish);
    REQUIRE(payloads(after) == "acd");
    CHECK(after[0].dup);
    CHECK(after[0].id == before[0].id);
    CHECK(after[1].id == before[2].id);
    CHECK_FALSE(after[2].dup);
}

TEST_CASE(
    "[MQTT-3.3.4-9] [MQTT-3.3.4-10] [MQTT-4.9.0-2] [MQTT-4.9.0-3] no more messages are in flight than the client's "
    "Receive Maximum") {
    Driver driver;
    away(driver);
    const ConnectionId publisher = driver.connect("p");
    for (const char payload : std::string("abcd")) driver.publish(publisher, "x", {&payload, 1}, QoS::at_least_once);
    const ConnectionId id = connect_with(driver, PropertyId::receive_maximum, 2);
    const std::vector<Got> got = driver.take(id, PacketType::publish);
    CHECK(payloads(got) == "ab");
    driver.acknowledge(id, got[1].id);
    CHECK(payloads(driver.take(id)) == "c");
    driver.send(id, mqtt::PingReq{});  // [MQTT-4.9.0-3]
    CHECK(driver.take(id).size() == 1);
    driver.acknowledge(id, got[0].id);
    CHECK(payloads(driver.take(id)) == "d");
}

TEST_CASE("a full queue refuses the newest or gives up the oldest, as the policy says, and counts it") {
    for (const QueuePolicy policy : {QueuePolicy::drop_newest, QueuePolicy::drop_oldest}) {
        Settings settings;
        settings.queue_limit_messages = 3;
        settings.queue_policy = policy;
        Driver driver(settings);
        away(driver);
        const ConnectionId publisher = driver.connect("p");
        for (const char payload : std::string("abcde"))
            driver.publish(publisher, "x", {&payload, 1}, QoS::at_least_once);
        CHECK(driver.take(publisher, PacketType::puback).size() == 5);
        CHECK(driver.broker.queue_length("s") == 3);
        CHECK(driver.ledger.entry_count() == 3);
        CHECK(driver.broker.counters().publish_dropped[static_cast<std::size_t>(DropCause::queue_full_messages)] == 2);
        CHECK(driver.facts<MessageDropped>().size() == 2);
        CHECK(payloads(driver.take(driver.connect_persistent("s"))) ==
              (policy == QueuePolicy::drop_newest ? "abc" : "cde"));
    }
}

TEST_CASE("a queue is limited in bytes as well") {
    Settings settings;
    settings.queue_limit_bytes = 2000;
    settings.queue_policy = QueuePolicy::drop_oldest;
    Driver driver(settings);
    away(driver);
    const ConnectionId publisher = driver.connect("p");
    for (const char payload : std::string("abc"))
        driver.publish(publisher, "x", std::string(800, payload), QoS::at_least_once);
    driver.publish(publisher, "x", std::string(3000, 'z'), QoS::at_least_once);  // larger than the whole queue
    CHECK(driver.broker.queue_length("s") == 0);
    CHECK(driver.broker.counters().publish_dropped[static_cast<std::size_t>(DropCause::queue_full_bytes)] == 4);
}

TEST_CASE(
    "[MQTT-3.3.2-5] [MQTT-3.3.2-6] an expired message is not delivered, another with what is left of its interval") {
    Driver driver;
    away(driver);
    const ConnectionId publisher = driver.connect("p");
    for (const std::uint32_t interval : {10U, 20U}) {
        mqtt::PropertyBuilder properties;
        properties.number(PropertyId::message_expiry_interval, interval);
        mqtt::Publish packet;
        packet.topic = "x";
        packet.qos = QoS::at_least_once;
        packet.packet_id = mqtt::PacketId{1};
        packet.properties = properties.view();
        driver.send(publisher, packet);
    }
    driver.sleep(10s);
    const std::vector<Got> got = driver.take(driver.connect_persistent("s"), PacketType::publish);
    REQUIRE(got.size() == 1);
    CHECK(got[0].properties().number(PropertyId::message_expiry_interval) == 10);
    CHECK(driver.facts<MessageDropped>().at(0).cause == DropCause::expired);
    CHECK(driver.ledger.entry_count() == 1);
}

TEST_CASE(
    "[MQTT-3.1.2-24] [MQTT-3.1.2-25] a packet above the client's Maximum Packet Size is dropped as if delivered") {
    const std::size_t header = 2 + 2 + 1 + 2 + 1;  // fixed header, topic "x", packet identifier, no properties
    for (const std::size_t over : {0U, 1U}) {
        Driver driver;
        away(driver);
        const ConnectionId publisher = driver.connect("p");
        driver.publish(publisher, "x", std::string(100 - header + over, 'y'), QoS::at_least_once);
        driver.publish(publisher, "x", "z", QoS::at_least_once);
        const ConnectionId id = connect_with(driver, PropertyId::maximum_packet_size, 100);
        CHECK(driver.take(id, PacketType::publish).size() == 2 - over);
        CHECK(driver.facts<MessageDropped>().size() == over);
    }
}

TEST_CASE("[MQTT-4.6.0-6] one slow receiver: QoS 0 is dropped and counted, QoS 1 waits in its queue") {
    Settings settings;
    settings.output_limit_bytes = 4000;
    Driver driver(settings);
    const ConnectionId slow = driver.connect("s");
    driver.subscribe(slow, "x", QoS::at_least_once);
    driver.take(slow);
    driver.set_stuck(slow, true);
    const ConnectionId publisher = driver.connect("p");
    for (int count = 0; count < 10; ++count)
        driver.publish(publisher, "x", std::string(1000, static_cast<char>('a' + count)), QoS::at_least_once);
    for (int count = 0; count < 3; ++count) driver.publish(publisher, "x", std::string(1000, '0'));
    CHECK(driver.take(slow, PacketType::publish).size() == 4);
    CHECK(driver.broker.queue_length("s") == 10);
    CHECK(driver.broker.counters().publish_dropped[static_cast<std::size_t>(DropCause::output_full_qos_0)] == 3);
    driver.set_stuck(slow, false);
    driver.send(slow, mqtt::PingReq{});
    const std::vector<Got> rest = driver.take(slow, PacketType::publish);
    REQUIRE(rest.size() == 6);
    CHECK(rest.front().payload.front() == 'e');
    CHECK(rest.back().payload.front() == 'j');
}

TEST_CASE("a session that ends tells how many messages went with it") {
    Driver driver;
    away(driver);
    const ConnectionId publisher = driver.connect("p");
    for (int count = 0; count < 3; ++count) driver.publish(publisher, "x", "1", QoS::at_least_once);
    driver.sleep(std::chrono::hours(1));
    const auto ended = driver.facts<SessionEnded>();
    REQUIRE(ended.size() == 1);
    CHECK(ended[0].client_id == "s");
    CHECK(ended[0].messages_lost == 3);
    CHECK(driver.ledger.entry_count() == 0);
    CHECK(driver.ledger.session_count() == 0);
    CHECK(driver.ledger.subscription_count() == 0);
}
