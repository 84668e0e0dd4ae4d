// What CONNACK announces that this server does not do, or does otherwise, and what happens to those who do not heed it.

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

/// A CONNECT of "a" whose properties can be added to.
struct Asking {
    mqtt::Connect connect;
    mqtt::PropertyBuilder properties;

    explicit Asking(ProtocolVersion version = ProtocolVersion::v5) {
        connect.version = version;
        connect.client_id = "a";
    }
    Got answer(Driver& driver) {
        if (connect.version == ProtocolVersion::v5) connect.properties = properties.view();
        const ConnectionId id = driver.open();
        driver.send(id, connect);
        const std::vector<Got> got = driver.take(id);
        REQUIRE(got.size() == 1);
        REQUIRE(got[0].type == PacketType::connack);
        CHECK(driver.closed(id).has_value() == is_failure(got[0].reason));
        return got[0];
    }
};

mqtt::Will will(QoS qos, bool retain) { return {qos, retain, {}, "gone", {}}; }

}  // namespace

TEST_CASE("[MQTT-3.2.2-9] [MQTT-3.2.2-11] a QoS above the announced Maximum QoS ends the connection") {
    for (const QoS maximum : {QoS::at_most_once, QoS::at_least_once, QoS::exactly_once}) {
        Settings settings;
        settings.maximum_qos = maximum;
        for (const QoS qos : {QoS::at_most_once, QoS::at_least_once, QoS::exactly_once}) {
            Driver driver(settings);
            const ConnectionId id = driver.connect("a");
            const auto announced = driver.take(id).at(0).properties().number(PropertyId::maximum_qos);
            CHECK(announced.value_or(2) == static_cast<std::uint32_t>(maximum));
            driver.publish(id, "x", "1", qos);
            CHECK(driver.closed(id).has_value() == (qos > maximum));
            if (qos > maximum) CHECK(driver.take(id).at(0).reason == ReasonCode::qos_not_supported);
        }
    }
}

TEST_CASE("[MQTT-3.2.2-10] any QoS may be subscribed with, and no more is granted than can be published") {
    Settings settings;
    settings.maximum_qos = QoS::at_least_once;
    for (const ProtocolVersion version : both_versions) {
        Driver driver(settings);
        const ConnectionId id = driver.connect("a", version);
        driver.subscribe(id, "x", QoS::exactly_once);
        CHECK(driver.take(id, PacketType::suback).at(0).reasons.at(0) == ReasonCode::granted_qos_1);
    }
}

TEST_CASE("[MQTT-3.2.2-12] a will above the Maximum QoS is refused with its CONNECT") {
    Settings settings;
    settings.maximum_qos = QoS::at_least_once;
    Driver driver(settings);
    for (const auto& [qos, reason] : {std::pair(QoS::at_least_once, ReasonCode::success),
                                      std::pair(QoS::exactly_once, ReasonCode::qos_not_supported)}) {
        Asking asking;
        asking.connect.will = will(qos, false);
        CHECK(asking.answer(driver).reason == reason);
    }
}

TEST_CASE("[MQTT-3.2.2-14] RETAIN where it is announced as unavailable ends the connection") {
    Settings settings;
    settings.retain_available = false;
    Driver driver(settings);
    const ConnectionId id = driver.connect("a");
    CHECK(driver.take(id).at(0).properties().number(PropertyId::retain_available) == 0);
    mqtt::Publish packet;
    packet.topic = "x";
    driver.send(id, packet);
    CHECK_FALSE(driver.closed(id));
    packet.retain = true;
    driver.send(id, packet);
    CHECK(driver.closed(id) == CloseCause::protocol_error);
    CHECK(driver.take(id).at(0).reason == ReasonCode::retain_not_supported);
}

TEST_CASE("[MQTT-3.2.2-13] a will with RETAIN where that is unavailable is refused with its CONNECT") {
    Settings settings;
    settings.retain_available = false;
    Driver driver(settings);
    for (const bool retain : {false, true}) {
        Asking asking;
        asking.connect.will = will(QoS::at_most_once, retain);
        CHECK(asking.answer(driver).reason == (retain ? ReasonCode::retain_not_supported : ReasonCode::success));
    }
}

TEST_CASE("[MQTT-3.1.2-21] [MQTT-3.2.2-21] a Keep Alive that is too long, or none, is replaced, and CONNACK tells") {
    Settings settings;
    settings.maximum_keep_alive = 60s;
    for (const unsigned asked : {0U, 1U, 60U, 61U, 65535U}) {
        Driver driver(settings);
        Asking asking;
        asking.connect.keep_alive_seconds = static_cast<std::uint16_t>(asked);
        const auto told = asking.answer(driver).properties().number(PropertyId::server_keep_alive);
        const bool is_replaced = asked == 0 || asked > 60;
        CHECK(told.has_value() == is_replaced);
        if (!is_replaced) continue;
        CHECK(told == 60);
        driver.sleep(90s - 1ms);
        CHECK(driver.broker.connection_count() == 1);
        driver.sleep(1ms);
        CHECK(driver.broker.connection_count() == 0);
    }
}

TEST_CASE("[MQTT-3.2.2-22] without a Server Keep Alive the client's own counts, and zero stands for none") {
    Driver driver;
    Asking asking;
    asking.connect.keep_alive_seconds = 0;
    CHECK_FALSE(asking.answer(driver).properties().number(PropertyId::server_keep_alive));
    driver.sleep(std::chrono::hours(100));
    CHECK(driver.broker.connection_count() == 1);
}

TEST_CASE("3.1.1 §3.2.2.3 a Keep Alive that is too long is refused, since there is no way to tell another") {
    Settings settings;
    settings.maximum_keep_alive = 60s;
    Driver driver(settings);
    for (const unsigned asked : {0U, 60U, 61U}) {
        Asking asking(ProtocolVersion::v3_1_1);
        asking.connect.keep_alive_seconds = static_cast<std::uint16_t>(asked);
        const bool fits = asked == 60;
        CHECK(asking.answer(driver).reason == (fits ? ReasonCode::success : ReasonCode::client_identifier_not_valid));
    }
}

TEST_CASE("[MQTT-3.1.2-28] Response Information only for those who ask, and with a place of their own") {
    Settings settings;
    settings.response_prefix = "answers";
    Driver driver(settings);
    for (const std::uint32_t asked : {0U, 1U}) {
        Asking asking;
        asking.properties.number(PropertyId::request_response_information, asked);
        const Got connack = asking.answer(driver);
        const auto told = connack.properties().text(PropertyId::response_information);
        CHECK(told.value_or("") == (asked == 1 ? "answers/a" : ""));
    }
    CHECK_FALSE(Asking().answer(driver).properties().text(PropertyId::response_information));
    Driver without;
    Asking asking;
    asking.properties.number(PropertyId::request_response_information, 1);
    CHECK_FALSE(asking.answer(without).properties().text(PropertyId::response_information));
}

TEST_CASE("[MQTT-3.1.2-24] [MQTT-3.2.2-20] CONNACK stays within a small Maximum Packet Size, with what matters most") {
    Settings settings;
    settings.response_prefix = "answers";
    for (const std::uint32_t maximum : {60U, 71U, 72U, 200U}) {
        Driver driver(settings);
        Asking asking;
        asking.connect.client_id = {};
        asking.properties.number(PropertyId::maximum_packet_size, maximum);
        asking.properties.number(PropertyId::request_response_information, 1);
        const Got connack = asking.answer(driver);
        CHECK(2 + 3 + connack.octets.size() <= maximum);
        CHECK(connack.properties().text(PropertyId::assigned_client_identifier));
        CHECK(connack.properties().text(PropertyId::response_information).has_value() == (maximum > 71));
    }
}

TEST_CASE("[MQTT-3.1.2-24] who cannot even take a CONNACK is refused") {
    Driver driver;
    for (const auto& [maximum, reason] :
         {std::pair(60U, ReasonCode::success), std::pair(59U, ReasonCode::packet_too_large)}) {
        Asking asking;
        asking.properties.number(PropertyId::maximum_packet_size, maximum);
        CHECK(asking.answer(driver).reason == reason);
    }
}

TEST_CASE(
    "[MQTT-3.1.2-24] a SUBSCRIBE whose answer the client could not take ends its connection, and so UNSUBSCRIBE") {
    for (const bool subscribes : {true, false}) {
        for (const std::size_t filters : {55U, 56U}) {
            Driver driver;
            Asking asking;
            asking.properties.number(PropertyId::maximum_packet_size, 60);
            asking.connect.properties = asking.properties.view();
            const ConnectionId id = driver.open();
            driver.send(id, asking.connect);
            driver.take(id);
            mqtt::SubscriptionRequestBuilder requests;
            for (std::size_t filter = 0; filter < filters; ++filter) {
                if (subscribes) requests.add("x", {});
                else requests.add("x");
            }
            if (subscribes) {
                mqtt::Subscribe packet;
                packet.packet_id = mqtt::PacketId{1};
                packet.requests = requests.view(mqtt::SubscriptionRequests::Kind::subscribe);
                driver.send(id, packet);
            } else {
                mqtt::Unsubscribe packet;
                packet.packet_id = mqtt::PacketId{1};
                packet.requests = requests.view(mqtt::SubscriptionRequests::Kind::unsubscribe);
                driver.send(id, packet);
            }
            const bool is_too_much = 2 + 2 + 1 + filters > 60;
            CHECK(driver.closed(id).has_value() == is_too_much);
            if (is_too_much) CHECK(driver.take(id).at(0).reason == ReasonCode::packet_too_large);
        }
    }
}

TEST_CASE("[MQTT-3.2.2-15] a packet above the announced Maximum Packet Size ends the connection") {
    Settings settings;
    settings.maximum_packet_size = 100;
    for (const std::size_t over : {0U, 1U}) {
        Driver driver(settings);
        const ConnectionId id = driver.connect("a");
        CHECK(driver.take(id).at(0).properties().number(PropertyId::maximum_packet_size) == 100);
        driver.publish(id, "x", std::string(100 - 6 + over, 'y'));
        CHECK(driver.closed(id).has_value() == (over == 1));
        if (over == 1) CHECK(driver.take(id).at(0).reason == ReasonCode::packet_too_large);
    }
}

TEST_CASE("upgrade_outgoing_qos: a message comes at the QoS of the subscription, live, queued and retained") {
    Settings settings;
    settings.upgrade_outgoing_qos = true;
    Driver driver(settings);
    const ConnectionId publisher = driver.connect("p");
    mqtt::Publish retained;
    retained.topic = "x";
    retained.retain = true;
    retained.payload = as_byte_view("0");
    driver.send(publisher, retained);
    const ConnectionId id = driver.connect_persistent("s");
    driver.subscribe(id, "x", QoS::at_least_once);
    driver.cut(id);
    driver.publish(publisher, "x", "1");
    const std::vector<Got> got = driver.take(driver.connect_persistent("s"), PacketType::publish);
    REQUIRE(payloads(got) == "01");
    CHECK(got[0].qos == QoS::at_least_once);
    CHECK(got[1].qos == QoS::at_least_once);
}
