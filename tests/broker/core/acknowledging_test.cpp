#include <string>

#include <doctest/doctest.h>

#include "tests/broker/core/broker_driver.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;
using mqtt::PacketType;
using mqtt::ProtocolVersion;
using mqtt::PubComp;
using mqtt::PubRec;
using mqtt::PubRel;
using mqtt::QoS;
using mqtt::ReasonCode;

namespace {

ConnectionId subscriber(Driver& driver, ProtocolVersion version = ProtocolVersion::v5) {
    const ConnectionId id = driver.connect_persistent("s", version);
    driver.subscribe(id, "x", QoS::exactly_once);
    CHECK(driver.take(id).back().reasons.at(0) == ReasonCode::granted_qos_2);
    return id;
}

/// The publisher's half, from PUBLISH to PUBCOMP.
void publish_twice_sure(Driver& driver, ConnectionId id, std::string_view payload, std::uint16_t packet_id) {
    driver.publish(id, "x", payload, QoS::exactly_once, packet_id);
    driver.send_id<PubRel>(id, packet_id);
}

}  // namespace

TEST_CASE("[MQTT-4.3.3-4] [MQTT-4.3.3-11] QoS 2 goes through both halves of its handshake") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId receiver = subscriber(driver, version);
        const ConnectionId publisher = driver.connect("p", version);
        driver.take(publisher);
        driver.publish(publisher, "x", "1", QoS::exactly_once, 5);
        const std::vector<Got> pubrec = driver.take(publisher);
        REQUIRE(pubrec.size() == 1);
        CHECK(pubrec[0].type == PacketType::pubrec);
        CHECK(pubrec[0].id == 5);
        driver.send_id<PubRel>(publisher, 5);
        CHECK(driver.take(publisher).at(0).type == PacketType::pubcomp);

        const Got publish = driver.take(receiver).at(0);
        CHECK(publish.qos == QoS::exactly_once);
        driver.send_id<PubRec>(receiver, publish.id);
        const Got pubrel = driver.take(receiver).at(0);
        CHECK(pubrel.type == PacketType::pubrel);
        CHECK(pubrel.id == publish.id);
        CHECK(driver.broker.queue_length("s") == 1);
        driver.send_id<PubComp>(receiver, publish.id);
        CHECK(driver.broker.queue_length("s") == 0);
        CHECK(driver.ledger.entry_count() == 0);
    }
}

TEST_CASE("[MQTT-4.3.3-10] [MQTT-4.3.3-12] the same identifier is the same message until PUBCOMP, and then a new one") {
    Driver driver;
    const ConnectionId receiver = subscriber(driver);
    const ConnectionId publisher = driver.connect_persistent("p");
    driver.take(publisher);
    driver.publish(publisher, "x", "1", QoS::exactly_once, 5);
    driver.publish(publisher, "x", "1", QoS::exactly_once, 5);
    driver.cut(publisher);
    const ConnectionId again = driver.connect_persistent("p");
    driver.publish(again, "x", "1", QoS::exactly_once, 5);
    CHECK(driver.take(again, PacketType::pubrec).size() == 1);
    driver.restart();
    const ConnectionId after_crash = driver.connect_persistent("p");
    driver.publish(after_crash, "x", "1", QoS::exactly_once, 5);
    CHECK(driver.broker.queue_length("s") == 1);
    driver.send_id<PubRel>(after_crash, 5);
    driver.publish(after_crash, "x", "2", QoS::exactly_once, 5);
    CHECK(driver.broker.queue_length("s") == 2);
    static_cast<void>(receiver);
}

TEST_CASE("[MQTT-4.4.0-1] [MQTT-4.3.3-6] what is resumed: PUBLISH with DUP before PUBREC, PUBREL alone after it") {
    for (const bool crash : {false, true}) {
        Driver driver;
        const ConnectionId receiver = subscriber(driver);
        const ConnectionId publisher = driver.connect("p");
        publish_twice_sure(driver, publisher, "a", 1);
        publish_twice_sure(driver, publisher, "b", 2);
        const std::vector<Got> before = driver.take(receiver);
        REQUIRE(payloads(before) == "ab");
        driver.send_id<PubRec>(receiver, before[0].id);
        if (crash) driver.restart();
        const std::vector<Got> after = driver.take(driver.connect_persistent("s"));
        REQUIRE(after.size() == 3);
        // PUBREL is in the gated lane as is a stored QoS 2 PUBLISH: they come in order.
        CHECK(after[1].type == PacketType::pubrel);
        CHECK(after[1].id == before[0].id);
        CHECK(after[2].payload == "b");
        CHECK(after[2].dup);
        CHECK(after[2].id == before[1].id);
    }
}

TEST_CASE("QoS 2: PUBREC, PUBCOMP, PUBREL and the PUBLISH to a stored session wait for the store") {
    Driver driver;
    const ConnectionId receiver = subscriber(driver);
    const ConnectionId publisher = driver.connect_persistent("p");
    driver.take(publisher);
    driver.store_works = false;
    driver.publish(publisher, "x", "1", QoS::exactly_once, 5);
    CHECK(driver.take(publisher).empty());
    CHECK(driver.take(receiver).empty());  // after a crash the publisher would send it once more
    driver.store_now();
    CHECK(driver.take(publisher, PacketType::pubrec).size() == 1);
    const Got publish = driver.take(receiver).at(0);

    driver.store_works = false;
    driver.send_id<PubRel>(publisher, 5);
    driver.send_id<PubRec>(receiver, publish.id);
    CHECK(driver.take(publisher).empty());
    CHECK(driver.take(receiver).empty());
    driver.store_now();
    CHECK(driver.take(publisher, PacketType::pubcomp).size() == 1);
    CHECK(driver.take(receiver, PacketType::pubrel).size() == 1);
}

TEST_CASE("[MQTT-4.3.3-9] while the store fails, PUBREC 0x97 refuses and the identifier stays free") {
    Driver driver;
    subscriber(driver);
    const ConnectionId publisher = driver.connect_persistent("p");
    driver.take(publisher);
    driver.store_works = false;
    driver.publish(driver.connect("q", ProtocolVersion::v3_1_1), "x", "0", QoS::at_least_once);
    driver.fail_store();
    driver.publish(publisher, "x", "1", QoS::exactly_once, 5);
    CHECK(driver.take(publisher).at(0).reason == ReasonCode::quota_exceeded);
    driver.store_now();
    driver.publish(publisher, "x", "1", QoS::exactly_once, 5);
    CHECK(driver.take(publisher).at(0).reason == ReasonCode::success);
    CHECK(driver.broker.queue_length("s") == 2);
}

TEST_CASE("§3.6.2.1 identifiers that nobody knows are answered, in 5.0 with 0x92") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId id = driver.connect("a", version);
        driver.take(id);
        driver.send_id<PubRel>(id, 9);
        driver.send_id<PubRec>(id, 9);
        driver.send_id<PubComp>(id, 9);
        driver.acknowledge(id, 9);
        const std::vector<Got> got = driver.take(id);
        REQUIRE(got.size() == 2);
        const ReasonCode expected =
            version == ProtocolVersion::v5 ? ReasonCode::packet_identifier_not_found : ReasonCode::success;
        CHECK(got[0].type == PacketType::pubcomp);
        CHECK(got[0].reason == expected);
        CHECK(got[1].type == PacketType::pubrel);
        CHECK(got[1].reason == expected);
        CHECK_FALSE(driver.closed(id));
    }
}

TEST_CASE("[MQTT-4.4.0-2] a PUBREC with a failure ends the delivery") {
    Driver driver;
    const ConnectionId receiver = subscriber(driver);
    publish_twice_sure(driver, driver.connect("p"), "1", 1);
    const Got publish = driver.take(receiver).at(0);
    driver.send_id<PubRec>(receiver, publish.id, ReasonCode::quota_exceeded);
    CHECK(driver.take(receiver).empty());
    CHECK(driver.broker.queue_length("s") == 0);
}

TEST_CASE("§4.3 the wrong half of a handshake is a protocol error") {
    const auto outcome = [](QoS qos, auto&& answer) {
        Driver driver;
        const ConnectionId receiver = subscriber(driver);
        driver.publish(driver.connect("p"), "x", "1", qos, 1);
        answer(driver, receiver, driver.take(receiver).at(0).id);
        return driver.closed(receiver);
    };
    CHECK(outcome(QoS::exactly_once, [](Driver& d, ConnectionId c, std::uint16_t id) { d.acknowledge(c, id); }) ==
          CloseCause::protocol_error);
    CHECK(outcome(QoS::exactly_once, [](Driver& d, ConnectionId c, std::uint16_t id) { d.send_id<PubComp>(c, id); }) ==
          CloseCause::protocol_error);
    CHECK(outcome(QoS::at_least_once, [](Driver& d, ConnectionId c, std::uint16_t id) { d.send_id<PubRec>(c, id); }) ==
          CloseCause::protocol_error);
    CHECK_FALSE(
        outcome(QoS::exactly_once, [](Driver& d, ConnectionId c, std::uint16_t id) { d.send_id<PubRec>(c, id); }));
}

TEST_CASE("[MQTT-3.3.4-7] a QoS 2 message counts against the Receive Maximum until PUBCOMP") {
    Settings settings;
    settings.receive_maximum = 2;
    Driver driver(settings);
    const ConnectionId publisher = driver.connect("p");
    driver.publish(publisher, "x", "1", QoS::exactly_once, 1);
    driver.publish(publisher, "x", "2", QoS::exactly_once, 2);
    driver.publish(publisher, "x", "2", QoS::exactly_once, 2);  // again: no further message
    CHECK_FALSE(driver.closed(publisher));
    driver.send_id<PubRel>(publisher, 1);
    driver.publish(publisher, "x", "3", QoS::exactly_once, 3);
    CHECK_FALSE(driver.closed(publisher));
    driver.publish(publisher, "x", "4", QoS::at_least_once, 4);
    CHECK(driver.closed(publisher) == CloseCause::protocol_error);
}

TEST_CASE("§4.9 what a connection before has left over does not count against the Receive Maximum of this one") {
    Settings settings;
    settings.receive_maximum = 2;
    Driver driver(settings);
    const ConnectionId before = driver.connect_persistent("p");
    driver.publish(before, "x", "1", QoS::exactly_once, 1);
    driver.publish(before, "x", "2", QoS::exactly_once, 2);
    driver.cut(before);
    const ConnectionId publisher = driver.connect_persistent("p");
    driver.publish(publisher, "x", "3", QoS::exactly_once, 3);
    driver.publish(publisher, "x", "4", QoS::exactly_once, 4);
    CHECK_FALSE(driver.closed(publisher));
    for (std::uint16_t id = 1; id <= 3; ++id) driver.send_id<PubRel>(publisher, id);
    driver.publish(publisher, "x", "5", QoS::exactly_once, 5);
    CHECK_FALSE(driver.closed(publisher));
    driver.publish(publisher, "x", "6", QoS::exactly_once, 6);
    driver.publish(publisher, "x", "7", QoS::exactly_once, 7);
    CHECK(driver.closed(publisher) == CloseCause::protocol_error);
}

TEST_CASE("[MQTT-4.3.3-7] a QoS 2 message that was sent does not expire") {
    Driver driver;
    const ConnectionId receiver = subscriber(driver);
    const ConnectionId publisher = driver.connect("p");
    mqtt::PropertyBuilder properties;
    properties.number(mqtt::PropertyId::message_expiry_interval, 10);
    mqtt::Publish packet;
    packet.topic = "x";
    packet.qos = QoS::exactly_once;
    packet.packet_id = mqtt::PacketId{1};
    packet.properties = properties.view();
    driver.send(publisher, packet);
    CHECK(driver.take(receiver).size() == 1);
    driver.cut(receiver);
    driver.sleep(60s);
    const std::vector<Got> got = driver.take(driver.connect_persistent("s"), PacketType::publish);
    REQUIRE(got.size() == 1);
    CHECK(got[0].properties().number(mqtt::PropertyId::message_expiry_interval) == 0);
}
