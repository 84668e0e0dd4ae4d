#include "broker/core/listener.hpp"

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

constexpr ListenerId wide{0};
constexpr ListenerId narrow{1};

/// A second listener with one rule of its own.
template <typename Value>
Settings with(Value ListenerRules::*rule, Value value) {
    Settings settings;
    settings.listeners.resize(2);
    settings.listeners[1].*rule = std::move(value);
    return settings;
}

Got connack(Driver& driver, ConnectionId id) {
    const std::vector<Got> got = driver.take(id, PacketType::connack);
    REQUIRE(got.size() == 1);
    return got.front();
}

}  // namespace

TEST_CASE("a listener's limit of clients is its own: 0x89, in 3.1.1 return code 3") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver(with(&ListenerRules::client_limit, std::size_t{2}));
        const ConnectionId first = driver.connect_at(narrow, "a", version);
        driver.connect_at(narrow, "b", version);
        const ConnectionId third = driver.connect_at(narrow, "c", version);
        const Got refusal = connack(driver, third);
        CHECK(refusal.reason ==
              (version == ProtocolVersion::v5 ? ReasonCode::server_busy : ReasonCode::server_unavailable));
        CHECK(driver.closed(third) == CloseCause::refused);
        CHECK(driver.broker.counters().connections_over_limit == 1);
        CHECK(connack(driver, driver.connect_at(wide, "d", version)).reason == ReasonCode::success);
        // Who takes over from itself needs no room, unless it came by another listener.
        CHECK(connack(driver, driver.connect_at(narrow, "a", version)).reason == ReasonCode::success);
        CHECK(driver.closed(first) == CloseCause::taken_over);
        CHECK(connack(driver, driver.connect_at(narrow, "d", version)).reason != ReasonCode::success);
        driver.cut(driver.connect_at(narrow, "b", version));
        CHECK(connack(driver, driver.connect_at(narrow, "d", version)).reason == ReasonCode::success);
    }
}

TEST_CASE("[MQTT-3.2.2-9] [MQTT-3.2.2-11] a listener's Maximum QoS is announced and kept, by it alone") {
    Driver driver(with(&ListenerRules::maximum_qos, std::optional(QoS::at_most_once)));
    const ConnectionId id = driver.connect_at(narrow, "a");
    CHECK(connack(driver, id).properties().number(PropertyId::maximum_qos) == 0);
    driver.subscribe(id, "x", QoS::exactly_once);
    CHECK(driver.take(id, PacketType::suback).at(0).reasons.at(0) == ReasonCode::success);
    driver.publish(id, "x", "too much", QoS::at_least_once);
    CHECK(driver.closed(id) == CloseCause::protocol_error);
    CHECK(driver.take(id, PacketType::disconnect).at(0).reason == ReasonCode::qos_not_supported);
    const ConnectionId other = driver.connect_at(wide, "b");
    CHECK_FALSE(connack(driver, other).properties().number(PropertyId::maximum_qos));
    driver.publish(other, "x", "fine", QoS::exactly_once);
    CHECK_FALSE(driver.closed(other));
}

TEST_CASE("[MQTT-3.2.2-12] a will above the listener's Maximum QoS is refused") {
    Driver driver(with(&ListenerRules::maximum_qos, std::optional(QoS::at_least_once)));
    for (const QoS qos : {QoS::at_least_once, QoS::exactly_once}) {
        const ConnectionId id = driver.open_at(narrow);
        mqtt::Connect packet;
        packet.client_id = "a";
        packet.will = mqtt::Will{.qos = qos, .topic = "state"};
        driver.send(id, packet);
        CHECK(connack(driver, id).reason ==
              (qos == QoS::at_least_once ? ReasonCode::success : ReasonCode::qos_not_supported));
    }
}

TEST_CASE("the settings' Maximum QoS is a bound for every listener's") {
    Settings settings = with(&ListenerRules::maximum_qos, std::optional(QoS::exactly_once));
    settings.maximum_qos = QoS::at_least_once;
    Driver driver(settings);
    const ConnectionId id = driver.connect_at(narrow, "a");
    CHECK(connack(driver, id).properties().number(PropertyId::maximum_qos) == 1);
}

TEST_CASE("[MQTT-3.3.2-9] a listener's Topic Alias Maximum is announced and kept") {
    Driver driver(with(&ListenerRules::topic_alias_maximum, std::optional(std::uint16_t{1})));
    const ConnectionId id = driver.connect_at(narrow, "a");
    CHECK(connack(driver, id).properties().number(PropertyId::topic_alias_maximum) == 1);
    for (const std::uint32_t alias : {1U, 2U}) {
        CHECK_FALSE(driver.closed(id));
        mqtt::PropertyBuilder properties;
        properties.number(PropertyId::topic_alias, alias);
        mqtt::Publish packet;
        packet.topic = "x";
        packet.properties = properties.view();
        driver.send(id, packet);
    }
    CHECK(driver.take(id, PacketType::disconnect).at(0).reason == ReasonCode::topic_alias_invalid);
}

TEST_CASE(
    "[MQTT-3.1.3-6] [MQTT-3.1.3-8] a listener may want identifiers from its clients: 0x85, in 3.1.1 return code 2") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver(with(&ListenerRules::allows_empty_client_id, false));
        CHECK(connack(driver, driver.connect_at(narrow, "", version)).reason ==
              ReasonCode::client_identifier_not_valid);
        CHECK(connack(driver, driver.connect_at(narrow, "a", version)).reason == ReasonCode::success);
        CHECK(connack(driver, driver.connect_at(wide, "", version)).reason == ReasonCode::success);
    }
}

TEST_CASE("[MQTT-3.2.2-16] an assigned identifier begins as its listener's clients' do") {
    Driver driver(with(&ListenerRules::client_id_prefix, std::string("probe-")));
    const auto assigned = [&](ListenerId listener) {
        const Got got = connack(driver, driver.connect_at(listener, ""));
        return std::string(*got.properties().text(PropertyId::assigned_client_identifier));
    };
    CHECK(assigned(narrow).starts_with("probe-"));
    CHECK(assigned(wide).starts_with("auto-"));
}

TEST_CASE("access rules of a listener hold for those who came by it") {
    Driver driver(with(&ListenerRules::allows_empty_client_id, true));
    driver.broker.set_access({.allows_anonymous = true, .acl = *Acl::parse("topic readwrite wide/#\n")});
    driver.broker.set_access(
        std::make_shared<const AccessRules>(AccessRules{.checks_passwords = true, .allows_anonymous = false}), narrow);
    CHECK(connack(driver, driver.connect_at(narrow, "a")).reason == ReasonCode::not_authorized);
    const ConnectionId free = driver.connect_at(wide, "b");
    driver.subscribe(free, "narrow/#", QoS::at_most_once);
    CHECK(driver.take(free, PacketType::suback).at(0).reasons.at(0) == ReasonCode::not_authorized);

    const ConnectionId known = driver.open_at(narrow);
    mqtt::Connect packet;
    packet.client_id = "c";
    packet.user_name = "operator";
    packet.password = as_byte_view("secret");
    driver.send(known, packet);
    const std::vector<AuthCheck> checks = driver.broker.take_auth_checks();
    REQUIRE(checks.size() == 1);
    CHECK(checks.front().listener == narrow);
    driver.broker.verified(checks.front().id, AuthVerdict::right, driver.now);
    driver.round();
    driver.subscribe(known, "narrow/#", QoS::at_most_once);
    CHECK(driver.take(known, PacketType::suback).at(0).reasons.at(0) == ReasonCode::success);
}
