// Faults for which other brokers are known, each with the smallest input that showed it or its class.

#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "protocol/base/random.hpp"
#include "tests/broker/core/broker_driver.hpp"
#include "tests/support/packet_notation.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;
using mqtt::PacketType;
using mqtt::PropertyId;
using mqtt::ProtocolVersion;
using mqtt::PubRel;
using mqtt::QoS;
using mqtt::ReasonCode;
using trunkline::test::octets_of;

namespace {

void publish_retained(Driver& driver, ConnectionId id, std::string_view topic, std::string_view payload) {
    mqtt::Publish packet;
    packet.topic = topic;
    packet.payload = as_byte_view(payload);
    packet.retain = true;
    driver.send(id, packet);
}

ConnectionId reader_of(Driver& driver, std::string_view filter, QoS qos = QoS::at_most_once) {
    const ConnectionId id = driver.connect("reader");
    driver.subscribe(id, filter, qos);
    driver.take(id, PacketType::connack);
    return id;
}

}  // namespace

TEST_CASE("CVE-2023-28366: a QoS 2 message that is repeated and never released takes no more room each time") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId reader = reader_of(driver, "x", QoS::at_least_once);
        const ConnectionId id = driver.connect("c", version);
        driver.take(id);
        for (int count = 0; count < 1000; ++count) driver.publish(id, "x", "1", QoS::exactly_once, 7);
        CHECK(driver.take(id, PacketType::pubrec).size() == 1000);
        CHECK(payloads(driver.take(reader)) == "1");
        CHECK(driver.broker.queue_length("reader") == 1);
    }
}

TEST_CASE("CVE-2023-0809, CVE-2017-7651: before CONNECT is whole nobody reserves what it announces") {
    mqtt::FrameStream frames(2'000'000);
    const auto beginning = octets_of("10 ffff79 ['MQTT'] 05");  // of nearly two million octets
    frames.feed(beginning);
    CHECK_FALSE(frames.next());
    CHECK(frames.held_bytes() < 100);
    Driver driver;
    const ConnectionId id = driver.open();
    driver.send_bytes(id, octets_of("30 ffff79"));  // PUBLISH
    CHECK(driver.closed(id) == CloseCause::protocol_error);
}

TEST_CASE("CVE-2023-3592: a will whose properties are refused leaves nothing behind") {
    Driver driver;
    for (const char* will : {"01 02", "18 00000001 18 00000001", "03 [ff]", "26 ['n']", "23 0001"}) {
        const ConnectionId id = driver.open();
        driver.send_bytes(id, octets_of("10 {['MQTT'] 05 06 003c {} ['c'] {" + std::string(will) + "} ['w'] []}"));
        CHECK(driver.closed(id) == CloseCause::protocol_error);
    }
    CHECK(driver.broker.session_count() == 0);
    CHECK(driver.broker.counters().wills_published == 0);
    CHECK(driver.ledger.will_count() == 0);
}

TEST_CASE("CVE-2018-12543: topics that begin with $ are topics, and so is $ itself") {
    Driver driver;
    const ConnectionId id = driver.connect("c");
    for (const std::string_view topic :
         {"$", "$/", "$a", "$share", "$share/", "$share/g", "$share/g/a", "$SYS", "$SYS/", "$SYSTEM", "/$", "$/$"}) {
        CAPTURE(std::string(topic));
        driver.publish(id, topic, "1", QoS::exactly_once, 1);
        driver.send_id<PubRel>(id, 1);
        publish_retained(driver, id, topic, "1");
        driver.subscribe(id, topic, QoS::at_most_once);
        driver.unsubscribe(id, topic);
        CHECK_FALSE(driver.closed(id));
    }
}

TEST_CASE("CVE-2019-11779: as many slashes as a string can have are a topic, and a filter that is refused") {
    Driver driver;
    const std::string slashes(65'535, '/');
    const ConnectionId id = driver.connect("c");
    driver.take(id);
    driver.subscribe(id, slashes, QoS::at_most_once);
    CHECK(driver.take(id).at(0).reasons.at(0) == ReasonCode::topic_filter_invalid);
    driver.subscribe(id, "#", QoS::at_most_once);
    publish_retained(driver, id, slashes, "1");
    CHECK(payloads(driver.take(id)) == "1");
    driver.subscribe(id, "+/+/#", QoS::at_most_once);
    CHECK(payloads(driver.take(id)) == "1");
}

TEST_CASE("CVE-2021-28166: CONNACK to the broker ends the connection, in front of CONNECT and behind it") {
    Driver driver;
    const ConnectionId first = driver.open();
    driver.send_bytes(first, octets_of("20 {00 00}"));
    CHECK(driver.closed(first) == CloseCause::protocol_error);
    const ConnectionId second = driver.connect("c");
    driver.send_bytes(second, octets_of("20 {00 00 {}}"));
    CHECK(driver.closed(second) == CloseCause::protocol_error);
}

TEST_CASE("CVE-2021-34432, CVE-2024-50948: a PUBLISH of nearly nothing") {
    for (const ProtocolVersion version : both_versions) {
        for (const char* packet :
             {"30 {}", "30 {00}", "30 {0000}", "30 {[]}", "32 {[] 0001}", "30 {[] {}}", "3f {['a']}"}) {
            CAPTURE(packet);
            Driver driver;
            const ConnectionId id = driver.connect("c", version);
            driver.send_bytes(id, octets_of(packet));
            CHECK(driver.closed(id) == CloseCause::protocol_error);
        }
    }
}

TEST_CASE("CVE-2024-42645, CVE-2026-42209: retained messages come and go at every edge") {
    Driver driver;
    const ConnectionId id = driver.connect("c");
    for (const std::string_view topic : {"/", "a", "a/", "/a", "a//b"}) {
        publish_retained(driver, id, topic, "");  // there is none to be removed
        publish_retained(driver, id, topic, "1");
        publish_retained(driver, id, topic, "2");
    }
    driver.take(id);
    for (const std::string_view filter : {"#", "/#", "+/#", "+", "/", "a/#", "a/+/b", "a//b"}) {
        driver.subscribe(id, filter, QoS::exactly_once);
        CHECK(payloads(driver.take(id)).find('1') == std::string::npos);
    }
    CHECK(driver.broker.retained_count() == 5);
    for (const std::string_view topic : {"/", "a", "a/", "/a", "a//b"}) publish_retained(driver, id, topic, "");
    CHECK(driver.broker.retained_count() == 0);
    CHECK_FALSE(driver.closed(id));
}

TEST_CASE("CVE-2025-59946, CVE-2026-22040: a client that takes over from itself all the time leaves one owner") {
    Driver driver;
    Random random(1, "known faults", "take-over");
    const ConnectionId publisher = driver.connect("p");
    ConnectionId last{};
    for (int round = 0; round < 500; ++round) {
        const ProtocolVersion version = both_versions[random.below(2)];
        const bool clean = random.below(4) == 0;
        last = driver.connect("c", version, clean, clean ? 0 : 3600);
        if (random.below(2) == 0) driver.subscribe(last, "x", QoS::exactly_once);
        driver.publish(publisher, "x", "1", QoS::at_least_once, 1);
        if (random.below(3) == 0) driver.cut(last);
        CHECK(driver.broker.connection_count() <= 2);
        CHECK(driver.broker.session_count() <= 2);
    }
    CHECK(driver.closed(last).has_value() == (driver.broker.connection_count() == 1));
}

TEST_CASE("CVE-2026-21888: an integer of five octets, in front and within") {
    for (const char* packet :
         {"30 ffffffff01", "82 {0001 ffffffff01 ['a'] 00}", "82 {0001 {0b ffffffff01} ['a'] 00}"}) {
        CAPTURE(packet);
        Driver driver;
        const ConnectionId id = driver.connect("c");
        driver.take(id);
        driver.send_bytes(id, octets_of(packet));
        CHECK(driver.closed(id) == CloseCause::protocol_error);
        CHECK(driver.take(id).at(0).reason == ReasonCode::malformed_packet);
    }
}

TEST_CASE("CVE-2017-7650: no client identifier makes a pattern wider") {
    Driver driver;
    AccessRules access;
    access.acl = *Acl::parse("pattern readwrite secret/%c\n");
    driver.broker.set_access(access);
    for (const std::string_view name : {"+", "#", "a/+", "a/#"}) {
        CAPTURE(std::string(name));
        const ConnectionId id = driver.connect(name);
        driver.subscribe(id, "secret/" + std::string(name), QoS::at_most_once);
        driver.take(id);
        driver.publish(driver.connect("b"), "secret/b", "1");
        CHECK(driver.take(id).empty());
    }
}

TEST_CASE("nanomq#626, [MQTT-3.3.4-6]: a client's Subscription Identifier in PUBLISH reaches nobody") {
    Driver driver;
    const ConnectionId reader = reader_of(driver, "a");
    const ConnectionId id = driver.connect("c");
    driver.take(id);
    driver.send_bytes(id, octets_of("30 {['a'] {0b 05} '1'}"));
    CHECK(driver.closed(id) == CloseCause::protocol_error);
    CHECK(driver.take(id).at(0).reason == ReasonCode::protocol_error);
    CHECK(payloads(driver.take(reader)).empty());
}

TEST_CASE("aedes#1098: Will Delay Interval stays with the will, and does not reach its readers") {
    Driver driver;
    const ConnectionId reader = reader_of(driver, "w");
    const ConnectionId id = driver.open();
    driver.send_bytes(id,
                      octets_of("10 {['MQTT'] 05 06 003c {11 0000003c} ['c'] {18 00000005 03 ['t']} ['w'] ['gone']}"));
    driver.cut(id);
    driver.sleep(5s);
    const std::vector<Got> got = driver.take(reader, PacketType::publish);
    REQUIRE(payloads(got) == "gone");
    CHECK_FALSE(got[0].properties().number(PropertyId::will_delay_interval));
    CHECK(got[0].properties().text(PropertyId::content_type) == "t");
}

TEST_CASE(
    "mosquitto#3594, [MQTT-3.4.2-2] [MQTT-3.5.2-2]: no Reason String makes an answer larger than its client takes") {
    Driver driver;
    const ConnectionId id = driver.open();
    driver.send_bytes(id, octets_of("10 {['MQTT'] 05 02 003c {27 0000003c} ['c']}"));
    driver.keep_octets(id);
    for (const char* packet :
         {"32 {['$SYS/x'] 0001 {} '1'}", "34 {['$SYS/x'] 0002 {} '1'}", "82 {0003 {} ['a#'] 00}"}) {
        driver.send_bytes(id, octets_of(packet));
        const std::size_t size = driver.take_octets(id).size();
        CHECK(size > 0);
        CHECK(size <= 60);
    }
}

TEST_CASE("mosquitto#1168, [MQTT-3.1.2-25]: a message that is too large for its reader does not stop the next one") {
    for (const QoS qos : {QoS::at_most_once, QoS::at_least_once, QoS::exactly_once}) {
        Driver driver;
        const ConnectionId id = driver.open();
        driver.send_bytes(id, octets_of("10 {['MQTT'] 05 02 003c {27 00000080} ['c']}"));
        driver.subscribe(id, "x", qos);
        driver.take(id);
        const ConnectionId publisher = driver.connect("p");
        driver.publish(publisher, "x", std::string(128, 'n'), qos, 1);
        driver.publish(publisher, "x", "y", qos, 2);
        CHECK(payloads(driver.take(id)) == "y");
        CHECK(driver.broker.counters().publish_dropped[static_cast<std::size_t>(DropCause::packet_too_large)] == 1);
    }
}

TEST_CASE("aedes#1117: more topics than aliases, and every message under its own name") {
    Driver driver;
    const ConnectionId id = driver.open();
    driver.send_bytes(id, octets_of("10 {['MQTT'] 05 02 003c {22 ffff} ['c']}"));
    driver.subscribe(id, "#", QoS::at_most_once);
    driver.take(id);
    const ConnectionId publisher = driver.connect("p");
    std::map<std::uint32_t, std::string> names;
    for (int round = 0; round < 3; ++round) {
        for (int topic = 0; topic < 40; ++topic) {
            const std::string name = "plant/topic/" + std::to_string(topic);
            driver.publish(publisher, name, name);
            const Got got = driver.take(id, PacketType::publish).at(0);
            const auto alias = got.properties().number(PropertyId::topic_alias);
            if (alias && !got.topic.empty()) names[*alias] = got.topic;
            CHECK((got.topic.empty() ? names.at(alias.value()) : got.topic) == got.payload);
            CHECK(alias.value_or(0) <= Settings().outbound_alias_maximum);
        }
    }
}
