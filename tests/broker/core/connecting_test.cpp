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

Got connack_of(Driver& driver, ConnectionId id) {
    const std::vector<Got> got = driver.take(id);
    REQUIRE_FALSE(got.empty());
    REQUIRE(got[0].type == PacketType::connack);
    return got[0];
}

Got answer_to(Driver& driver, const mqtt::Connect& connect) {
    const ConnectionId id = driver.open();
    driver.send(id, connect);
    const Got connack = connack_of(driver, id);
    CHECK(driver.closed(id).has_value() == is_failure(connack.reason));
    if (is_failure(connack.reason)) CHECK(driver.closed(id) == CloseCause::refused);
    return connack;
}

}  // namespace

TEST_CASE("[MQTT-3.1.0-1] the first packet must be CONNECT") {
    Driver driver;
    const ConnectionId id = driver.open();
    driver.send(id, mqtt::PingReq{});
    CHECK(driver.closed(id) == CloseCause::protocol_error);
    CHECK(driver.take(id).empty());
    CHECK(driver.facts<ConnectionClosed>().at(0).clause == "MQTT-3.1.0-1");
}

TEST_CASE("[MQTT-3.1.0-1] the first octet tells, however much the packet announces") {
    Driver driver;
    const ConnectionId http = driver.open();
    driver.send_bytes(http, as_byte_view("G"));
    CHECK(driver.closed(http) == CloseCause::protocol_error);
    const ConnectionId slow = driver.open();
    driver.send_bytes(slow, {});
    driver.send_bytes(slow, as_byte_view("\x10"));
    driver.send_bytes(slow, as_byte_view("\x40"));
    CHECK_FALSE(driver.closed(slow));
    CHECK(driver.facts<ConnectionClosed>().size() == 1);
    CHECK(driver.facts<ConnectionClosed>()[0].clause == "MQTT-3.1.0-1");
}

TEST_CASE("[MQTT-3.1.0-2] [MQTT-3.2.0-2] a second CONNECT is a protocol error, and gets no CONNACK") {
    Driver driver;
    const ConnectionId id = driver.connect("a");
    mqtt::Connect again;
    again.client_id = "a";
    driver.take(id);
    driver.send(id, again);
    CHECK(driver.closed(id) == CloseCause::protocol_error);
    const std::vector<Got> got = driver.take(id);
    REQUIRE(got.size() == 1);
    CHECK(got[0].type == PacketType::disconnect);
    CHECK(got[0].reason == ReasonCode::protocol_error);
}

TEST_CASE(
    "[MQTT-3.1.2-5] [MQTT-3.1.2-6] [MQTT-3.2.2-2] [MQTT-3.2.2-3] 3.1.1 [MQTT-3.1.2-4] 3.1.1 [MQTT-3.2.2-1] "
    "3.1.1 [MQTT-3.2.2-2] 3.1.1 [MQTT-3.2.2-3] session present is told exactly when a session is resumed") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId first = driver.connect_persistent("a", version);
        CHECK_FALSE(connack_of(driver, first).session_present);
        driver.cut(first);
        const ConnectionId second = driver.connect_persistent("a", version);
        CHECK(connack_of(driver, second).session_present);
        driver.cut(second);
        const ConnectionId clean = driver.connect("a", version);  // [MQTT-3.1.2-4]
        CHECK_FALSE(connack_of(driver, clean).session_present);
        driver.cut(clean);
        CHECK_FALSE(connack_of(driver, driver.connect_persistent("a", version)).session_present);
    }
}

TEST_CASE("[MQTT-3.1.2-23] [MQTT-4.1.0-2] a session lasts as long as its expiry interval and no longer") {
    for (const auto& [away, present] : {std::pair(99s, true), std::pair(100s, false)}) {
        Driver driver;
        driver.cut(driver.connect("a", ProtocolVersion::v5, false, 100));
        driver.sleep(away);
        CHECK(driver.broker.session_count() == (present ? 1 : 0));
        CHECK(connack_of(driver, driver.connect("a", ProtocolVersion::v5, false, 100)).session_present == present);
    }
}

TEST_CASE("§3.1.2.11.2 a session that expires while its timer has not been asked is not resumed") {
    Driver driver;
    driver.cut(driver.connect("a", ProtocolVersion::v5, false, 100));
    driver.now += 100s;
    CHECK_FALSE(connack_of(driver, driver.connect("a", ProtocolVersion::v5, false, 100)).session_present);
}

TEST_CASE("§3.1.2.11.2 an expiry interval above the limit is lowered, and CONNACK says so") {
    Settings settings;
    settings.maximum_session_expiry = 60s;
    Driver driver(settings);
    const ConnectionId id = driver.connect("a", ProtocolVersion::v5, false, 61);
    CHECK(connack_of(driver, id).properties().number(PropertyId::session_expiry_interval) == 60);
    CHECK_FALSE(connack_of(driver, driver.connect("b", ProtocolVersion::v5, false, 60))
                    .properties()
                    .number(PropertyId::session_expiry_interval));
    driver.connect("c", ProtocolVersion::v3_1_1, false);
    driver.sleep(61s);
    CHECK(driver.broker.session_count() == 3);  // all are connected
}

TEST_CASE("[MQTT-3.1.4-3] 3.1.1 [MQTT-3.1.4-2] the same client identifier takes over; the old connection learns why") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId old = driver.connect_persistent("a", version);
        driver.take(old);
        const ConnectionId fresh = driver.connect_persistent("a", version);
        CHECK(driver.closed(old) == CloseCause::taken_over);
        const std::vector<Got> got = driver.take(old);
        if (version == ProtocolVersion::v5) {
            REQUIRE(got.size() == 1);
            CHECK(got[0].reason == ReasonCode::session_taken_over);
        } else {
            CHECK(got.empty());
        }
        CHECK(connack_of(driver, fresh).session_present);
        CHECK_FALSE(driver.closed(fresh));
        CHECK(driver.broker.connection_count() == 1);
    }
}

TEST_CASE("3.1.1 [MQTT-3.1.2-6] a session that ends with its connection ends at a take-over too") {
    Driver driver;
    const ConnectionId old = driver.connect("a", ProtocolVersion::v3_1_1, true);
    driver.subscribe(old, "x", QoS::at_least_once);
    const ConnectionId fresh = driver.connect("a", ProtocolVersion::v3_1_1, false);
    CHECK_FALSE(connack_of(driver, fresh).session_present);
    driver.publish(driver.connect("p"), "x", "1", QoS::at_least_once);
    CHECK(driver.take(fresh).empty());
}

TEST_CASE(
    "[MQTT-3.1.3-6] [MQTT-3.1.3-7] [MQTT-3.2.2-16] 3.1.1 [MQTT-3.1.3-6] an empty client identifier is replaced, and "
    "CONNACK tells by what") {
    Driver driver;
    mqtt::Connect connect;
    const Got first = answer_to(driver, connect);
    const Got second = answer_to(driver, connect);
    const auto id = first.properties().text(PropertyId::assigned_client_identifier);
    REQUIRE(id);
    CHECK(id->size() == 21);
    CHECK(id != second.properties().text(PropertyId::assigned_client_identifier));
    connect.version = ProtocolVersion::v3_1_1;
    CHECK(answer_to(driver, connect).reason == ReasonCode::success);
}

TEST_CASE("3.1.1 [MQTT-3.1.3-8] 3.1.1 [MQTT-3.1.3-9] an empty client identifier with CleanSession 0 is refused") {
    Driver driver;
    const ConnectionId id = driver.open();
    driver.set_version(id, ProtocolVersion::v3_1_1);
    driver.send_bytes(id, as_byte_view(std::string_view("\x10\x0c\x00\x04MQTT\x04\x00\x00\x3c\x00\x00", 14)));
    CHECK(connack_of(driver, id).reason == ReasonCode::client_identifier_not_valid);
    CHECK(driver.closed(id) == CloseCause::refused);
}

TEST_CASE("[MQTT-4.12.0-1] a broker without accounts knows nobody, by whatever method") {
    Driver driver;
    mqtt::Connect plain;
    plain.client_id = "a";
    mqtt::PropertyBuilder method;
    method.text(PropertyId::authentication_method, "SCRAM-SHA-256");
    mqtt::Connect authenticating = plain;
    authenticating.properties = method.view();
    CHECK(answer_to(driver, authenticating).reason == ReasonCode::bad_authentication_method);
    mqtt::Connect named = plain;
    named.user_name = "operator";
    CHECK(answer_to(driver, named).reason == ReasonCode::bad_user_name_or_password);
    named.version = ProtocolVersion::v3_1_1;
    CHECK(answer_to(driver, named).reason == ReasonCode::bad_user_name_or_password);
    CHECK(driver.broker.counters().connections_refused == 3);
    CHECK(driver.broker.session_count() == 0);
}

TEST_CASE("[MQTT-3.1.2-2] 3.1.1 [MQTT-3.1.2-2] an unknown protocol level is answered and closed") {
    Driver driver;
    const ConnectionId id = driver.open();
    driver.set_version(id, ProtocolVersion::v3_1_1);
    driver.send_bytes(id, as_byte_view(std::string_view("\x10\x0d\x00\x04MQTT\x09\x02\x00\x3c\x00\x01z", 15)));
    CHECK(connack_of(driver, id).reason == ReasonCode::unsupported_protocol_version);
    CHECK(driver.closed(id) == CloseCause::refused);
}

TEST_CASE("CONNACK tells what this server can and how durable it is") {
    Settings settings;
    settings.durability = Durability::sync;
    settings.receive_maximum = 12;
    settings.maximum_packet_size = 5000;
    Driver driver(settings);
    const Got connack = connack_of(driver, driver.connect("a"));
    const mqtt::Properties properties = connack.properties();
    CHECK(properties.number(PropertyId::receive_maximum) == 12);
    CHECK(properties.number(PropertyId::maximum_packet_size) == 5000);
    // What is not mentioned is there (§3.2.2.3.11 to §3.2.2.3.13).
    CHECK_FALSE(properties.number(PropertyId::wildcard_subscription_available));
    CHECK_FALSE(properties.number(PropertyId::subscription_identifier_available));
    CHECK_FALSE(properties.number(PropertyId::shared_subscription_available));
    CHECK(properties.number(PropertyId::topic_alias_maximum) == 10);
    bool told = false;
    for (const mqtt::Property& property : properties) {
        if (property.id == PropertyId::user_property && property.text == "durability") told = property.value == "sync";
    }
    CHECK(told);
}

TEST_CASE(
    "[MQTT-3.1.2-20] [MQTT-3.1.2-22] 3.1.1 [MQTT-3.1.2-23] 3.1.1 [MQTT-3.1.2-24] silence for 1.5 x Keep Alive ends the "
    "connection, and PINGREQ is no silence") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId id = driver.open();
        mqtt::Connect connect;
        connect.version = version;
        connect.client_id = "a";
        connect.keep_alive_seconds = 10;
        driver.send(id, connect);
        driver.take(id);
        driver.sleep(14999ms);
        driver.send(id, mqtt::PingReq{});
        CHECK(driver.take(id).size() == 1);  // [MQTT-3.12.4-1]
        driver.sleep(14999ms);
        CHECK_FALSE(driver.closed(id));
        CHECK(driver.broker.next_deadline() <= driver.now + 1ms);
        driver.sleep(1ms);
        CHECK(driver.closed(id) == CloseCause::keep_alive_timeout);
        if (version == ProtocolVersion::v5) CHECK(driver.take(id).at(0).reason == ReasonCode::keep_alive_timeout);
    }
}

TEST_CASE("time in which the broker stood still is nobody's silence, nor time to connect in") {
    Driver driver;
    mqtt::Connect connect;
    connect.version = ProtocolVersion::v5;
    connect.keep_alive_seconds = 10;
    const auto come = [&](std::string_view client_id) {
        const ConnectionId id = driver.open();
        connect.client_id = client_id;
        driver.send(id, connect);
        driver.take(id);
        return id;
    };
    const ConnectionId silent = come("silent"), heard = come("heard"), late = driver.open();
    driver.sleep(5s);
    driver.now += 100s;
    driver.send(heard, mqtt::PingReq{});  // which had waited in its socket
    driver.broker.stood_still(100s, driver.now);
    driver.sleep(5s - 1ms);
    CHECK_FALSE(driver.closed(late));
    driver.sleep(1ms);
    CHECK(driver.closed(late) == CloseCause::connect_timeout);
    driver.sleep(5s - 1ms);
    CHECK_FALSE(driver.closed(silent));
    driver.sleep(1ms);
    CHECK(driver.closed(silent) == CloseCause::keep_alive_timeout);
    driver.sleep(5s - 1ms);
    CHECK_FALSE(driver.closed(heard));
    driver.sleep(1ms);
    CHECK(driver.closed(heard) == CloseCause::keep_alive_timeout);
}

TEST_CASE("§3.1.2.10 Keep Alive zero never ends a connection") {
    Driver driver;
    const ConnectionId id = driver.connect("a");
    driver.sleep(std::chrono::hours(1000));
    CHECK_FALSE(driver.closed(id));
}

TEST_CASE("§3.1.4 a connection without CONNECT is closed after the timeout") {
    Driver driver;
    const ConnectionId id = driver.open();
    driver.sleep(9999ms);
    CHECK_FALSE(driver.closed(id));
    driver.sleep(1ms);
    CHECK(driver.closed(id) == CloseCause::connect_timeout);
    CHECK(driver.broker.connection_count() == 0);
}

TEST_CASE("[MQTT-3.14.4-2] after DISCONNECT the connection is closed, and a clean session is gone") {
    Driver driver;
    const ConnectionId id = driver.connect("a");
    driver.take(id);
    driver.send(id, mqtt::Disconnect{});
    CHECK(driver.closed(id) == CloseCause::client_disconnect);
    CHECK(driver.take(id).empty());
    CHECK(driver.broker.session_count() == 0);
    CHECK(driver.facts<SessionEnded>().size() == 1);
}

TEST_CASE("§3.14.2.2.2 DISCONNECT may change the session expiry, but not from zero") {
    const auto disconnect = [](Driver& driver, ConnectionId id, std::uint32_t expiry) {
        mqtt::PropertyBuilder properties;
        properties.number(PropertyId::session_expiry_interval, expiry);
        mqtt::Disconnect packet;
        packet.properties = properties.view();
        driver.send(id, packet);
    };
    Driver driver;
    const ConnectionId clean = driver.connect("clean");
    driver.take(clean);
    disconnect(driver, clean, 5);
    CHECK(driver.closed(clean) == CloseCause::protocol_error);
    CHECK(driver.take(clean).at(0).reason == ReasonCode::protocol_error);

    disconnect(driver, driver.connect_persistent("shorter"), 5);
    CHECK(driver.broker.session_count() == 1);
    driver.sleep(5s);
    CHECK(driver.broker.session_count() == 0);

    disconnect(driver, driver.connect_persistent("ended"), 0);
    CHECK(driver.broker.session_count() == 0);
    CHECK(driver.ledger.session_count() == 0);
}

TEST_CASE("shutting down says goodbye to everyone and lets nobody in") {
    Driver driver;
    const ConnectionId id = driver.connect_persistent("a");
    const ConnectionId silent = driver.open();
    driver.take(id);
    driver.broker.shut_down(driver.now);
    driver.round();
    CHECK(driver.closed(id) == CloseCause::server_shutdown);
    CHECK(driver.closed(silent) == CloseCause::server_shutdown);
    CHECK(driver.take(id).at(0).reason == ReasonCode::server_shutting_down);
    CHECK(driver.closed(driver.open()) == CloseCause::server_shutdown);
    CHECK(driver.ledger.session_count() == 1);
}

TEST_CASE("bytes in any fragmentation are the same packets") {
    Driver whole;
    Driver cut;
    mqtt::Connect connect;
    connect.client_id = "a";
    OutputBytes bytes;
    mqtt::encode(connect, ProtocolVersion::v5, bytes);
    mqtt::encode(mqtt::PingReq{}, ProtocolVersion::v5, bytes);
    const ConnectionId at_once = whole.open();
    const ConnectionId octet_wise = cut.open();
    whole.send_bytes(at_once, bytes.view());
    for (std::size_t at = 0; at < bytes.size(); ++at) cut.send_bytes(octet_wise, bytes.view().subspan(at, 1));
    CHECK(whole.take(at_once).size() == 2);
    CHECK(cut.take(octet_wise).size() == 2);
}

TEST_CASE("a malformed packet costs its own connection and is counted") {
    Driver driver;
    const ConnectionId bystander = driver.connect("bystander");
    const ConnectionId id = driver.connect("a");
    driver.take(id);
    driver.send_bytes(id, as_byte_view(std::string_view("\xc1\x00", 2)));
    CHECK(driver.closed(id) == CloseCause::protocol_error);
    CHECK(driver.take(id).at(0).reason == ReasonCode::malformed_packet);
    CHECK(driver.broker.counters().protocol_errors == 1);
    CHECK_FALSE(driver.closed(bystander));
}

TEST_CASE("3.1 clients are served as those of 3.1.1, without Session Present") {
    Driver driver;
    const ConnectionId first = driver.connect_persistent("s", ProtocolVersion::v3_1);
    CHECK(connack_of(driver, first).reason == ReasonCode::success);
    driver.subscribe(first, "x/#", QoS::exactly_once);
    CHECK(driver.take(first, PacketType::suback).at(0).reasons.at(0) == ReasonCode::granted_qos_2);
    driver.cut(first);
    const ConnectionId publisher = driver.connect("p", ProtocolVersion::v3_1);
    for (const QoS qos : {QoS::at_least_once, QoS::exactly_once}) driver.publish(publisher, "x/1", "1", qos, 1);
    CHECK(driver.take(publisher).size() == 3);
    const ConnectionId second = driver.connect_persistent("s", ProtocolVersion::v3_1);
    CHECK_FALSE(driver.take(second).at(0).session_present);  // 3.1 has no such flag
    CHECK(driver.broker.queue_length("s") == 2);
    const ConnectionId v5 =
        driver.connect_persistent("s", ProtocolVersion::v5);  // the same session, whatever the version
    CHECK(connack_of(driver, v5).session_present);
    CHECK(driver.closed(second) == CloseCause::taken_over);
}
