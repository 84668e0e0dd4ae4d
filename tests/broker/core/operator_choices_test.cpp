// What operators decide: how much is taken, and what is said about the rest.

#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "tests/broker/core/broker_driver.hpp"
#include "tests/support/packet_notation.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;
using mqtt::PacketType;
using mqtt::ProtocolVersion;
using mqtt::QoS;
using mqtt::ReasonCode;
using trunkline::test::octets_of;

namespace {

AccessRules with_acl(std::string_view text) {
    AccessRules access;
    auto parsed = Acl::parse(text);
    REQUIRE(parsed);
    access.acl = *std::move(parsed);
    return access;
}

std::string slashes(std::size_t levels) { return std::string(levels - 1, '/'); }

}  // namespace

TEST_CASE("§3.4.2.1 a payload above the limit is acknowledged, in 5.0 with 0x83, and goes nowhere") {
    Settings settings;
    settings.payload_limit = 10;
    const std::string fits(10, 'y');
    const std::string exceeds(11, 'n');
    for (const ProtocolVersion version : both_versions) {
        Driver driver(settings);
        const ConnectionId reader = driver.connect("reader");
        driver.subscribe(reader, "x", QoS::at_most_once);
        const ConnectionId id = driver.connect("c", version);
        driver.take(id);
        const bool is_v5 = version == ProtocolVersion::v5;
        const ReasonCode refused = is_v5 ? ReasonCode::implementation_specific_error : ReasonCode::success;
        driver.publish(id, "x", exceeds);
        driver.publish(id, "x", exceeds, QoS::at_least_once, 1);
        CHECK(driver.take(id, PacketType::puback).at(0).reason == refused);
        driver.publish(id, "x", exceeds, QoS::exactly_once, 2);
        CHECK(driver.take(id, PacketType::pubrec).at(0).reason == refused);
        if (!is_v5) driver.send_id<mqtt::PubRel>(id, 2);
        CHECK(driver.take(id, PacketType::pubcomp).size() == (is_v5 ? 0 : 1));
        CHECK(driver.broker.counters().publish_payload_refused == 3);
        CHECK(payloads(driver.take(reader)).empty());
        driver.publish(id, "x", fits, QoS::exactly_once, 2);
        CHECK(driver.take(id, PacketType::pubrec).at(0).reason == ReasonCode::success);
        CHECK(payloads(driver.take(reader)) == fits);
        CHECK_FALSE(driver.closed(id));
    }
}

TEST_CASE("§3.2.2.2 a will above the limit is refused with its CONNECT") {
    Settings settings;
    settings.payload_limit = 3;
    Driver driver(settings);
    const auto answer = [&](std::string_view notation) -> std::optional<ReasonCode> {
        const ConnectionId id = driver.open();
        driver.send_bytes(id, octets_of(notation));
        const std::vector<Got> got = driver.take(id);
        return got.empty() ? std::nullopt : std::optional(got[0].reason);
    };
    CHECK(answer("10 {['MQTT'] 05 06 003c {} ['c'] {} ['w'] ['abc']}") == ReasonCode::success);
    CHECK(answer("10 {['MQTT'] 05 06 003c {} ['c'] {} ['w'] ['abcd']}") == ReasonCode::packet_too_large);
    CHECK_FALSE(answer("10 {['MQTT'] 04 06 003c ['c'] ['w'] ['abcd']}"));
}

TEST_CASE("§3.9.3 a filter with more levels than the limit is refused, and its levels are not kept") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId id = driver.connect("c", version);
        const auto answer_to = [&](const std::string& filter) {
            driver.subscribe(id, filter, QoS::at_most_once);
            return driver.take(id, PacketType::suback).at(0).reasons.at(0);
        };
        const bool is_v5 = version == ProtocolVersion::v5;
        const ReasonCode refused = is_v5 ? ReasonCode::topic_filter_invalid : ReasonCode::unspecified_error;
        CHECK(answer_to(slashes(200)) == ReasonCode::success);
        CHECK(answer_to(slashes(201)) == refused);
        CHECK(answer_to("$share/g/" + slashes(200)) == ReasonCode::success);
        CHECK(answer_to("$share/g/" + slashes(201)) == refused);
        CHECK(driver.broker.counters().subscriptions_refused == 2);
        CHECK_FALSE(driver.closed(id));
    }
}

TEST_CASE("§1.5.4 control characters in strings are allowed, or refused as malformed, as the settings say") {
    for (const bool refuses : {false, true}) {
        Settings settings;
        settings.refuses_control_characters = refuses;
        for (const std::string_view packet :
             {"30 {['a' 0a] {} 'payload'}", "82 {0001 {} ['a' 7f] 00}", "40 {0009 00 {1f [01]}}"}) {
            CAPTURE(std::string(packet));
            Driver driver(settings);
            const ConnectionId id = driver.connect("c");
            driver.take(id);
            driver.send_bytes(id, octets_of(packet));
            CHECK(driver.closed(id).has_value() == refuses);
            if (refuses) CHECK(driver.take(id).at(0).reason == ReasonCode::malformed_packet);
        }
        Driver driver(settings);
        const ConnectionId id = driver.open();
        driver.send_bytes(id, octets_of("10 {['MQTT'] 05 02 003c {} ['c' 0a]}"));
        CHECK(driver.take(id).at(0).reason == (refuses ? ReasonCode::malformed_packet : ReasonCode::success));
        const ConnectionId plain = driver.connect("plain");
        driver.publish(plain, "a", std::string("\x01\x7f", 2));  // payloads may have anything
        CHECK_FALSE(driver.closed(plain));
    }
}

TEST_CASE("§3.9.3 a subscription that access rules refuse is told why, or only that it failed") {
    for (const bool tells : {true, false}) {
        for (const ProtocolVersion version : both_versions) {
            Settings settings;
            settings.tells_denied_subscriptions = tells;
            Driver driver(settings);
            driver.broker.set_access(with_acl("topic read open\n"));
            const ConnectionId id = driver.connect("c", version);
            driver.subscribe(id, "shut", QoS::at_most_once);
            const bool says_why = tells && version == ProtocolVersion::v5;
            CHECK(driver.take(id, PacketType::suback).at(0).reasons.at(0) ==
                  (says_why ? ReasonCode::not_authorized : ReasonCode::unspecified_error));
        }
    }
}

TEST_CASE("a retained message is given out as long as its publisher may publish it, unless that is not to be checked") {
    const std::string_view before = "topic readwrite #\n";
    const std::string_view after = "topic read #\npattern write %c/#\n";
    for (const bool checks : {true, false}) {
        Settings settings;
        settings.check_retain_source = checks;
        Driver driver(settings);
        driver.broker.set_access(with_acl(before));
        const ConnectionId publisher = driver.connect("p");
        for (const std::string_view topic : {"p/own", "common"}) {
            mqtt::Publish packet;
            packet.topic = topic;
            packet.retain = true;
            packet.payload = as_byte_view(topic);
            driver.send(publisher, packet);
        }
        driver.cut(publisher);
        const auto found = [&](std::string_view client_id) {
            const ConnectionId id = driver.connect(client_id);
            driver.subscribe(id, "#", QoS::at_most_once);
            return payloads(driver.take(id));
        };
        CHECK(found("r") == "commonp/own");
        driver.broker.set_access(with_acl(after));
        CHECK(found("r") == (checks ? "p/own" : "commonp/own"));
        CHECK(driver.broker.counters().retained_denied == (checks ? 1 : 0));
        driver.restart();
        driver.broker.set_access(with_acl(after));
        CHECK(found("r") == (checks ? "p/own" : "commonp/own"));
        driver.broker.set_access(with_acl(before));
        CHECK(found("r") == "commonp/own");
    }
}

TEST_CASE("a retained message of nobody whom rules could know is given out") {
    Driver driver;
    mqtt::Publish packet;
    packet.topic = "x";
    packet.retain = true;
    packet.payload = as_byte_view("1");
    driver.send(driver.connect("p"), packet);
    driver.broker.set_access(with_acl("topic read #\n"));
    const ConnectionId id = driver.connect("r");
    driver.subscribe(id, "#", QoS::at_most_once);
    CHECK(payloads(driver.take(id)) == "1");
}
