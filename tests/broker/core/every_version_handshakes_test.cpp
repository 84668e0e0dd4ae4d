// Rules of QoS 1 and 2 that 3.1.1 and 5.0 share, held to both, for the broker as sender and as receiver.

#include <set>
#include <string>

#include <doctest/doctest.h>

#include "tests/broker/core/broker_driver.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;
using mqtt::PacketType;
using mqtt::PropertyId;
using mqtt::ProtocolVersion;
using mqtt::PubComp;
using mqtt::PubRec;
using mqtt::PubRel;
using mqtt::QoS;

namespace {

constexpr QoS both_qos[] = {QoS::at_least_once, QoS::exactly_once};

/// A client with a session that lasts and a subscription to x.
ConnectionId reader(Driver& driver, ProtocolVersion version, QoS qos) {
    const ConnectionId id = driver.connect_persistent("reader", version);
    driver.subscribe(id, "x", qos);
    driver.take(id);
    return id;
}

/// One message for each letter.
void publish_each(Driver& driver, ConnectionId id, std::string_view letters, QoS qos) {
    std::uint16_t packet_id = 1;
    for (const char& letter : letters) driver.publish(id, "x", {&letter, 1}, qos, packet_id++);
}

std::vector<std::uint16_t> ids_of(const std::vector<Got>& packets) {
    std::vector<std::uint16_t> ids;
    for (const Got& got : packets) ids.push_back(got.id);
    return ids;
}

mqtt::Publish publish_packet(QoS qos, bool dup, std::string_view payload) {
    mqtt::Publish packet;
    packet.topic = "x";
    packet.qos = qos;
    packet.dup = dup;
    packet.packet_id = mqtt::PacketId{9};
    packet.payload = as_byte_view(payload);
    return packet;
}

}  // namespace

TEST_CASE(
    "[MQTT-4.3.2-1] [MQTT-4.3.2-2] [MQTT-4.3.2-3] [MQTT-4.3.3-1] [MQTT-4.3.3-2] [MQTT-4.3.3-3] 3.1.1 [MQTT-4.3.2-1] "
    "3.1.1 [MQTT-2.3.1-2] a message keeps an identifier of its own, without DUP, until it is acknowledged") {
    for (const ProtocolVersion version : both_versions) {
        for (const QoS qos : both_qos) {
            Driver driver;
            const ConnectionId id = reader(driver, version, qos);
            publish_each(driver, driver.connect("p"), "abcde", qos);
            const std::vector<Got> got = driver.take(id, PacketType::publish);
            REQUIRE(payloads(got) == "abcde");
            std::set<std::uint16_t> ids;
            for (const Got& publish : got) {
                CHECK(publish.qos == qos);
                CHECK_FALSE(publish.dup);
                CHECK(publish.id != 0);
                ids.insert(publish.id);
            }
            CHECK(ids.size() == 5);
            CHECK(driver.broker.queue_length("reader") == 5);
        }
    }
}

TEST_CASE(
    "[MQTT-4.3.3-4] [MQTT-4.3.3-5] [MQTT-4.3.3-6] 3.1.1 [MQTT-4.3.3-1] after PUBREC the broker sends PUBREL and no "
    "more "
    "PUBLISH, until PUBCOMP") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        ConnectionId id = reader(driver, version, QoS::exactly_once);
        publish_each(driver, driver.connect("p"), "a", QoS::exactly_once);
        const std::uint16_t packet_id = driver.take(id).at(0).id;
        driver.send_id<PubRec>(id, packet_id);
        CHECK(driver.take(id, PacketType::pubrel).at(0).id == packet_id);
        for (int round = 0; round < 2; ++round) {
            driver.cut(id);
            id = driver.connect_persistent("reader", version);
            const std::vector<Got> got = driver.take(id);
            REQUIRE(got.size() == 2);
            CHECK(got[1].type == PacketType::pubrel);
            CHECK(got[1].id == packet_id);
        }
        driver.send_id<PubComp>(id, packet_id);
        CHECK(driver.broker.queue_length("reader") == 0);
        driver.cut(id);
        CHECK(driver.take(driver.connect_persistent("reader", version)).size() == 1);
    }
}

TEST_CASE(
    "[MQTT-4.3.2-4] [MQTT-4.3.2-5] 3.1.1 [MQTT-4.3.2-2] 3.1.1 [MQTT-2.3.1-3] after its PUBACK an identifier stands for "
    "a new message, whatever DUP says") {
    for (const ProtocolVersion version : both_versions) {
        for (const bool dup : {false, true}) {
            Driver driver;
            const ConnectionId id = reader(driver, ProtocolVersion::v5, QoS::at_least_once);
            const ConnectionId publisher = driver.connect("p", version);
            driver.take(publisher);
            driver.send(publisher, publish_packet(QoS::at_least_once, false, "1"));
            driver.send(publisher, publish_packet(QoS::at_least_once, dup, "2"));
            CHECK(ids_of(driver.take(publisher)) == std::vector<std::uint16_t>{9, 9});
            CHECK(payloads(driver.take(id)) == "12");
        }
    }
}

TEST_CASE(
    "[MQTT-4.3.3-8] [MQTT-4.3.3-10] [MQTT-4.3.3-11] [MQTT-4.3.3-12] 3.1.1 [MQTT-4.3.3-2] until PUBREL a QoS 2 message "
    "that comes again is acknowledged again and delivered once; after PUBCOMP it is a new one") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId id = reader(driver, ProtocolVersion::v5, QoS::exactly_once);
        const ConnectionId publisher = driver.connect("p", version);
        driver.take(publisher);
        driver.send(publisher, publish_packet(QoS::exactly_once, false, "1"));
        driver.send(publisher, publish_packet(QoS::exactly_once, true, "1"));
        CHECK(driver.take(publisher, PacketType::pubrec).size() == 2);
        CHECK(payloads(driver.take(id)) == "1");
        driver.send_id<PubRel>(publisher, 9);
        driver.send_id<PubRel>(publisher, 9);
        CHECK(driver.take(publisher, PacketType::pubcomp).size() == 2);
        driver.send(publisher, publish_packet(QoS::exactly_once, true, "2"));
        CHECK(payloads(driver.take(id)) == "2");
    }
}

TEST_CASE(
    "[MQTT-4.6.0-2] [MQTT-4.6.0-3] 3.1.1 [MQTT-4.6.0-2] 3.1.1 [MQTT-4.6.0-3] PUBACKs and PUBRECs leave in the order of "
    "their messages, also when some wait for the store") {
    for (const ProtocolVersion version : both_versions) {
        for (const QoS qos : both_qos) {
            Driver driver;
            reader(driver, version, qos);
            const ConnectionId publisher = driver.connect("p", version);
            driver.take(publisher);
            driver.store_works = false;
            constexpr std::uint16_t published[] = {5, 3, 9};
            for (const std::uint16_t packet_id : published) {
                driver.publish(publisher, "x", "stored", qos, packet_id);
                driver.publish(publisher, "unheard", "not stored", qos, static_cast<std::uint16_t>(packet_id + 100));
            }
            driver.store_now();
            const auto type = qos == QoS::at_least_once ? PacketType::puback : PacketType::pubrec;
            CHECK(ids_of(driver.take(publisher, type)) == std::vector<std::uint16_t>{5, 105, 3, 103, 9, 109});
        }
    }
}

TEST_CASE("[MQTT-4.6.0-4] 3.1.1 [MQTT-4.6.0-4] PUBRELs leave in the order in which the PUBRECs came") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId id = reader(driver, version, QoS::exactly_once);
        publish_each(driver, driver.connect("p"), "abcd", QoS::exactly_once);
        const std::vector<std::uint16_t> sent = ids_of(driver.take(id));
        REQUIRE(sent.size() == 4);
        driver.store_works = false;
        const std::vector<std::uint16_t> order = {sent[2], sent[0], sent[3], sent[1]};
        for (const std::uint16_t packet_id : order) driver.send_id<PubRec>(id, packet_id);
        driver.store_now();
        CHECK(ids_of(driver.take(id, PacketType::pubrel)) == order);
    }
}

TEST_CASE(
    "[MQTT-4.4.0-1] [MQTT-4.6.0-1] [MQTT-3.3.1-1] 3.1.1 [MQTT-4.4.0-1] 3.1.1 [MQTT-4.6.0-1] 3.1.1 [MQTT-3.3.1-1] "
    "3.1.1 [MQTT-2.3.1-3] what was not acknowledged comes again with DUP, in its order, under its identifiers") {
    for (const ProtocolVersion version : both_versions) {
        for (const QoS qos : both_qos) {
            Driver driver;
            ConnectionId id = reader(driver, version, qos);
            publish_each(driver, driver.connect("p"), "abcd", qos);
            const std::vector<Got> first = driver.take(id, PacketType::publish);
            if (qos == QoS::at_least_once) driver.acknowledge(id, first[1].id);
            else driver.send_id<PubRec>(id, first[1].id);
            for (int round = 0; round < 2; ++round) {
                driver.cut(id);
                id = driver.connect_persistent("reader", version);
                const std::vector<Got> again = driver.take(id, PacketType::publish);
                REQUIRE(payloads(again) == "acd");
                for (const Got& got : again) CHECK(got.dup);
                CHECK(ids_of(again) == std::vector<std::uint16_t>{first[0].id, first[2].id, first[3].id});
            }
        }
    }
}

TEST_CASE(
    "[MQTT-4.9.0-1] [MQTT-3.3.4-9] the broker begins with as many messages as Receive Maximum says, and one does") {
    for (const std::uint32_t maximum : {1U, 3U, 65535U}) {
        Settings settings;
        settings.maximum_inflight = 10;
        Driver driver(settings);
        driver.cut(reader(driver, ProtocolVersion::v5, QoS::at_least_once));
        publish_each(driver, driver.connect("p"), "abcdefghijkl", QoS::at_least_once);
        mqtt::PropertyBuilder properties;
        properties.number(PropertyId::receive_maximum, maximum).number(PropertyId::session_expiry_interval, 60);
        mqtt::Connect connect;
        connect.client_id = "reader";
        connect.clean_start = false;
        connect.properties = properties.view();
        const ConnectionId id = driver.open();
        driver.send(id, connect);
        CHECK(driver.take(id, PacketType::publish).size() == std::min(maximum, 10U));
    }
}

TEST_CASE("[MQTT-3.3.4-8] a client whose messages are all unacknowledged may send everything else") {
    Settings settings;
    settings.receive_maximum = 1;
    Driver driver(settings);
    const ConnectionId id = driver.connect("c");
    driver.publish(id, "x", "1", QoS::exactly_once, 1);
    driver.take(id);
    driver.send(id, mqtt::PingReq{});
    driver.subscribe(id, "x", QoS::at_most_once, 2);
    driver.unsubscribe(id, "x", 3);
    driver.publish(id, "x", "2");
    driver.send_id<PubRel>(id, 1);
    CHECK(driver.take(id).size() == 4);
    CHECK_FALSE(driver.closed(id));
}

TEST_CASE(
    "[MQTT-4.5.0-2] 3.1.1 [MQTT-4.5.0-2] a message that is never acknowledged keeps its place, and is not sent twice") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId id = reader(driver, version, QoS::at_least_once);
        publish_each(driver, driver.connect("p"), "a", QoS::at_least_once);
        CHECK(payloads(driver.take(id)) == "a");
        driver.sleep(std::chrono::hours(24));
        CHECK(driver.take(id).empty());
        CHECK(driver.broker.queue_length("reader") == 1);
    }
}
