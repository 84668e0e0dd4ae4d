// Rules that 3.1.1 and 5.0 share, held to both: subscriptions and messages.

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
using mqtt::QoS;
using mqtt::ReasonCode;

namespace {

using Kind = mqtt::SubscriptionRequests::Kind;
constexpr QoS every_qos[] = {QoS::at_most_once, QoS::at_least_once, QoS::exactly_once};

void publish_retained(Driver& driver, ConnectionId id, std::string_view payload, bool retain = true,
                      QoS qos = QoS::at_most_once) {
    mqtt::Publish packet;
    packet.topic = "x";
    packet.payload = as_byte_view(payload);
    packet.retain = retain;
    packet.qos = qos;
    if (qos != QoS::at_most_once) packet.packet_id = mqtt::PacketId{1};
    driver.send(id, packet);
}

/// What a new subscriber to "x" finds: "payload!" with RETAIN.
std::string found(Driver& driver, ProtocolVersion version) {
    const ConnectionId id = driver.connect("finder", version);
    driver.subscribe(id, "x", QoS::exactly_once);
    std::string all;
    for (const Got& got : driver.take(id, PacketType::publish)) all += got.payload + (got.retain ? "!" : "");
    return all;
}

}  // namespace

TEST_CASE(
    "[MQTT-3.8.4-5] [MQTT-3.8.4-7] [MQTT-3.9.3-1] 3.1.1 [MQTT-3.8.4-4] 3.1.1 [MQTT-3.8.4-5] 3.1.1 [MQTT-3.9.3-1] "
    "several "
    "filters: one SUBACK, with a code for each in their order") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId id = driver.connect("a", version);
        driver.take(id);
        mqtt::SubscriptionRequestBuilder requests;
        requests.add("two", {.qos = QoS::exactly_once}).add("wr#ng", {.qos = QoS::exactly_once});
        requests.add("none", {}).add("one", {.qos = QoS::at_least_once}).add("two", {.qos = QoS::at_least_once});
        mqtt::Subscribe packet;
        packet.packet_id = mqtt::PacketId{1};
        packet.requests = requests.view(Kind::subscribe);
        driver.send(id, packet);
        const std::vector<Got> got = driver.take(id);
        REQUIRE(got.size() == 1);
        const bool is_v5 = version == ProtocolVersion::v5;
        CHECK(got[0].reasons == std::vector{ReasonCode::granted_qos_2,
                                            is_v5 ? ReasonCode::topic_filter_invalid : ReasonCode::unspecified_error,
                                            ReasonCode::success, ReasonCode::granted_qos_1, ReasonCode::granted_qos_1});
        driver.publish(id, "two", "1", QoS::exactly_once, 7);  // the last one counts
        CHECK(driver.take(id, PacketType::publish).at(0).qos == QoS::at_least_once);
    }
}

TEST_CASE(
    "[MQTT-3.10.4-4] [MQTT-3.10.4-6] 3.1.1 [MQTT-3.10.4-1] 3.1.1 [MQTT-3.10.4-4] 3.1.1 [MQTT-3.10.4-5] "
    "3.1.1 [MQTT-3.10.4-6] several filters: one UNSUBACK, also for what never was; filters match to the letter") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId id = driver.connect("a", version);
        for (const std::string_view filter : {"a/+", "a/b", "a/#"}) driver.subscribe(id, filter, QoS::at_most_once);
        driver.take(id);
        mqtt::SubscriptionRequestBuilder requests;
        mqtt::Unsubscribe packet;
        packet.packet_id = mqtt::PacketId{77};
        packet.requests = requests.add("a/+").add("a/c").add("a/#").view(Kind::unsubscribe);
        driver.send(id, packet);
        std::vector<Got> got = driver.take(id);
        REQUIRE(got.size() == 1);
        CHECK(got[0].type == PacketType::unsuback);
        CHECK(got[0].id == 77);
        driver.unsubscribe(id, "a/+", 78);
        CHECK(driver.take(id, PacketType::unsuback).at(0).id == 78);
        driver.publish(id, "a/c", "no");
        driver.publish(id, "a/b", "yes");
        CHECK(payloads(driver.take(id)) == "yes");
    }
}

TEST_CASE(
    "3.1.1 [MQTT-3.10.4-2] 3.1.1 [MQTT-3.10.4-3] [MQTT-3.10.4-2] [MQTT-3.10.4-3] after UNSUBSCRIBE nothing new comes, "
    "and "
    "what was begun is finished") {
    for (const ProtocolVersion version : both_versions) {
        for (const QoS qos : {QoS::at_least_once, QoS::exactly_once}) {
            Driver driver;
            const ConnectionId id = driver.connect_persistent("a", version);
            driver.subscribe(id, "x", qos);
            const ConnectionId publisher = driver.connect("p");
            driver.publish(publisher, "x", "1", qos, 1);
            driver.unsubscribe(id, "x");
            driver.publish(publisher, "x", "2", qos, 2);
            CHECK(payloads(driver.take(id)) == "1");
            driver.cut(id);
            const ConnectionId again = driver.connect_persistent("a", version);
            const std::vector<Got> got = driver.take(again, PacketType::publish);
            REQUIRE(payloads(got) == "1");
            CHECK(got[0].dup);
            if (qos == QoS::at_least_once) {
                driver.acknowledge(again, got[0].id);
            } else {
                driver.send_id<mqtt::PubRec>(again, got[0].id);
                CHECK(driver.take(again, PacketType::pubrel).size() == 1);
                driver.send_id<mqtt::PubComp>(again, got[0].id);
            }
            CHECK(driver.broker.queue_length("a") == 0);
        }
    }
}

TEST_CASE(
    "[MQTT-3.8.4-4] 3.1.1 [MQTT-3.8.4-3] the same filter again: what is retained comes again, and no message is lost") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId publisher = driver.connect("p");
        publish_retained(driver, publisher, "r");
        const ConnectionId id = driver.connect_persistent("a", version);
        driver.subscribe(id, "x", QoS::at_least_once);
        driver.publish(publisher, "x", "1", QoS::at_least_once);
        driver.subscribe(id, "x", QoS::exactly_once);
        driver.publish(publisher, "x", "2", QoS::at_least_once);
        CHECK(payloads(driver.take(id)) == "r1r2");
        CHECK(driver.broker.queue_length("a") == 2);
    }
}

TEST_CASE("3.1.1 [MQTT-3.8.4-6] [MQTT-3.8.4-8] a message comes at the lower of its own and the granted QoS") {
    for (const ProtocolVersion version : both_versions) {
        for (const QoS published : every_qos) {
            for (const QoS granted : every_qos) {
                Driver driver;
                const ConnectionId id = driver.connect("s", version);
                driver.subscribe(id, "x", granted);
                driver.publish(driver.connect("p", version), "x", "1", published);
                CHECK(driver.take(id, PacketType::publish).at(0).qos == std::min(published, granted));
            }
        }
    }
}

TEST_CASE("3.1.1 [MQTT-3.3.5-1] [MQTT-3.3.4-2] overlapping subscriptions: once, at the highest QoS among them") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId id = driver.connect("s", version);
        driver.subscribe(id, "#", QoS::at_most_once);
        driver.subscribe(id, "a/+", QoS::exactly_once);
        driver.subscribe(id, "a/b", QoS::at_least_once);
        driver.publish(driver.connect("p", version), "a/b", "1", QoS::exactly_once);
        const std::vector<Got> got = driver.take(id, PacketType::publish);
        REQUIRE(got.size() == 1);
        CHECK(got[0].qos == QoS::exactly_once);
    }
}

TEST_CASE("[MQTT-3.3.2-3] 3.1.1 [MQTT-3.3.2-3] a message comes under the name that it was published to") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId id = driver.connect("s", version);
        driver.subscribe(id, "a/+/#", QoS::at_most_once);
        const ConnectionId publisher = driver.connect("p", version);
        for (const std::string_view topic : {"a/b", "a//c", "a/B/c d/", "a/\u00e9"}) {
            driver.publish(publisher, topic, "1");
            CHECK(driver.take(id, PacketType::publish).at(0).topic == topic);
        }
        driver.publish(publisher, "A/b", "1");
        CHECK(driver.take(id, PacketType::publish).empty());
    }
}

TEST_CASE("[MQTT-3.3.1-3] 3.1.1 [MQTT-3.3.1-3] DUP says whether the broker repeats, not whether the publisher did") {
    for (const ProtocolVersion version : both_versions) {
        for (const QoS qos : {QoS::at_least_once, QoS::exactly_once}) {
            Driver driver;
            const ConnectionId id = driver.connect("s", version);
            driver.subscribe(id, "x", qos);
            mqtt::Publish packet;
            packet.topic = "x";
            packet.qos = qos;
            packet.dup = true;
            packet.packet_id = mqtt::PacketId{1};
            driver.send(driver.connect("p", version), packet);
            const std::vector<Got> got = driver.take(id, PacketType::publish);
            REQUIRE(got.size() == 1);
            CHECK_FALSE(got[0].dup);
        }
    }
}

TEST_CASE(
    "[MQTT-2.2.1-4] 3.1.1 [MQTT-2.3.1-4] what the broker sends at QoS 1 and 2 has identifiers that are in use once") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId id = driver.connect("s", version);
        driver.subscribe(id, "#", QoS::exactly_once);
        driver.take(id);
        const ConnectionId publisher = driver.connect("p");
        for (std::uint16_t count = 1; count <= 60; ++count)
            driver.publish(publisher, "x", "1", count % 2 == 0 ? QoS::at_least_once : QoS::exactly_once, count);
        std::set<std::uint16_t> ids;
        const std::vector<Got> got = driver.take(id, PacketType::publish);
        for (const Got& message : got) ids.insert(message.id);
        CHECK(got.size() == 60);
        CHECK(ids.size() == 60);
        CHECK_FALSE(ids.contains(0));
    }
}

TEST_CASE("[MQTT-4.5.0-1] 3.1.1 [MQTT-4.5.0-1] a message becomes part of every session that subscribes to it") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        for (const std::string_view name : {"here", "away", "other"}) {
            const ConnectionId id = driver.connect_persistent(name, version);
            driver.subscribe(id, name == "other" ? "y" : "x", QoS::at_least_once);
            if (name == "away") driver.cut(id);
        }
        driver.publish(driver.connect("p", version), "x", "1", QoS::at_least_once);
        CHECK(driver.broker.queue_length("here") == 1);
        CHECK(driver.broker.queue_length("away") == 1);
        CHECK(driver.broker.queue_length("other") == 0);
        CHECK(driver.ledger.entry_count() == 2);
    }
}

TEST_CASE(
    "3.1.1 [MQTT-4.6.0-5] 3.1.1 [MQTT-4.6.0-6] [MQTT-4.6.0-5] [MQTT-4.6.0-6] every topic is ordered: of one publisher "
    "and "
    "QoS, messages come as they were published, and so again after a loss") {
    for (const ProtocolVersion version : both_versions) {
        for (const QoS qos : {QoS::at_least_once, QoS::exactly_once}) {
            Driver driver;
            const ConnectionId id = driver.connect_persistent("s", version);
            driver.subscribe(id, "#", qos);
            driver.take(id);
            const ConnectionId publisher = driver.connect("p", version);
            std::string sent;
            for (std::uint16_t count = 1; count <= 26; ++count) {
                const char payload = static_cast<char>('a' + count - 1);
                driver.publish(publisher, count % 3 == 0 ? "x" : "y", {&payload, 1}, qos, count);
                sent += payload;
            }
            CHECK(payloads(driver.take(id)) == sent);
            driver.cut(id);
            CHECK(payloads(driver.take(driver.connect_persistent("s", version))) == sent);
        }
    }
}

TEST_CASE("3.1.1 [MQTT-3.1.2-7] a retained message belongs to no session") {
    Driver driver;
    const ConnectionId id = driver.connect("p", ProtocolVersion::v3_1_1);
    publish_retained(driver, id, "1");
    driver.cut(id);
    CHECK(driver.broker.session_count() == 0);
    CHECK(found(driver, ProtocolVersion::v3_1_1) == "1!");
}

TEST_CASE(
    "3.1.1 [MQTT-3.3.1-7] 3.1.1 [MQTT-3.3.1-8] at QoS 0 too a retained message replaces the one before, and has "
    "RETAIN") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId id = driver.connect("p", version);
        publish_retained(driver, id, "old", true, QoS::at_least_once);
        publish_retained(driver, id, "new", true, QoS::at_most_once);
        CHECK(found(driver, version) == "new!");
    }
}

TEST_CASE("3.1.1 [MQTT-3.3.1-9] who is subscribed already gets it without RETAIN") {
    Driver driver;
    const ConnectionId id = driver.connect("s", ProtocolVersion::v3_1_1);
    driver.subscribe(id, "x", QoS::at_most_once);
    driver.take(id);
    publish_retained(driver, driver.connect("p", ProtocolVersion::v3_1_1), "1");
    const std::vector<Got> got = driver.take(id);
    REQUIRE(payloads(got) == "1");
    CHECK_FALSE(got[0].retain);
}

TEST_CASE(
    "3.1.1 [MQTT-3.3.1-10] 3.1.1 [MQTT-3.3.1-11] an empty one is forwarded, and neither it nor the old one is kept") {
    Driver driver;
    const ConnectionId publisher = driver.connect("p", ProtocolVersion::v3_1_1);
    publish_retained(driver, publisher, "1");
    const ConnectionId id = driver.connect("s", ProtocolVersion::v3_1_1);
    driver.subscribe(id, "x", QoS::at_most_once);
    driver.take(id);
    publish_retained(driver, publisher, "");
    CHECK(driver.take(id, PacketType::publish).size() == 1);
    CHECK(driver.broker.retained_count() == 0);
    CHECK(driver.ledger.retained_count() == 0);
}

TEST_CASE("[MQTT-3.3.1-8] 3.1.1 [MQTT-3.3.1-12] without RETAIN a message leaves what is retained alone") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId id = driver.connect("p", version);
        publish_retained(driver, id, "1", false);
        CHECK(driver.broker.retained_count() == 0);
        publish_retained(driver, id, "2");
        publish_retained(driver, id, "3", false);
        publish_retained(driver, id, "", false);
        CHECK(found(driver, version) == "2!");
    }
}

TEST_CASE("[MQTT-4.3.3-13] a QoS 2 handshake goes on when the message has expired meanwhile, both ways") {
    Driver driver;
    const ConnectionId id = driver.connect("s");
    driver.subscribe(id, "x", QoS::exactly_once);
    mqtt::PropertyBuilder properties;
    mqtt::Publish packet;
    packet.topic = "x";
    packet.qos = QoS::exactly_once;
    packet.packet_id = mqtt::PacketId{5};
    packet.properties = properties.number(PropertyId::message_expiry_interval, 1).view();
    const ConnectionId publisher = driver.connect("p");
    driver.send(publisher, packet);
    const std::uint16_t sent = driver.take(id, PacketType::publish).at(0).id;
    driver.sleep(10s);
    driver.send_id<mqtt::PubRel>(publisher, 5);
    CHECK(driver.take(publisher, PacketType::pubcomp).at(0).reason == ReasonCode::success);
    driver.send_id<mqtt::PubRec>(id, sent);
    CHECK(driver.take(id, PacketType::pubrel).at(0).reason == ReasonCode::success);
    driver.send_id<mqtt::PubComp>(id, sent);
    CHECK(driver.broker.queue_length("s") == 0);
}
