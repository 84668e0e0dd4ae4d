// Subscription identifiers: which of them come with a message, and that they last.

#include <doctest/doctest.h>

#include "tests/broker/core/broker_driver.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;
using mqtt::PacketType;
using mqtt::ProtocolVersion;
using mqtt::QoS;

namespace {

using Ids = std::vector<std::uint32_t>;

mqtt::SubscriptionOptions at_least_once() { return {.qos = QoS::at_least_once}; }

/// What the only message since the last call came with.
Ids ids_of_one(Driver& driver, ConnectionId id) {
    const std::vector<Got> got = driver.take(id, PacketType::publish);
    REQUIRE(got.size() == 1);
    return got[0].subscription_ids();
}

}  // namespace

TEST_CASE("[MQTT-3.3.4-3] a message carries the identifier of its subscription, at every QoS") {
    for (const QoS qos : {QoS::at_most_once, QoS::at_least_once, QoS::exactly_once}) {
        Driver driver;
        const ConnectionId with = driver.connect("with");
        const ConnectionId without = driver.connect("without");
        driver.subscribe(with, "x", {.qos = qos}, 268'435'455);  // the largest
        driver.subscribe(without, "x", qos);
        driver.publish(driver.connect("p"), "x", "1", qos);
        CHECK(ids_of_one(driver, with) == Ids{268'435'455});
        CHECK(ids_of_one(driver, without).empty());
    }
}

TEST_CASE("[MQTT-3.3.4-4] overlapping subscriptions: one message with the identifiers of all that have one") {
    Driver driver;
    const ConnectionId id = driver.connect("s");
    driver.subscribe(id, "a/#", at_least_once(), 3);
    driver.subscribe(id, "+/b", QoS::exactly_once);
    driver.subscribe(id, "a/b", at_least_once(), 2);
    driver.subscribe(id, "#", at_least_once(), 2);
    driver.publish(driver.connect("p"), "a/b", "1", QoS::at_least_once);
    CHECK(ids_of_one(driver, id) == Ids{2, 2, 3});
}

TEST_CASE("[MQTT-3.3.4-5] overlapping subscriptions one by one: each message with its own identifier and QoS") {
    Settings settings;
    settings.overlaps = Overlaps::each;
    Driver driver(settings);
    const ConnectionId id = driver.connect("s");
    driver.subscribe(id, "a/#", {.qos = QoS::at_most_once}, 3);
    driver.subscribe(id, "a/b", at_least_once(), 2);
    driver.subscribe(id, "+/b", QoS::at_least_once);
    driver.publish(driver.connect("p"), "a/b", "1", QoS::at_least_once);
    const std::vector<Got> got = driver.take(id, PacketType::publish);
    REQUIRE(got.size() == 3);
    CHECK(got[0].subscription_ids().empty());
    CHECK(got[0].qos == QoS::at_least_once);
    CHECK(got[1].subscription_ids() == Ids{2});
    CHECK(got[1].qos == QoS::at_least_once);
    CHECK(got[2].subscription_ids() == Ids{3});
    CHECK(got[2].qos == QoS::at_most_once);
}

TEST_CASE("[MQTT-3.8.3-3] No Local takes its identifier along") {
    Driver driver;
    const ConnectionId id = driver.connect("s");
    driver.subscribe(id, "a/#", {.qos = QoS::at_least_once, .no_local = true}, 1);
    driver.subscribe(id, "a/b", at_least_once(), 2);
    driver.publish(id, "a/b", "own");
    CHECK(ids_of_one(driver, id) == Ids{2});
    driver.publish(driver.connect("p"), "a/b", "other");
    CHECK(ids_of_one(driver, id) == Ids{1, 2});
}

TEST_CASE("[MQTT-3.8.4-3] subscribing again replaces the identifier, or takes it away") {
    Driver driver;
    const ConnectionId id = driver.connect("s");
    const ConnectionId publisher = driver.connect("p");
    for (const std::uint32_t subscription_id : {5U, 6U, 0U}) {
        driver.subscribe(id, "x", at_least_once(), subscription_id);
        driver.publish(publisher, "x", "1");
        CHECK(ids_of_one(driver, id) == (subscription_id == 0 ? Ids() : Ids{subscription_id}));
    }
}

TEST_CASE("[MQTT-3.3.4-3] retained messages come with the identifier of the subscription that they answer") {
    Driver driver;
    mqtt::Publish retained;
    retained.topic = "x";
    retained.retain = true;
    retained.payload = as_byte_view("1");
    driver.send(driver.connect("p"), retained);
    const ConnectionId id = driver.connect("s");
    driver.subscribe(id, "#", at_least_once(), 1);
    driver.take(id);
    driver.subscribe(id, "x", at_least_once(), 9);
    CHECK(ids_of_one(driver, id) == Ids{9});
}

TEST_CASE("[MQTT-3.3.4-3] 3.1.1 has no identifiers, though the session was given one in 5.0") {
    Driver driver;
    const ConnectionId id = driver.connect_persistent("s");
    driver.subscribe(id, "x", at_least_once(), 7);
    driver.cut(id);
    driver.publish(driver.connect("p"), "x", "1", QoS::at_least_once);
    const std::vector<Got> got =
        driver.take(driver.connect_persistent("s", ProtocolVersion::v3_1_1), PacketType::publish);
    REQUIRE(got.size() == 1);
    CHECK(got[0].octets.empty());
}

TEST_CASE("[MQTT-3.3.4-3] subscriptions and waiting messages keep their identifiers over a restart") {
    Driver driver;
    const ConnectionId id = driver.connect_persistent("s");
    driver.subscribe(id, "x", at_least_once(), 7);
    driver.subscribe(id, "+", at_least_once(), 300);
    driver.cut(id);
    driver.publish(driver.connect("p"), "x", "1", QoS::at_least_once);
    driver.restart();
    driver.publish(driver.connect("p"), "x", "2", QoS::at_least_once);
    const std::vector<Got> got = driver.take(driver.connect_persistent("s"), PacketType::publish);
    REQUIRE(payloads(got) == "12");
    CHECK(got[0].subscription_ids() == Ids{7, 300});
    CHECK(got[1].subscription_ids() == Ids{7, 300});
}

TEST_CASE("[MQTT-3.3.4-6] a client that publishes with a subscription identifier is disconnected") {
    Driver driver;
    const ConnectionId id = driver.connect("a");
    mqtt::PropertyBuilder properties;
    properties.number(mqtt::PropertyId::subscription_identifier, 1);
    mqtt::Publish packet;
    packet.topic = "x";
    packet.properties = properties.view();
    driver.take(id);
    driver.send(id, packet);
    CHECK(driver.closed(id) == CloseCause::protocol_error);
    CHECK(driver.take(id).at(0).reason == mqtt::ReasonCode::protocol_error);
}
