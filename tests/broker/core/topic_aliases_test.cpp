#include "broker/core/topic_aliases.hpp"

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

/// An empty topic: the alias alone.
void publish_by_alias(Driver& driver, ConnectionId id, std::uint32_t alias, std::string_view topic,
                      std::string_view payload) {
    mqtt::PropertyBuilder properties;
    properties.number(PropertyId::topic_alias, alias);
    mqtt::Publish packet;
    packet.topic = topic;
    packet.payload = as_byte_view(payload);
    packet.properties = properties.view();
    driver.send(id, packet);
}

ConnectionId connect_allowing(Driver& driver, std::string_view client_id, std::uint32_t aliases,
                              std::uint32_t maximum_packet_size = 0) {
    mqtt::PropertyBuilder properties;
    properties.number(PropertyId::topic_alias_maximum, aliases).number(PropertyId::session_expiry_interval, 3600);
    if (maximum_packet_size != 0) properties.number(PropertyId::maximum_packet_size, maximum_packet_size);
    mqtt::Connect connect;
    connect.client_id = client_id;
    connect.clean_start = false;
    connect.properties = properties.view();
    const ConnectionId id = driver.open();
    driver.send(id, connect);
    return id;
}

/// "topic@alias" of each PUBLISH.
std::string names_in(const std::vector<Got>& messages) {
    std::string all;
    for (const Got& got : messages) {
        if (got.type != PacketType::publish) continue;
        const auto alias = got.properties().number(PropertyId::topic_alias);
        all += (all.empty() ? "" : " ") + got.topic + (alias ? "@" + std::to_string(*alias) : "");
    }
    return all;
}

Settings with_inbound(std::uint16_t maximum) {
    Settings settings;
    settings.topic_alias_maximum = maximum;
    return settings;
}

}  // namespace

TEST_CASE("[MQTT-3.3.2-12] every alias up to the announced maximum is accepted, and stands for its last name") {
    Driver driver(with_inbound(3));
    const ConnectionId reader = driver.connect("reader");
    driver.subscribe(reader, "#", QoS::at_most_once);
    driver.take(reader);
    const ConnectionId id = driver.connect("a");
    CHECK(driver.take(id).at(0).properties().number(PropertyId::topic_alias_maximum) == 3);
    publish_by_alias(driver, id, 3, "three", "1");
    publish_by_alias(driver, id, 1, "one", "2");
    publish_by_alias(driver, id, 3, "", "3");
    publish_by_alias(driver, id, 1, "", "4");
    publish_by_alias(driver, id, 3, "other", "5");
    publish_by_alias(driver, id, 3, "", "6");
    CHECK(names_in(driver.take(reader)) == "three one three one other other");
    CHECK_FALSE(driver.closed(id));
}

TEST_CASE("[MQTT-3.3.2-9] [MQTT-3.2.2-17] an alias above the announced maximum ends the connection") {
    for (const std::uint32_t over : {0U, 1U}) {
        Driver driver(with_inbound(3));
        const ConnectionId id = driver.connect("a");
        driver.take(id);
        publish_by_alias(driver, id, 3 + over, "x", "1");
        CHECK(driver.closed(id).has_value() == (over == 1));
        if (over == 1) CHECK(driver.take(id).at(0).reason == ReasonCode::topic_alias_invalid);
    }
}

TEST_CASE("[MQTT-3.2.2-18] without a Topic Alias Maximum in CONNACK every alias ends the connection") {
    Driver driver(with_inbound(0));
    const ConnectionId id = driver.connect("a");
    CHECK_FALSE(driver.take(id).at(0).properties().number(PropertyId::topic_alias_maximum));
    publish_by_alias(driver, id, 1, "x", "1");
    CHECK(driver.take(id).at(0).reason == ReasonCode::topic_alias_invalid);
}

TEST_CASE("[MQTT-3.3.2-8] an alias of zero ends the connection") {
    Driver driver;
    const ConnectionId id = driver.connect("a");
    driver.take(id);
    // PUBLISH, topic "x", properties: Topic Alias 0
    driver.send_bytes(id, as_byte_view({"\x30\x07\x00\x01x\x03\x23\x00\x00", 9}));
    CHECK(driver.take(id).at(0).reason == ReasonCode::topic_alias_invalid);
}

TEST_CASE("§3.3.2.3.4 an alias that stands for nothing is a protocol error, on either side of one that does") {
    for (const std::uint32_t alias : {1U, 3U}) {
        Driver driver;
        const ConnectionId id = driver.connect("a");
        driver.take(id);
        publish_by_alias(driver, id, 2, "x", "1");
        publish_by_alias(driver, id, alias, "", "2");
        CHECK(driver.closed(id) == CloseCause::protocol_error);
        CHECK(driver.take(id).at(0).reason == ReasonCode::protocol_error);
    }
}

TEST_CASE("[MQTT-3.3.2-7] aliases of a client end with its connection, though the session goes on") {
    Driver driver;
    const ConnectionId first = driver.connect_persistent("a");
    publish_by_alias(driver, first, 1, "x", "1");
    driver.cut(first);
    const ConnectionId second = driver.connect_persistent("a");
    publish_by_alias(driver, second, 1, "", "2");
    CHECK(driver.closed(second) == CloseCause::protocol_error);
}

TEST_CASE("an alias for $SYS leads no further than its name") {
    Driver driver;
    const ConnectionId id = driver.connect("a");
    driver.subscribe(id, "$SYS/#", QoS::at_most_once);
    driver.take(id);
    publish_by_alias(driver, id, 1, "$SYS/broker/uptime", "a lie");
    publish_by_alias(driver, id, 1, "", "a lie");
    CHECK(driver.take(id).empty());
    CHECK(driver.broker.counters().publish_to_sys_refused == 2);
}

TEST_CASE(
    "[MQTT-3.1.2-26] [MQTT-3.3.2-10] [MQTT-3.3.2-11] the broker uses aliases, no more than the client allows and the "
    "settings") {
    for (const auto& [allowed, own] : {std::pair(2, 10), std::pair(10, 2)}) {
        Settings settings;
        settings.outbound_alias_maximum = static_cast<std::uint16_t>(own);
        Driver driver(settings);
        const ConnectionId reader = connect_allowing(driver, "reader", static_cast<std::uint32_t>(allowed));
        driver.subscribe(reader, "#", QoS::at_least_once);
        driver.take(reader);
        const ConnectionId publisher = driver.connect("p");
        for (const std::string_view topic : {"topic/1", "topic/1", "topic/2", "topic/2", "topic/3", "topic/1", "short"})
            driver.publish(publisher, topic, "x");
        CHECK(names_in(driver.take(reader)) == "topic/1@1 @1 topic/2@2 @2 topic/3 @1 short");
        driver.publish(publisher, "topic/2", "x", QoS::at_least_once);
        CHECK(names_in(driver.take(reader)) == "@2");
    }
}

TEST_CASE("[MQTT-3.1.2-27] a client that allows no aliases gets none, nor does 3.1.1, nor anybody if they are off") {
    Settings off;
    off.outbound_alias_maximum = 0;
    for (const Settings& settings : {Settings(), off}) {
        Driver driver(settings);
        const bool is_off = settings.outbound_alias_maximum == 0;
        std::vector<ConnectionId> readers{driver.connect("silent"), connect_allowing(driver, "zero", 0),
                                          driver.connect("old", ProtocolVersion::v3_1_1)};
        if (is_off) readers.push_back(connect_allowing(driver, "willing", 10));
        for (const ConnectionId id : readers) {
            driver.subscribe(id, "#", QoS::at_most_once);
            driver.take(id);
        }
        const ConnectionId publisher = driver.connect("p");
        for (int count = 0; count < 2; ++count) driver.publish(publisher, "topic/1", "x");
        for (const ConnectionId id : readers) CHECK(names_in(driver.take(id)) == "topic/1 topic/1");
    }
}

TEST_CASE("[MQTT-3.3.2-7] a client that comes back is told each name again, with what is sent again too") {
    Driver driver;
    const ConnectionId first = connect_allowing(driver, "reader", 5);
    driver.subscribe(first, "#", QoS::at_least_once);
    driver.take(first);
    const ConnectionId publisher = driver.connect("p");
    for (int count = 0; count < 2; ++count) driver.publish(publisher, "topic/1", "x", QoS::at_least_once);
    CHECK(names_in(driver.take(first)) == "topic/1@1 @1");
    driver.cut(first);
    const ConnectionId second = connect_allowing(driver, "reader", 5);
    CHECK(names_in(driver.take(second)) == "topic/1@1 @1");
}

TEST_CASE("QoS 2 that waits for the store overtakes nothing, and carries its name") {
    Driver driver;
    const ConnectionId reader = connect_allowing(driver, "reader", 5);
    driver.subscribe(reader, "#", QoS::exactly_once);
    driver.take(reader);
    driver.store_works = false;
    const ConnectionId publisher = driver.connect("p");
    driver.publish(publisher, "topic/1", "1", QoS::exactly_once);
    driver.publish(publisher, "topic/1", "2", QoS::at_most_once);
    CHECK(names_in(driver.take(reader)) == "topic/1@1");
    driver.store_now();
    CHECK(names_in(driver.take(reader)) == "topic/1");
}

TEST_CASE("[MQTT-3.1.2-24] where only the alias is too much, the packet goes without it") {
    const std::uint32_t plain = 2 + 2 + 7 + 1;  // fixed header, topic "topic/1", no properties
    for (const std::uint32_t over : {2U, 3U}) {
        Driver driver;
        const ConnectionId reader = connect_allowing(driver, "reader", 5, plain + 90 + over);
        driver.subscribe(reader, "#", QoS::at_most_once);
        driver.take(reader);
        driver.publish(driver.connect("p"), "topic/1", std::string(90, 'x'));
        CHECK(names_in(driver.take(reader)) == (over == 2 ? "topic/1" : "topic/1@1"));
    }
}

TEST_CASE("topics that come often keep their aliases from those that come once") {
    OutboundAliases aliases(2);
    for (int count = 0; count < 4; ++count) {
        aliases.use("often/1");
        aliases.use("often/2");
    }
    for (int count = 0; count < 6; ++count) CHECK(aliases.use("once/" + std::to_string(count)).alias == 0);
    CHECK(aliases.use("often/1").is_known);
    CHECK(aliases.use("often/2").is_known);
    // What is used no more gives way in the end.
    for (int count = 0; count < 10; ++count) aliases.use("fresh/1");
    CHECK(aliases.use("fresh/1").is_known);
}

TEST_CASE("a round of more topics than aliases does not push every topic out before it comes again") {
    OutboundAliases aliases(4);
    int known = 0;
    for (int round = 0; round < 100; ++round) {
        for (int topic = 0; topic < 6; ++topic) known += aliases.use("topic/" + std::to_string(topic)).is_known ? 1 : 0;
    }
    CHECK(known > 300);
}

TEST_CASE("an alias goes to topics whose names are long enough to save something and short enough to keep") {
    OutboundAliases aliases(100);
    CHECK(aliases.use(std::string(OutboundAliases::shortest_topic - 1, 'x')).alias == 0);
    CHECK(aliases.use(std::string(OutboundAliases::shortest_topic, 'x')).alias == 1);
    CHECK(aliases.use(std::string(OutboundAliases::longest_topic, 'x')).alias == 2);
    CHECK(aliases.use(std::string(OutboundAliases::longest_topic + 1, 'x')).alias == 0);
}
