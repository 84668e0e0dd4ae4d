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
using Outcome = AuthAnswer::Outcome;

namespace {

constexpr std::string_view method = "SCRAM-SHA-256";

std::vector<std::byte> octets(std::string_view text) {
    const ByteView view = as_byte_view(text);
    return {view.begin(), view.end()};
}

/// A broker that offers one method, and a client that uses it.
struct Exchange {
    explicit Exchange(std::string its_certificate = {}) {
        AccessRules rules{.checks_passwords = true, .allows_anonymous = false};
        rules.methods = {std::string(method)};
        driver.broker.set_access(rules);
        TransportInfo info{"mqtt://127.0.0.1:1883", "127.0.0.1:50412", std::move(its_certificate)};
        id = driver.open(std::move(info));
    }
    void connect(std::string_view data = "client-first", std::uint32_t maximum_packet_size = 0,
                 std::uint16_t keep_alive_seconds = 0) {
        mqtt::PropertyBuilder properties;
        properties.text(PropertyId::authentication_method, method);
        if (!data.empty()) properties.text(PropertyId::authentication_data, data);
        if (maximum_packet_size != 0) properties.number(PropertyId::maximum_packet_size, maximum_packet_size);
        mqtt::Connect packet;
        packet.client_id = "ps-117";
        packet.keep_alive_seconds = keep_alive_seconds;
        packet.properties = properties.view();
        driver.send(id, packet);
    }
    void auth(ReasonCode reason, std::string_view data, std::string_view its_method = method) {
        mqtt::PropertyBuilder properties;
        if (!its_method.empty()) properties.text(PropertyId::authentication_method, its_method);
        properties.text(PropertyId::authentication_data, data);
        driver.send(id, mqtt::Auth{reason, properties.view()});
    }
    AuthStep step() {
        const std::vector<AuthStep> steps = driver.broker.take_auth_steps();
        REQUIRE(steps.size() == 1);
        return steps.front();
    }
    void answer(Outcome outcome, std::string_view data = {}, std::string_view so_far = {},
                std::string_view user = "operator") {
        driver.broker.auth_answered(step().id, {outcome, octets(data), octets(so_far), std::string(user)}, driver.now);
        driver.round();
    }
    /// Through CONNECT and its exchange.
    void come_in() {
        connect();
        answer(Outcome::go_on, "server-first", "remember");
        auth(ReasonCode::continue_authentication, "client-final");
        answer(Outcome::right, "server-final");
    }
    Got only(PacketType type) {
        const std::vector<Got> got = driver.take(id);
        REQUIRE(got.size() == 1);
        REQUIRE(got.front().type == type);
        return got.front();
    }
    /// How the broker ended the connection.
    ReasonCode farewell() {
        REQUIRE(driver.closed(id));
        return driver.facts<ConnectionClosed>().back().reason;
    }
    std::string_view clause() { return driver.facts<ConnectionClosed>().back().clause; }

    Driver driver;
    ConnectionId id{};
};

}  // namespace

TEST_CASE("[MQTT-4.12.0-2] [MQTT-4.12.0-5] AUTH 0x18 asks for more, and everything repeats the method") {
    Exchange exchange;
    exchange.connect();
    CHECK(exchange.driver.take(exchange.id).empty());
    CHECK_FALSE(exchange.driver.broker.wants_read(exchange.id));
    const AuthStep first = exchange.step();
    CHECK(first.method == method);
    CHECK(as_text(first.data) == "client-first");
    CHECK(first.so_far.empty());
    exchange.driver.broker.auth_answered(first.id, {Outcome::go_on, octets("server-first"), octets("remember"), {}},
                                         exchange.driver.now);
    exchange.driver.round();
    const Got more = exchange.only(PacketType::auth);
    CHECK(more.reason == ReasonCode::continue_authentication);
    CHECK(more.properties().text(PropertyId::authentication_method) == method);
    CHECK(more.properties().text(PropertyId::authentication_data) == "server-first");
    CHECK(exchange.driver.broker.wants_read(exchange.id));

    exchange.auth(ReasonCode::continue_authentication, "client-final");
    const AuthStep second = exchange.step();
    CHECK(as_text(second.data) == "client-final");
    CHECK(as_text(second.so_far) == "remember");
    CHECK(exchange.driver.broker.client_count() == 0);
    exchange.driver.broker.auth_answered(second.id, {Outcome::right, octets("server-final"), {}, "operator"},
                                         exchange.driver.now);
    exchange.driver.round();
    const Got connack = exchange.only(PacketType::connack);
    CHECK(connack.reason == ReasonCode::success);
    CHECK(connack.properties().text(PropertyId::authentication_method) == method);
    CHECK(connack.properties().text(PropertyId::authentication_data) == "server-final");
    CHECK(exchange.driver.facts<ClientConnected>().at(0).user == "operator");
}

TEST_CASE("[MQTT-3.15.2-2] [MQTT-3.15.2-3] an AUTH has method and data, and nothing that it would have to leave out") {
    Exchange exchange;
    exchange.come_in();
    exchange.auth(ReasonCode::re_authenticate, "client-first");
    exchange.answer(Outcome::go_on, "server-first", "remember");
    for (const Got& auth : exchange.driver.take(exchange.id, PacketType::auth)) {
        CHECK_FALSE(auth.properties().text(PropertyId::reason_string));
        for (const mqtt::Property& property : auth.properties()) CHECK(property.id != PropertyId::user_property);
    }
}

TEST_CASE("[MQTT-4.12.0-4] what does not prove who it is gets CONNACK 0x87, at whatever step") {
    for (const int steps : {1, 2}) {
        Exchange exchange;
        exchange.connect();
        if (steps == 2) {
            exchange.answer(Outcome::go_on, "server-first", "remember");
            exchange.only(PacketType::auth);
            exchange.auth(ReasonCode::continue_authentication, "a guess");
        }
        exchange.answer(Outcome::wrong);
        const Got connack = exchange.only(PacketType::connack);
        CHECK(connack.reason == ReasonCode::not_authorized);
        CHECK(exchange.driver.closed(exchange.id) == CloseCause::refused);
        CHECK(exchange.driver.broker.counters().authentication_failed == 1);
        CHECK(exchange.driver.broker.session_count() == 0);
    }
}

TEST_CASE("[MQTT-4.12.0-1] a method that is not offered is refused with 0x8C") {
    Exchange exchange;
    exchange.driver.broker.set_access({.checks_passwords = true, .allows_anonymous = true});
    exchange.connect();
    CHECK(exchange.only(PacketType::connack).reason == ReasonCode::bad_authentication_method);
    CHECK(exchange.driver.closed(exchange.id) == CloseCause::refused);
    CHECK(exchange.driver.broker.take_auth_steps().empty());
}

TEST_CASE("[MQTT-3.1.2-30] between CONNECT and CONNACK only AUTH and DISCONNECT may come") {
    for (const bool is_clients_turn : {false, true}) {
        Exchange exchange;
        exchange.connect();
        if (is_clients_turn) exchange.answer(Outcome::go_on, "server-first", "remember");
        exchange.driver.send(exchange.id, mqtt::PingReq{});
        CHECK(exchange.driver.closed(exchange.id) == CloseCause::protocol_error);
        CHECK(exchange.clause() == "MQTT-3.1.2-30");
    }
    Exchange leaving;
    leaving.connect();
    leaving.answer(Outcome::go_on, "server-first", "remember");
    leaving.driver.send(leaving.id, mqtt::Disconnect{});
    CHECK(leaving.driver.closed(leaving.id) == CloseCause::client_disconnect);
}

TEST_CASE("[MQTT-4.12.0-3] the client's AUTH has reason 0x18, and comes only when it was asked for") {
    struct Row {
        ReasonCode reason;
        bool is_clients_turn;
        std::string_view clause;
    };
    const Row rows[] = {{ReasonCode::success, true, "§3.15.2.1"},
                        {ReasonCode::re_authenticate, true, "§4.12.1"},
                        {ReasonCode::continue_authentication, false, "MQTT-4.12.0-3"}};
    for (const Row& row : rows) {
        Exchange exchange;
        exchange.connect();
        if (row.is_clients_turn) exchange.answer(Outcome::go_on, "server-first", "remember");
        exchange.auth(row.reason, "client-final");
        CHECK(exchange.driver.closed(exchange.id) == CloseCause::protocol_error);
        CHECK(exchange.clause() == row.clause);
    }
}

TEST_CASE("[MQTT-4.12.0-5] an AUTH without the method of CONNECT, or with another one, ends the connection") {
    for (const std::string_view other : {"", "SCRAM-SHA-1"}) {
        Exchange exchange;
        exchange.connect();
        exchange.answer(Outcome::go_on, "server-first", "remember");
        exchange.auth(ReasonCode::continue_authentication, "client-final", other);
        CHECK(exchange.driver.closed(exchange.id) == CloseCause::protocol_error);
        CHECK(exchange.clause() == (other.empty() ? "§3.15.2.2.2" : "MQTT-4.12.0-5"));
    }
}

TEST_CASE("[MQTT-4.12.0-6] [MQTT-4.12.0-7] without a method in CONNECT there is no AUTH, and no method in CONNACK") {
    Driver driver;
    const ConnectionId id = driver.connect("a");
    const std::vector<Got> connack = driver.take(id);
    REQUIRE(connack.size() == 1);
    CHECK_FALSE(connack.front().properties().text(PropertyId::authentication_method));
    driver.send(id, mqtt::Auth{});
    CHECK(driver.closed(id) == CloseCause::protocol_error);
    const std::vector<Got> farewell = driver.take(id);
    REQUIRE(farewell.size() == 1);
    CHECK(farewell.front().type == PacketType::disconnect);
    CHECK(farewell.front().reason == ReasonCode::protocol_error);
}

TEST_CASE("an exchange that does not come to its end has the time of CONNECT, whoever is slow") {
    for (const bool is_clients_turn : {false, true}) {
        Exchange exchange;
        exchange.connect();
        if (is_clients_turn) exchange.answer(Outcome::go_on, "server-first", "remember");
        exchange.driver.sleep(10s - 1ms);
        CHECK_FALSE(exchange.driver.closed(exchange.id));
        exchange.driver.sleep(1ms);
        CHECK(exchange.driver.closed(exchange.id) == CloseCause::connect_timeout);
    }
}

TEST_CASE("an answer to somebody who has gone is passed over") {
    Exchange exchange;
    exchange.connect();
    const AuthStep step = exchange.step();
    exchange.driver.cut(exchange.id);
    exchange.driver.broker.auth_answered(step.id, {Outcome::right, {}, {}, "operator"}, exchange.driver.now);
    CHECK(exchange.driver.broker.client_count() == 0);
    Exchange twice;
    twice.connect();
    const AuthId id = twice.step().id;
    twice.driver.broker.auth_answered(id, {Outcome::go_on, octets("more"), {}, {}}, twice.driver.now);
    twice.driver.broker.auth_answered(id, {Outcome::right, {}, {}, "operator"}, twice.driver.now);
    CHECK(twice.driver.broker.client_count() == 0);
}

TEST_CASE("a client with a certificate proves that it is the user whom the certificate names") {
    for (const std::string_view user : {"ps-117", "operator"}) {
        Exchange exchange("ps-117");
        exchange.connect();
        exchange.answer(Outcome::right, {}, {}, user);
        const Got connack = exchange.only(PacketType::connack);
        CHECK(connack.reason == (user == "ps-117" ? ReasonCode::success : ReasonCode::not_authorized));
    }
}

TEST_CASE("[MQTT-3.1.2-24] a client that takes no packet of the size of AUTH is refused with 0x95") {
    for (const std::uint32_t largest : {255U, 256U}) {
        Exchange exchange;
        exchange.connect("client-first", largest);
        if (largest == 255) {
            CHECK(exchange.only(PacketType::connack).reason == ReasonCode::packet_too_large);
            continue;
        }
        exchange.answer(Outcome::go_on, std::string(300, 'x'), "remember");
        CHECK(exchange.only(PacketType::connack).reason == ReasonCode::packet_too_large);
    }
}

TEST_CASE("[MQTT-4.12.1-1] a client authenticates again with the method of its CONNECT, and goes on meanwhile") {
    Exchange exchange;
    exchange.come_in();
    exchange.driver.take(exchange.id);
    exchange.auth(ReasonCode::re_authenticate, "client-first");
    CHECK(exchange.driver.broker.wants_read(exchange.id));
    exchange.driver.subscribe(exchange.id, "x", QoS::at_most_once);
    CHECK(exchange.only(PacketType::suback).reasons.size() == 1);
    const AuthStep step = exchange.step();
    CHECK(step.so_far.empty());
    exchange.driver.broker.auth_answered(step.id, {Outcome::go_on, octets("server-first"), octets("r"), {}},
                                         exchange.driver.now);
    exchange.driver.round();
    CHECK(exchange.only(PacketType::auth).reason == ReasonCode::continue_authentication);
    exchange.auth(ReasonCode::continue_authentication, "client-final");
    exchange.answer(Outcome::right, "server-final");
    const Got success = exchange.only(PacketType::auth);
    CHECK(success.reason == ReasonCode::success);
    CHECK(success.properties().text(PropertyId::authentication_method) == method);
    CHECK(success.properties().text(PropertyId::authentication_data) == "server-final");
    exchange.driver.sleep(1h);  // the time for it is over, but so is it
    CHECK_FALSE(exchange.driver.closed(exchange.id));

    exchange.auth(ReasonCode::re_authenticate, "client-first", "SCRAM-SHA-1");
    CHECK(exchange.driver.closed(exchange.id) == CloseCause::protocol_error);
    CHECK(exchange.clause() == "MQTT-4.12.1-1");
}

TEST_CASE("[MQTT-4.12.1-2] who fails to authenticate again is told 0x87 and closed") {
    Exchange guessing;
    guessing.come_in();
    guessing.auth(ReasonCode::re_authenticate, "client-first");
    guessing.driver.take(guessing.id);
    guessing.answer(Outcome::wrong);
    CHECK(guessing.only(PacketType::disconnect).reason == ReasonCode::not_authorized);
    CHECK(guessing.driver.closed(guessing.id) == CloseCause::authentication_failed);

    Exchange another;
    another.come_in();
    another.auth(ReasonCode::re_authenticate, "client-first");
    another.answer(Outcome::right, {}, {}, "somebody else");
    CHECK(another.farewell() == ReasonCode::not_authorized);

    Exchange silent;
    silent.come_in();
    silent.auth(ReasonCode::re_authenticate, "client-first");
    silent.driver.sleep(10s - 1ms);
    CHECK_FALSE(silent.driver.closed(silent.id));
    silent.driver.sleep(1ms);
    CHECK(silent.driver.closed(silent.id) == CloseCause::authentication_failed);
}

TEST_CASE("§4.12.1 re-authentication has one beginning, and nothing to continue without it") {
    Exchange twice;
    twice.come_in();
    twice.auth(ReasonCode::re_authenticate, "client-first");
    twice.auth(ReasonCode::re_authenticate, "client-first");
    CHECK(twice.driver.closed(twice.id) == CloseCause::protocol_error);
    CHECK(twice.clause() == "§4.12.1");
    Exchange uninvited;
    uninvited.come_in();
    uninvited.auth(ReasonCode::continue_authentication, "client-final");
    CHECK(uninvited.driver.closed(uninvited.id) == CloseCause::protocol_error);
    CHECK(uninvited.clause() == "MQTT-4.12.0-3");
}

TEST_CASE("[MQTT-3.1.2-22] a client that authenticates again still has its Keep Alive") {
    Exchange exchange;
    exchange.connect("client-first", 0, 4);
    exchange.answer(Outcome::right, "server-final");
    exchange.auth(ReasonCode::re_authenticate, "client-first");
    exchange.driver.sleep(6s);
    CHECK(exchange.driver.closed(exchange.id) == CloseCause::keep_alive_timeout);
}

TEST_CASE("§3.1.2.11.10 Authentication Data without a method is a protocol error") {
    Driver driver;
    const ConnectionId id = driver.open();
    mqtt::PropertyBuilder properties;
    properties.text(PropertyId::authentication_data, "secret");
    mqtt::Connect packet;
    packet.client_id = "a";
    packet.properties = properties.view();
    driver.send(id, packet);
    CHECK(driver.take(id, PacketType::connack).at(0).reason == ReasonCode::protocol_error);
    CHECK(driver.closed(id) == CloseCause::protocol_error);
}
