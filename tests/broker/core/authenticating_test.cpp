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

/// A broker with a password file, and one connection to it.
struct Door {
    explicit Door(ProtocolVersion its_version = ProtocolVersion::v5, bool anonymous = false) : version(its_version) {
        driver.broker.set_access({.checks_passwords = true, .allows_anonymous = anonymous});
        id = driver.open();
        driver.set_version(id, version);
    }
    mqtt::Connect connect(std::optional<std::string_view> user, std::optional<std::string_view> password) const {
        mqtt::Connect packet;
        packet.version = version;
        packet.client_id = "ps-117";
        packet.user_name = user;
        if (password) packet.password = as_byte_view(*password);
        return packet;
    }
    /// The one check that is wanted.
    AuthCheck check() {
        const std::vector<AuthCheck> checks = driver.broker.take_auth_checks();
        REQUIRE(checks.size() == 1);
        return checks.front();
    }
    void answer(AuthVerdict verdict) {
        driver.broker.verified(check().id, verdict, driver.now);
        driver.round();
    }
    ReasonCode refusal() {
        const std::vector<Got> connacks = driver.take(id, PacketType::connack);
        REQUIRE(connacks.size() == 1);
        CHECK(driver.closed(id) == CloseCause::refused);
        return connacks.front().reason;
    }

    Driver driver;
    ProtocolVersion version;
    ConnectionId id{};
};

}  // namespace

TEST_CASE("[MQTT-3.1.4-5] CONNECT with a password is answered when its verdict is there") {
    for (const ProtocolVersion version : both_versions) {
        Door door(version);
        door.driver.send(door.id, door.connect("operator", "secret"));
        CHECK(door.driver.take(door.id).empty());
        CHECK(door.driver.broker.client_count() == 0);
        const AuthCheck check = door.check();
        CHECK(check.user_name == "operator");
        CHECK(as_text(check.password) == "secret");
        CHECK(check.give_up_at == door.driver.now + 10s);
        door.driver.broker.verified(check.id, AuthVerdict::right, door.driver.now);
        door.driver.round();
        CHECK(door.driver.take(door.id, PacketType::connack).at(0).reason == ReasonCode::success);
        CHECK(door.driver.facts<ClientConnected>().at(0).user == "operator");
    }
}

TEST_CASE("[MQTT-3.1.4-2] a wrong password is 0x86, in 3.1.1 return code 4, and the connection is closed") {
    for (const ProtocolVersion version : both_versions) {
        Door door(version);
        door.driver.send(door.id, door.connect("operator", "guess"));
        door.answer(AuthVerdict::wrong);
        CHECK(door.refusal() == ReasonCode::bad_user_name_or_password);
        CHECK(door.driver.broker.counters().authentication_failed == 1);
        CHECK(door.driver.broker.session_count() == 0);
    }
}

TEST_CASE("[MQTT-3.1.4-2] who does not say who it is gets 0x87, in 3.1.1 return code 5, unless that is allowed") {
    for (const ProtocolVersion version : both_versions) {
        Door door(version);
        door.driver.send(door.id, door.connect(std::nullopt, std::nullopt));
        CHECK(door.refusal() == ReasonCode::not_authorized);
        Door open(version, true);
        open.driver.send(open.id, open.connect(std::nullopt, std::nullopt));
        CHECK(open.driver.take(open.id, PacketType::connack).at(0).reason == ReasonCode::success);
        CHECK(open.driver.facts<ClientConnected>().at(0).user.empty());
    }
}

TEST_CASE("a user name without a password, or a password without a user name, is nobody's") {
    Door nameless;
    nameless.driver.send(nameless.id, nameless.connect(std::nullopt, "secret"));
    CHECK(nameless.refusal() == ReasonCode::bad_user_name_or_password);
    Door silent;
    silent.driver.send(silent.id, silent.connect("operator", std::nullopt));
    CHECK(silent.refusal() == ReasonCode::bad_user_name_or_password);
    CHECK(silent.driver.broker.take_auth_checks().empty());
}

TEST_CASE("§3.1.4 what a client sends without waiting for CONNACK is done after the verdict, in order") {
    Door door;
    door.driver.send(door.id, door.connect("operator", "secret"));
    CHECK_FALSE(door.driver.broker.wants_read(door.id));
    door.driver.subscribe(door.id, "x", QoS::at_most_once);
    door.driver.publish(door.id, "x", "early");
    const std::string ping("\xc0\x00", 2);
    door.driver.send_bytes(door.id, as_byte_view(ping).first(1));
    CHECK(door.driver.take(door.id).empty());
    door.answer(AuthVerdict::right);
    CHECK(door.driver.broker.wants_read(door.id));
    door.driver.send_bytes(door.id, as_byte_view(ping).last(1));
    const std::vector<Got> got = door.driver.take(door.id);
    REQUIRE(got.size() == 4);
    CHECK(got[0].type == PacketType::connack);
    CHECK(got[1].type == PacketType::suback);
    CHECK(got[2].payload == "early");
    CHECK(got[3].type == PacketType::pingresp);
}

TEST_CASE("[MQTT-3.1.4-6] after a wrong password nothing else of the client is processed") {
    Door door;
    const ConnectionId witness = door.driver.open();
    door.driver.broker.set_access({.checks_passwords = true, .allows_anonymous = true});
    mqtt::Connect anonymous;
    anonymous.client_id = "witness";
    door.driver.send(witness, anonymous);
    door.driver.subscribe(witness, "x", QoS::at_most_once);
    door.driver.send(door.id, door.connect("operator", "guess"));
    door.driver.publish(door.id, "x", "smuggled");
    door.answer(AuthVerdict::wrong);
    CHECK(door.refusal() == ReasonCode::bad_user_name_or_password);
    CHECK(door.driver.take(witness, PacketType::publish).empty());
}

TEST_CASE("what is kept until the verdict has a bound") {
    Settings settings;
    settings.maximum_packet_size = 200;
    for (const bool too_much : {false, true}) {
        Driver driver(settings);
        driver.broker.set_access({.checks_passwords = true, .allows_anonymous = false});
        const ConnectionId id = driver.open();
        mqtt::Connect packet;
        packet.client_id = "c";
        packet.user_name = "u";
        packet.password = as_byte_view("p");
        const std::size_t connect = mqtt::encoded_size(packet, ProtocolVersion::v5);
        driver.send(id, packet);
        mqtt::Publish publish;
        publish.topic = "x";
        const std::size_t header = mqtt::encoded_size(publish, ProtocolVersion::v5) + 1;  // of two octets of length
        const std::string payload(200 - connect - header + (too_much ? 1 : 0), 'x');
        driver.publish(id, "x", payload);
        CHECK(driver.closed(id).has_value() == too_much);
    }
}

TEST_CASE("[MQTT-3.1.0-2] a second CONNECT behind the first one ends the connection all the same") {
    Door door;
    door.driver.send(door.id, door.connect("operator", "secret"));
    door.driver.send(door.id, door.connect("operator", "secret"));
    door.answer(AuthVerdict::right);
    CHECK(door.driver.closed(door.id) == CloseCause::protocol_error);
}

TEST_CASE("the time to connect goes on while a password is checked, and a late verdict is nobody's") {
    Door door;
    door.driver.send(door.id, door.connect("operator", "secret"));
    const AuthCheck check = door.check();
    door.driver.sleep(9s);
    CHECK_FALSE(door.driver.closed(door.id));
    door.driver.sleep(1s);
    CHECK(door.driver.closed(door.id) == CloseCause::connect_timeout);
    door.driver.broker.verified(check.id, AuthVerdict::right, door.driver.now);
    CHECK(door.driver.broker.session_count() == 0);
}

TEST_CASE("a verdict for a client that has gone is nobody's") {
    Door door;
    door.driver.send(door.id, door.connect("operator", "secret"));
    door.driver.cut(door.id);
    door.answer(AuthVerdict::right);
    CHECK(door.driver.broker.session_count() == 0);
}

TEST_CASE("the name in a certificate goes before user name and password") {
    Driver driver;
    driver.broker.set_access({.checks_passwords = true, .allows_anonymous = false});
    const ConnectionId id{1000};
    driver.broker.opened(id, {"mqtts://x", "peer", "ps-117"}, driver.now);
    mqtt::Connect packet;
    packet.client_id = "c";
    packet.user_name = "somebody else";
    OutputBytes bytes;
    mqtt::encode(packet, ProtocolVersion::v5, bytes);
    driver.broker.received(id, bytes.view(), driver.now);
    CHECK(driver.broker.client_count() == 1);
    CHECK(driver.facts<ClientConnected>().at(0).user == "ps-117");
}

TEST_CASE("without a password file user names are refused") {
    Driver driver;
    const ConnectionId id = driver.open();
    mqtt::Connect packet;
    packet.client_id = "c";
    packet.user_name = "operator";
    packet.password = as_byte_view("secret");
    driver.send(id, packet);
    CHECK(driver.take(id, PacketType::connack).at(0).reason == ReasonCode::bad_user_name_or_password);
    CHECK(driver.broker.take_auth_checks().empty());
}
