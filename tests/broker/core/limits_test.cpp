// What has a bound: the answer on both sides of it, and the counter.

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

ReasonCode connack_reason(Driver& driver, ConnectionId id) {
    const std::vector<Got> got = driver.take(id, PacketType::connack);
    REQUIRE(got.size() == 1);
    return got[0].reason;
}

Settings with_client_limit(std::size_t limit, std::size_t waiting_room) {
    Settings settings;
    settings.client_limit = limit;
    settings.waiting_room = waiting_room;
    return settings;
}

}  // namespace

TEST_CASE("§3.2.2.2 a client beyond the limit is told that the server is busy, in each version's words") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver(with_client_limit(2, 10));
        const ConnectionId first = driver.connect("a", version);
        CHECK(connack_reason(driver, driver.connect("b", version)) == ReasonCode::success);
        const ConnectionId third = driver.connect("c", version);
        const bool is_v5 = version == ProtocolVersion::v5;
        CHECK(connack_reason(driver, third) == (is_v5 ? ReasonCode::server_busy : ReasonCode::server_unavailable));
        CHECK(driver.closed(third) == CloseCause::refused);
        CHECK(driver.broker.client_count() == 2);
        CHECK(driver.broker.counters().connections_over_limit == 1);
        CHECK(driver.broker.counters().connections_refused == 1);

        driver.cut(first);
        CHECK(connack_reason(driver, driver.connect("c", version)) == ReasonCode::success);
    }
}

TEST_CASE("[MQTT-3.1.4-3] a client may take over from itself when nobody else gets in") {
    Driver driver(with_client_limit(1, 10));
    const ConnectionId old = driver.connect("a");
    CHECK(connack_reason(driver, driver.connect("a")) == ReasonCode::success);
    CHECK(driver.closed(old) == CloseCause::taken_over);
    CHECK(driver.broker.client_count() == 1);
    CHECK(connack_reason(driver, driver.connect("b")) == ReasonCode::server_busy);
}

TEST_CASE("connections that have not said who they are have a bound of their own") {
    Driver driver(with_client_limit(1, 1));
    driver.connect("a");
    const ConnectionId silent = driver.open();
    CHECK_FALSE(driver.closed(silent));
    const ConnectionId one_more = driver.open();
    CHECK(driver.closed(one_more) == CloseCause::refused);
    CHECK(driver.take(one_more).empty());
    CHECK(driver.broker.counters().connections_over_limit == 1);
}

TEST_CASE("§3.9.3 a filter beyond the limit of a session is refused; those that it has may change") {
    for (const ProtocolVersion version : both_versions) {
        Settings settings;
        settings.subscription_limit = 2;
        Driver driver(settings);
        const ConnectionId id = driver.connect("a", version);
        const auto answer_to = [&](std::string_view filter) {
            driver.subscribe(id, filter, QoS::at_least_once);
            const std::vector<Got> got = driver.take(id, PacketType::suback);
            REQUIRE(got.size() == 1);
            return got[0].reasons.at(0);
        };
        CHECK(answer_to("one") == ReasonCode::granted_qos_1);
        CHECK(answer_to("two") == ReasonCode::granted_qos_1);
        const bool is_v5 = version == ProtocolVersion::v5;
        CHECK(answer_to("three") == (is_v5 ? ReasonCode::quota_exceeded : ReasonCode::unspecified_error));
        CHECK(answer_to("two") == ReasonCode::granted_qos_1);
        CHECK(driver.broker.counters().subscriptions_refused == 1);
        driver.publish(id, "three", "x");
        CHECK(driver.take(id, PacketType::publish).empty());
    }
}

TEST_CASE("§3.9.3 all sessions together have a limit of filters, and room again when one of them has fewer") {
    Settings settings;
    settings.total_subscription_limit = 3;
    Driver driver(settings);
    const ConnectionId a = driver.connect("a");
    const ConnectionId b = driver.connect("b");
    const auto answer_to = [&](ConnectionId id, std::string_view filter) {
        driver.subscribe(id, filter, QoS::at_least_once);
        return driver.take(id, PacketType::suback).at(0).reasons.at(0);
    };
    CHECK(answer_to(a, "one") == ReasonCode::granted_qos_1);
    CHECK(answer_to(a, "$share/crew/one") == ReasonCode::granted_qos_1);
    CHECK(answer_to(b, "$share/crew/one") == ReasonCode::granted_qos_1);  // each member counts
    CHECK(answer_to(b, "two") == ReasonCode::quota_exceeded);
    CHECK(answer_to(a, "one") == ReasonCode::granted_qos_1);  // it has that one already
    CHECK(driver.broker.counters().subscriptions_refused == 1);
    driver.cut(a);
    CHECK(answer_to(b, "two") == ReasonCode::granted_qos_1);
}

TEST_CASE("§4.7.2 3.1.1 [MQTT-3.3.5-2] nobody publishes to $SYS but the broker") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId id = driver.connect("a", version);
        driver.subscribe(id, "$SYS/#", QoS::exactly_once);
        driver.subscribe(id, "$SYSTEM", QoS::exactly_once);
        driver.take(id);
        const bool is_v5 = version == ProtocolVersion::v5;
        const ReasonCode expected = is_v5 ? ReasonCode::not_authorized : ReasonCode::success;

        driver.publish(id, "$SYS/broker/uptime", "a lie");
        driver.publish(id, "$SYS", "a lie", QoS::at_least_once, 1);
        driver.publish(id, "$SYS/broker/uptime", "a lie", QoS::exactly_once, 2);
        const std::vector<Got> got = driver.take(id);
        REQUIRE(got.size() == 2);
        CHECK(got[0].type == PacketType::puback);
        CHECK(got[0].reason == expected);
        CHECK(got[1].type == PacketType::pubrec);
        CHECK(got[1].reason == expected);
        CHECK(driver.broker.counters().publish_to_sys_refused == 3);

        driver.publish(id, "$SYSTEM", "another topic");
        CHECK(driver.take(id, PacketType::publish).size() == 1);
        CHECK_FALSE(driver.closed(id));
    }
}

TEST_CASE("§4.7.2 a will for $SYS is refused with its CONNECT") {
    Driver driver;
    for (const auto& [topic, reason] :
         {std::pair("$SYS/broker/uptime", ReasonCode::not_authorized), std::pair("$SYSTEM", ReasonCode::success)}) {
        const ConnectionId id = driver.open();
        mqtt::Connect connect;
        connect.version = ProtocolVersion::v5;
        connect.clean_start = true;
        connect.client_id = "a";
        connect.will = mqtt::Will{QoS::at_most_once, false, {}, topic, as_byte_view("gone")};
        driver.send(id, connect);
        CHECK(connack_reason(driver, id) == reason);
    }
}
