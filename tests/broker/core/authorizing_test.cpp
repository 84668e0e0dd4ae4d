#include <string>

#include <doctest/doctest.h>

#include "tests/broker/core/broker_driver.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;
using mqtt::PacketType;
using mqtt::ProtocolVersion;
using mqtt::QoS;
using mqtt::ReasonCode;

namespace {

AccessRules rules(std::string_view acl) {
    AccessRules access;
    auto parsed = Acl::parse(acl);
    REQUIRE_MESSAGE(parsed, acl);
    access.acl = *std::move(parsed);
    return access;
}

/// A broker with these rules.
struct Ruled : Driver {
    explicit Ruled(std::string_view acl) { broker.set_access(rules(acl)); }
    std::uint64_t not_allowed() const {
        return broker.counters().publish_dropped[static_cast<std::size_t>(DropCause::not_allowed)];
    }
};

}  // namespace

TEST_CASE(
    "3.1.1 [MQTT-3.3.5-2] a PUBLISH that is not allowed is 0x87 in 5.0, acknowledged in 3.1.1, and goes nowhere") {
    for (const ProtocolVersion version : both_versions) {
        Ruled driver("topic read #\ntopic write mine/#\n");
        const ConnectionId reader = driver.connect("reader");
        driver.subscribe(reader, "#", QoS::at_most_once);
        driver.take(reader);
        const ConnectionId id = driver.connect("p", version);
        const ReasonCode reason = version == ProtocolVersion::v5 ? ReasonCode::not_authorized : ReasonCode::success;
        driver.publish(id, "yours", "0");
        driver.publish(id, "yours", "1", QoS::at_least_once, 1);
        CHECK(driver.take(id, PacketType::puback).at(0).reason == reason);
        driver.publish(id, "yours", "2", QoS::exactly_once, 2);
        CHECK(driver.take(id, PacketType::pubrec).at(0).reason == reason);
        CHECK(driver.take(reader).empty());
        CHECK(driver.broker.counters().publish_denied == 3);
        CHECK_FALSE(driver.closed(id));
        driver.publish(id, "mine/x", "3", QoS::at_least_once, 3);
        CHECK(driver.take(id, PacketType::puback).at(0).reason == ReasonCode::success);
        CHECK(payloads(driver.take(reader)) == "3");
    }
}

TEST_CASE("a retained message that is not allowed is not retained") {
    Ruled driver("topic read #\n");
    mqtt::Publish publish;
    publish.topic = "x";
    publish.retain = true;
    publish.payload = as_byte_view("1");
    driver.send(driver.connect("p"), publish);
    CHECK(driver.broker.retained_count() == 0);
}

TEST_CASE(
    "[MQTT-3.9.3-2] a filter of which nothing may be read is 0x87, in 3.1.1 0x80, beside others that are granted") {
    for (const ProtocolVersion version : both_versions) {
        Ruled driver("topic read mine/#\n");
        const ConnectionId id = driver.connect("s", version);
        driver.subscribe(id, "yours/#", QoS::at_least_once);
        const ReasonCode refused =
            version == ProtocolVersion::v5 ? ReasonCode::not_authorized : ReasonCode::unspecified_error;
        CHECK(driver.take(id, PacketType::suback).at(0).reasons.at(0) == refused);
        driver.subscribe(id, "$share/g/yours/#", QoS::at_least_once);
        CHECK(driver.take(id, PacketType::suback).at(0).reasons.at(0) == refused);
        driver.subscribe(id, "mine/x", QoS::at_least_once);
        CHECK(driver.take(id, PacketType::suback).at(0).reasons.at(0) == ReasonCode::granted_qos_1);
        CHECK(driver.broker.counters().subscribe_denied == 2);
    }
}

TEST_CASE("a wide subscription brings what may be read of it, and the rest is counted") {
    Ruled driver("topic write #\ntopic read mine/#\n");
    const ConnectionId id = driver.connect("s");
    driver.subscribe(id, "#", QoS::at_least_once);
    const ConnectionId publisher = driver.connect("p");
    for (const QoS qos : {QoS::at_most_once, QoS::at_least_once}) {
        driver.publish(publisher, "mine/x", "m", qos);
        driver.publish(publisher, "yours/x", "y", qos);
    }
    CHECK(payloads(driver.take(id)) == "mm");
    CHECK(driver.not_allowed() == 2);
}

TEST_CASE("retained messages are given to who may read them") {
    Ruled driver("topic write #\ntopic read mine/#\n");
    const ConnectionId publisher = driver.connect("p");
    for (const char* topic : {"mine/x", "yours/x"}) {
        mqtt::Publish publish;
        publish.topic = topic;
        publish.retain = true;
        publish.payload = as_byte_view(topic);
        driver.send(publisher, publish);
    }
    const ConnectionId id = driver.connect("s");
    driver.subscribe(id, "#", QoS::at_least_once);
    CHECK(payloads(driver.take(id, PacketType::publish)) == "mine/x");
}

TEST_CASE("patterns go by each client's own identifier") {
    Ruled driver("pattern readwrite device/%c/#\n");
    const ConnectionId one = driver.connect("one");
    const ConnectionId two = driver.connect("two");
    driver.subscribe(two, "device/#", QoS::at_most_once);
    driver.publish(one, "device/two/x", "forged");
    driver.publish(one, "device/one/x", "not two's");
    driver.publish(two, "device/two/x", "own");
    CHECK(payloads(driver.take(two, PacketType::publish)) == "own");
}

TEST_CASE("rules that change are the rules from the next message on, for subscriptions that stand too") {
    Ruled driver("topic a\n");
    const ConnectionId id = driver.connect("c");
    driver.subscribe(id, "a", QoS::at_least_once);
    driver.publish(id, "a", "1");
    driver.broker.set_access(rules("topic write a\n"));
    driver.publish(id, "a", "2");
    driver.broker.set_access(rules("topic read a\n"));
    driver.publish(id, "a", "3");
    driver.broker.set_access({});
    driver.publish(id, "a", "4");
    CHECK(payloads(driver.take(id, PacketType::publish)) == "14");
    CHECK_FALSE(driver.closed(id));
}

TEST_CASE("rules that come later are for clients that are there already") {
    Driver driver;
    const ConnectionId id = driver.connect("c");
    driver.broker.set_access(rules("topic write b\n"));
    driver.publish(id, "a", "1", QoS::at_least_once);
    CHECK(driver.take(id, PacketType::puback).at(0).reason == ReasonCode::not_authorized);
}

TEST_CASE("what waited for an absent client is checked again when it is sent, also after a restart") {
    for (const bool restarts : {false, true}) {
        Ruled driver("topic a\n");
        ConnectionId id = driver.connect_persistent("c");
        driver.subscribe(id, "a", QoS::at_least_once);
        driver.cut(id);
        driver.publish(driver.connect("p"), "a", "1", QoS::at_least_once);
        CHECK(driver.broker.queue_length("c") == 1);
        if (restarts) driver.restart();
        driver.broker.set_access(rules("topic write a\n"));
        id = driver.connect_persistent("c");
        CHECK(driver.take(id, PacketType::publish).empty());
        CHECK(driver.broker.queue_length("c") == 0);
        CHECK(driver.not_allowed() == 1);
    }
}

TEST_CASE("[MQTT-3.1.4-2] a will that is not allowed is refused with CONNECT: 0x87, in 3.1.1 return code 5") {
    for (const ProtocolVersion version : both_versions) {
        Ruled driver("topic write mine\n");
        const ConnectionId id = driver.open();
        driver.set_version(id, version);
        mqtt::Connect packet;
        packet.version = version;
        packet.client_id = "c";
        packet.will = mqtt::Will{.topic = "yours"};
        driver.send(id, packet);
        CHECK(driver.take(id, PacketType::connack).at(0).reason == ReasonCode::not_authorized);
        CHECK(driver.closed(id) == CloseCause::refused);
        CHECK(driver.broker.session_count() == 0);
        CHECK(driver.broker.counters().wills_denied == 1);
    }
}

TEST_CASE("a will that is no longer allowed when it is due is dropped and counted") {
    Ruled driver("topic a\n");
    const ConnectionId reader = driver.connect("reader");
    driver.subscribe(reader, "a", QoS::at_most_once);
    driver.take(reader);
    const ConnectionId id = driver.open();
    mqtt::Connect packet;
    packet.client_id = "c";
    packet.will = mqtt::Will{.topic = "a"};
    driver.send(id, packet);
    driver.broker.set_access(rules("topic read a\n"));
    driver.cut(id);
    CHECK(driver.take(reader).empty());
    CHECK(driver.broker.counters().wills_denied == 1);
    CHECK(driver.broker.counters().wills_published == 0);
}
