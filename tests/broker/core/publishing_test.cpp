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
