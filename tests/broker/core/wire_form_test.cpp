// What the broker writes, octet by octet: the layouts that a decoder would forgive or not show.

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "tests/broker/core/broker_driver.hpp"
#include "tests/support/packet_notation.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;
using mqtt::ProtocolVersion;
using mqtt::QoS;
using trunkline::test::octets_of;

namespace {

constexpr auto v311 = ProtocolVersion::v3_1_1;
constexpr auto v5 = ProtocolVersion::v5;

/// A broker that announces little, so that its CONNACK can be written down.
Settings terse() {
    Settings settings;
    settings.receive_maximum = 20;
    settings.maximum_packet_size = 65536;
    settings.topic_alias_maximum = 0;
    settings.retain_available = false;
    return settings;
}

ConnectionId open_watched(Driver& driver) {
    const ConnectionId id = driver.open();
    driver.keep_octets(id);
    return id;
}
void send(Driver& driver, ConnectionId id, std::string_view notation) { driver.send_bytes(id, octets_of(notation)); }

ConnectionId connect_watched(Driver& driver, ProtocolVersion version) {
    const ConnectionId id = open_watched(driver);
    driver.set_version(id, version);
    send(driver, id, version == v5 ? "10 {['MQTT'] 05 02 0000 {} ['c']}" : "10 {['MQTT'] 04 02 0000 ['c']}");
    driver.take_octets(id);
    return id;
}

/// Whether exactly these octets came since the last look.
bool came(Driver& driver, ConnectionId id, std::string_view notation) {
    return driver.take_octets(id) == octets_of(notation);
}

}  // namespace

TEST_CASE("[MQTT-3.2.2-1] [MQTT-3.2.0-2] CONNACK of 5.0: one, reserved flags zero, then reason and properties") {
    Driver driver(terse());
    const ConnectionId id = open_watched(driver);
    send(driver, id, "10 {['MQTT'] 05 00 0000 {11 00000e10} ['c']}");
    const std::string_view limits = "21 0014 25 00 27 00010000 26 ['durability'] ['memory']";
    CHECK(came(driver, id, "20 {00 00 {" + std::string(limits) + "}}"));
    driver.cut(id);
    const ConnectionId again = open_watched(driver);
    send(driver, again, "10 {['MQTT'] 05 00 0000 {11 00000e10} ['c']} c0 {}");
    CHECK(came(driver, again, "20 {01 00 {" + std::string(limits) + "}} d0 {}"));
}

TEST_CASE("3.1.1 [MQTT-3.2.2-1] 3.1.1 [MQTT-3.2.2-2] CONNACK of 3.1.1 has two octets, that of 3.1 no Session Present") {
    Driver driver;
    for (const auto& [connect, connack] : {std::pair("10 {['MQTT'] 04 00 0000 ['c']}", "20 {00 00}"),
                                           std::pair("10 {['MQTT'] 04 00 0000 ['c']}", "20 {01 00}"),
                                           std::pair("10 {['MQIsdp'] 03 00 0000 ['c']}", "20 {00 00}"),
                                           std::pair("10 {['MQTT'] 04 02 0000 ['c']}", "20 {00 00}")}) {
        const ConnectionId id = open_watched(driver);
        driver.set_version(id, v311);
        send(driver, id, connect);
        CHECK(came(driver, id, connack));
    }
}

TEST_CASE("[MQTT-3.2.2-6] 3.1.1 [MQTT-3.2.2-4] who is refused has no Session Present, though there is a session") {
    Settings settings = terse();
    settings.maximum_keep_alive = 60s;
    Driver driver(settings);
    driver.cut(driver.connect_persistent("c"));
    const ConnectionId retains = open_watched(driver);
    send(driver, retains, "10 {['MQTT'] 05 24 003c {} ['c'] {} ['w'] []}");
    CHECK(came(driver, retains, "20 {00 9a {}}"));
    const ConnectionId silent = open_watched(driver);
    driver.set_version(silent, v311);
    send(driver, silent, "10 {['MQTT'] 04 00 0000 ['c']}");
    CHECK(came(driver, silent, "20 {00 02}"));
}

TEST_CASE("3.1.1 [MQTT-3.2.2-6] a refusal that no return code fits is a bare close") {
    Driver driver(terse());
    const ConnectionId id = open_watched(driver);
    send(driver, id, "10 {['MQTT'] 04 26 003c ['c'] ['w'] []}");  // a retained will, where nothing is retained
    CHECK(driver.closed(id) == CloseCause::refused);
    CHECK(driver.take_octets(id).empty());
}

TEST_CASE(
    "[MQTT-2.2.2-1] [MQTT-2.2.1-2] [MQTT-3.3.1-2] [MQTT-4.3.1-1] 3.1.1 [MQTT-2.3.1-5] 3.1.1 [MQTT-3.3.1-2] "
    "3.1.1 [MQTT-4.3.1-1] PUBLISH at QoS 0: no DUP, no packet identifier, and in 5.0 a Property Length of zero") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver(terse());
        const ConnectionId id = connect_watched(driver, version);
        driver.subscribe(id, "x", QoS::exactly_once);
        driver.take_octets(id);
        driver.publish(driver.connect("p"), "x", "hi");
        CHECK(came(driver, id, version == v5 ? "30 {['x'] {} 'hi'}" : "30 {['x'] 'hi'}"));
    }
}

TEST_CASE(
    "[MQTT-2.1.3-1] [MQTT-2.2.1-5] [MQTT-4.3.2-2] [MQTT-4.3.3-2] [MQTT-3.6.1-1] 3.1.1 [MQTT-2.2.2-1] "
    "3.1.1 [MQTT-2.3.1-6] 3.1.1 [MQTT-3.6.1-1] a delivery at QoS 1 and 2: DUP 0, an identifier, and PUBREL with flags "
    "0010") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver(terse());
        const ConnectionId id = connect_watched(driver, version);
        driver.subscribe(id, "x", QoS::exactly_once);
        driver.take_octets(id);
        const ConnectionId publisher = driver.connect("p");
        driver.publish(publisher, "x", "1", QoS::at_least_once, 7);
        CHECK(came(driver, id, version == v5 ? "32 {['x'] 0001 {} '1'}" : "32 {['x'] 0001 '1'}"));
        driver.publish(publisher, "x", "2", QoS::exactly_once, 8);
        CHECK(came(driver, id, version == v5 ? "34 {['x'] 0002 {} '2'}" : "34 {['x'] 0002 '2'}"));
        send(driver, id, "50 {0002}");
        CHECK(came(driver, id, "62 {0002}"));
    }
}

TEST_CASE(
    "[MQTT-2.2.1-5] [MQTT-3.3.4-1] [MQTT-4.3.3-8] 3.1.1 [MQTT-2.3.1-6] 3.1.1 [MQTT-3.3.4-1] what a client publishes is "
    "answered with its identifier: nothing at QoS 0, PUBACK at 1, PUBREC and PUBCOMP at 2") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver(terse());
        driver.subscribe(driver.connect("reader"), "x", QoS::exactly_once);
        const ConnectionId id = connect_watched(driver, version);
        const bool is_v5 = version == v5;
        send(driver, id, is_v5 ? "30 {['x'] {} 'hi'}" : "30 {['x'] 'hi'}");
        CHECK(came(driver, id, ""));
        send(driver, id, is_v5 ? "32 {['x'] 1234 {} 'hi'}" : "32 {['x'] 1234 'hi'}");
        CHECK(came(driver, id, "40 {1234}"));
        send(driver, id, is_v5 ? "34 {['x'] ffff {} 'hi'}" : "34 {['x'] ffff 'hi'}");
        CHECK(came(driver, id, "50 {ffff}"));
        send(driver, id, "62 {ffff}");
        CHECK(came(driver, id, "70 {ffff}"));
    }
}

TEST_CASE(
    "[MQTT-2.2.1-6] [MQTT-2.2.2-1] [MQTT-3.8.4-6] [MQTT-3.10.4-5] [MQTT-3.9.3-2] [MQTT-3.11.3-2] 3.1.1 [MQTT-2.3.1-7] "
    "3.1.1 [MQTT-3.9.3-2] SUBACK and UNSUBACK have the identifier of the request and a code of their table for each "
    "filter") {
    Driver driver;
    const ConnectionId of_v5 = connect_watched(driver, v5);
    send(driver, of_v5, "82 {a001 {} ['x'] 02 ['#/x'] 01 ['y'] 00}");
    const std::string why = "1f ['no topic filter that is taken here']";
    CHECK(came(driver, of_v5, "90 {a001 {" + why + "} 02 8f 00}"));
    send(driver, of_v5, "a2 {a002 {} ['x'] ['never'] ['#/x']}");
    CHECK(came(driver, of_v5, "b0 {a002 {} 00 11 8f}"));
    driver.cut(of_v5);
    const ConnectionId of_v311 = connect_watched(driver, v311);
    send(driver, of_v311, "82 {a001 ['x'] 02 ['#/x'] 01 ['y'] 00}");
    CHECK(came(driver, of_v311, "90 {a001 02 80 00}"));
    send(driver, of_v311, "a2 {a002 ['x'] ['never']}");
    CHECK(came(driver, of_v311, "b0 {a002}"));
}

TEST_CASE("[MQTT-1.5.5-1] lengths are written in their shortest form, on both sides of each border") {
    Driver driver;
    const ConnectionId id = connect_watched(driver, v311);
    driver.subscribe(id, "x", QoS::at_most_once);
    const ConnectionId publisher = driver.connect("p");
    for (const std::size_t remaining : {127U, 128U, 16'383U, 16'384U}) {
        driver.take_octets(id);
        const std::string payload(remaining - 3, 'y');
        driver.publish(publisher, "x", payload);
        CHECK(came(driver, id, "30 {['x'] '" + payload + "'}"));
    }
}

TEST_CASE("[MQTT-3.12.4-1] [MQTT-3.14.2-3] [MQTT-3.14.4-1] PINGRESP is empty, and DISCONNECT has its reason") {
    Driver driver;
    const ConnectionId id = connect_watched(driver, v5);
    send(driver, id, "c0 {} c1 {}");
    CHECK(came(driver, id, "d0 {} e0 {81 {1f ['see MQTT-2.1.3-1 of MQTT 5.0']}}"));
}
