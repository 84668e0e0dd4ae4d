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

constexpr ListenerId plain{0};
constexpr ListenerId north{1};
constexpr ListenerId south{2};

Settings mounted() {
    Settings settings;
    settings.listeners.resize(3);
    settings.listeners[1].mount_point = "north/";
    settings.listeners[2].mount_point = "south/";
    return settings;
}

/// What a subscriber got: "topic=payload topic=payload ".
std::string got(Driver& driver, ConnectionId id) {
    std::string text;
    for (const Got& publish : driver.take(id, PacketType::publish)) text += publish.topic + '=' + publish.payload + ' ';
    return text;
}

}  // namespace

TEST_CASE("clients of a listener with a mount point see their own topics only, and do not see its name") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver(mounted());
        const ConnectionId everybody = driver.connect_at(plain, "everybody");
        driver.subscribe(everybody, "#", QoS::at_least_once);
        const ConnectionId one = driver.connect_at(north, "one", version);
        const ConnectionId other = driver.connect_at(north, "other", version);
        const ConnectionId stranger = driver.connect_at(south, "stranger", version);
        for (const ConnectionId id : {other, stranger}) driver.subscribe(id, "#", QoS::at_least_once);
        for (const QoS qos : {QoS::at_most_once, QoS::at_least_once}) {
            driver.publish(one, "pump/7", "on", qos);
            CHECK(got(driver, everybody) == "north/pump/7=on ");
            CHECK(got(driver, other) == "pump/7=on ");
            CHECK(got(driver, stranger).empty());
            driver.acknowledge(everybody, 1);
        }
        driver.publish(everybody, "north/pump/8", "off");
        driver.publish(everybody, "pump/9", "off");
        CHECK(got(driver, other) == "pump/8=off ");
        driver.unsubscribe(other, "#");
        driver.publish(one, "pump/7", "on");
        CHECK(got(driver, other).empty());
    }
}

TEST_CASE("a mount point holds for retained messages and for wills") {
    Driver driver(mounted());
    const ConnectionId one = driver.open_at(north);
    mqtt::Connect connect;
    connect.client_id = "one";
    connect.will = mqtt::Will{.topic = "state", .payload = as_byte_view("gone")};
    driver.send(one, connect);
    mqtt::Publish retained;
    retained.retain = true;
    retained.topic = "level";
    retained.payload = as_byte_view("7");
    driver.send(one, retained);
    const ConnectionId reader = driver.connect_at(north, "reader");
    driver.subscribe(reader, "+", QoS::at_most_once);
    CHECK(got(driver, reader) == "level=7 ");
    const ConnectionId everybody = driver.connect_at(plain, "everybody");
    driver.subscribe(everybody, "#", QoS::at_most_once);
    CHECK(got(driver, everybody) == "north/level=7 ");
    driver.cut(one);
    CHECK(got(driver, reader) == "state=gone ");
    CHECK(got(driver, everybody) == "north/state=gone ");
}

TEST_CASE("§4.8.2 a mount point stands in front of the filter of a shared subscription, not of its name") {
    Driver driver(mounted());
    const ConnectionId worker = driver.connect_at(north, "worker");
    const ConnectionId stranger = driver.connect_at(south, "stranger");
    for (const ConnectionId id : {worker, stranger}) driver.subscribe(id, "$share/group/job/+", QoS::at_most_once);
    const ConnectionId everybody = driver.connect_at(plain, "everybody");
    for (const char* number : {"1", "2"}) driver.publish(everybody, "north/job/1", number);
    CHECK(got(driver, worker) == "job/1=1 job/1=2 ");
    CHECK(got(driver, stranger).empty());
    driver.unsubscribe(worker, "$share/group/job/+");
    CHECK(driver.take(worker, PacketType::unsuback).at(0).reasons.at(0) == ReasonCode::success);
}

TEST_CASE("what is no filter without a mount point is none with it") {
    Driver driver(mounted());
    const ConnectionId id = driver.connect_at(north, "one");
    for (const std::string& filter : {std::string("a#"), std::string("$share/x"), std::string(65'530, 'x')}) {
        driver.subscribe(id, filter, QoS::at_most_once);
        CHECK(driver.take(id, PacketType::suback).at(0).reasons.at(0) == ReasonCode::topic_filter_invalid);
    }
    driver.subscribe(id, std::string(65'529, 'x'), QoS::at_most_once);
    CHECK(driver.take(id, PacketType::suback).at(0).reasons.at(0) == ReasonCode::success);
}

TEST_CASE("[MQTT-1.5.4-1] a topic that is too long below its mount point is refused") {
    Driver driver(mounted());
    const ConnectionId id = driver.connect_at(north, "one");
    driver.publish(id, std::string(65'529, 'x'), "fits");
    CHECK_FALSE(driver.closed(id));
    driver.publish(id, std::string(65'530, 'x'), "does not");
    CHECK(driver.closed(id) == CloseCause::protocol_error);
    CHECK(driver.take(id, PacketType::disconnect).at(0).reason == ReasonCode::topic_name_invalid);
}

TEST_CASE("[MQTT-3.3.2-12] topic aliases are of the names that a client sees, in both directions") {
    Driver driver(mounted());
    const ConnectionId id = driver.open_at(north);
    mqtt::PropertyBuilder allows;
    allows.number(PropertyId::topic_alias_maximum, 5);
    mqtt::Connect connect;
    connect.client_id = "one";
    connect.properties = allows.view();
    driver.send(id, connect);
    driver.subscribe(id, "#", QoS::at_most_once);
    driver.take(id);
    mqtt::PropertyBuilder alias;
    alias.number(PropertyId::topic_alias, 1);
    mqtt::Publish publish;
    publish.properties = alias.view();
    for (const char* topic : {"station/7/pump/7/pressure", ""}) {
        publish.topic = topic;
        driver.send(id, publish);
    }
    const std::vector<Got> messages = driver.take(id, PacketType::publish);
    REQUIRE(messages.size() == 2);
    CHECK(messages[0].topic == "station/7/pump/7/pressure");
    CHECK(messages[1].topic.empty());
    CHECK(messages[1].properties().number(PropertyId::topic_alias) ==
          messages[0].properties().number(PropertyId::topic_alias));
}

TEST_CASE("a session that comes back by another listener gets nothing that lies outside of its mount point") {
    Driver driver(mounted());
    const ConnectionId before = driver.connect_at(north, "one", ProtocolVersion::v5, false, 3600);
    driver.subscribe(before, "#", QoS::at_least_once);
    driver.cut(before);
    const ConnectionId everybody = driver.connect_at(plain, "everybody");
    driver.publish(everybody, "north/pump", "on", QoS::at_least_once);
    const ConnectionId after = driver.connect_at(south, "one", ProtocolVersion::v5, false, 3600);
    CHECK(got(driver, after).empty());
    CHECK(driver.broker.counters().publish_dropped[static_cast<std::size_t>(DropCause::not_allowed)] == 1);
    driver.cut(after);
    driver.publish(everybody, "north/pump", "off", QoS::at_least_once);
    CHECK(got(driver, driver.connect_at(north, "one", ProtocolVersion::v5, false, 3600)) == "pump=off ");
}

TEST_CASE("access rules see topics with their mount point") {
    Driver driver(mounted());
    driver.broker.set_access({.acl = *Acl::parse("topic readwrite north/open/#\n")});
    const ConnectionId reader = driver.connect_at(north, "reader");
    driver.subscribe(reader, "open/#", QoS::at_least_once);
    driver.subscribe(reader, "closed/#", QoS::at_least_once);
    CHECK(driver.take(reader, PacketType::suback).back().reasons.at(0) == ReasonCode::not_authorized);
    const ConnectionId one = driver.connect_at(north, "one");
    driver.publish(one, "open/1", "a", QoS::at_least_once);
    driver.publish(one, "closed/1", "b", QoS::at_least_once);
    CHECK(got(driver, reader) == "open/1=a ");
    CHECK(driver.take(one, PacketType::puback).back().reason == ReasonCode::not_authorized);
}
