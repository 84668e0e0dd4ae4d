// Every way in which the broker ends a connection, and what the client hears before: in 5.0 the reason wherever there
// is a packet for it, before that a return code, else a bare close.

#include <optional>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "tests/broker/core/broker_driver.hpp"
#include "tests/support/packet_notation.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;
using mqtt::PacketType;
using mqtt::PropertyId;
using mqtt::ProtocolVersion;
using mqtt::QoS;
using mqtt::ReasonCode;
using trunkline::test::octets_of;

namespace {

/// The one packet that came before the end; nothing: a bare close.
std::optional<Got> farewell(Driver& driver, ConnectionId id, CloseCause cause) {
    CHECK(driver.closed(id) == cause);
    std::vector<Got> got = driver.take(id);
    if (got.empty()) return std::nullopt;
    CHECK(got.size() == 1);
    return got.back();
}

/// A farewell of 5.0 is a packet of this type with this reason, one of 3.1.1 only a CONNACK with a return code.
void check_farewell(Driver& driver, ConnectionId id, CloseCause cause, ProtocolVersion version, PacketType type,
                    ReasonCode reason, std::optional<ReasonCode> before_v5 = std::nullopt) {
    const std::optional<Got> last = farewell(driver, id, cause);
    if (version != ProtocolVersion::v5) {
        REQUIRE(last.has_value() == before_v5.has_value());
        if (last) CHECK(last->type == PacketType::connack);
        if (last) CHECK(last->reason == *before_v5);
        return;
    }
    REQUIRE(last);
    CHECK(last->type == type);
    CHECK(last->reason == reason);
}

ConnectionId connected(Driver& driver, ProtocolVersion version) {
    const ConnectionId id = driver.connect_persistent("c", version);
    driver.take(id);
    return id;
}

/// A broker that asks for passwords, and a client that waits for its verdict.
struct Waiting {
    explicit Waiting(ProtocolVersion version, Settings settings = {}) : driver(settings) {
        driver.broker.set_access({.checks_passwords = true, .allows_anonymous = false});
        id = driver.open();
        mqtt::Connect connect;
        connect.version = version;
        connect.client_id = "c";
        connect.user_name = "operator";
        connect.password = as_byte_view("secret");
        driver.send(id, connect);
        CHECK_FALSE(driver.closed(id));
    }

    Driver driver;
    ConnectionId id{};
};

}  // namespace

TEST_CASE("§4.13 the end of a client that is connected is told with its reason in 5.0, and cannot be told before") {
    for (const ProtocolVersion version : both_versions) {
        const auto check = [version](Driver& driver, ConnectionId id, CloseCause cause, ReasonCode reason) {
            check_farewell(driver, id, cause, version, PacketType::disconnect, reason);
        };
        {
            Driver driver;
            const ConnectionId id = connected(driver, version);
            driver.send_bytes(id, octets_of("c0 {00}"));
            check(driver, id, CloseCause::protocol_error, ReasonCode::malformed_packet);
        }
        {
            Driver driver;
            const ConnectionId id = connected(driver, version);
            driver.connect_persistent("c", version);
            check(driver, id, CloseCause::taken_over, ReasonCode::session_taken_over);
        }
        {
            Driver driver;
            const ConnectionId id = connected(driver, version);
            driver.broker.shut_down(driver.now);
            driver.round();
            check(driver, id, CloseCause::server_shutdown, ReasonCode::server_shutting_down);
        }
        {
            Settings settings;
            settings.maximum_packet_size = 128;
            Driver driver(settings);
            const ConnectionId id = connected(driver, version);
            driver.send_bytes(id, octets_of("30 ffffff7f"));
            check(driver, id, CloseCause::protocol_error, ReasonCode::packet_too_large);
        }
        {
            Driver driver;
            driver.subscribe(connected(driver, ProtocolVersion::v5), "x", QoS::at_least_once);
            const ConnectionId id = driver.connect_persistent("p", version);
            driver.take(id);
            driver.store_works = false;
            driver.publish(id, "x", "1", QoS::at_least_once);
            driver.fail_store();
            driver.sleep(30s);
            check(driver, id, CloseCause::store_failing, ReasonCode::quota_exceeded);
        }
    }
}

TEST_CASE("[MQTT-3.1.2-22] [MQTT-3.14.2-3] silence is told as such") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId id = driver.open();
        mqtt::Connect connect;
        connect.version = version;
        connect.client_id = "c";
        connect.keep_alive_seconds = 2;
        driver.send(id, connect);
        driver.take(id);
        driver.sleep(3s);
        check_farewell(driver, id, CloseCause::keep_alive_timeout, version, PacketType::disconnect,
                       ReasonCode::keep_alive_timeout);
    }
}

TEST_CASE("[MQTT-3.14.0-1] before CONNECT there is nothing to say, and nobody knows in which version") {
    Driver silent;
    const ConnectionId id = silent.open();
    silent.sleep(10s);
    CHECK_FALSE(farewell(silent, id, CloseCause::connect_timeout));
    Driver closing;
    const ConnectionId late = closing.open();
    closing.broker.shut_down(closing.now);
    closing.round();
    CHECK_FALSE(farewell(closing, late, CloseCause::server_shutdown));
    Driver rude;
    const ConnectionId stranger = rude.open();
    rude.send_bytes(stranger, as_byte_view("GET / HTTP/1.1\r\n"));
    CHECK_FALSE(farewell(rude, stranger, CloseCause::protocol_error));
}

TEST_CASE("[MQTT-3.14.0-1] [MQTT-3.2.2-8] who waits for its verdict and will not get one hears why in CONNACK") {
    for (const ProtocolVersion version : both_versions) {
        const auto check = [version](Waiting& waiting, CloseCause cause, ReasonCode reason,
                                     std::optional<ReasonCode> before_v5) {
            check_farewell(waiting.driver, waiting.id, cause, version, PacketType::connack, reason, before_v5);
        };
        Waiting in_vain(version);
        in_vain.driver.sleep(10s);
        check(in_vain, CloseCause::connect_timeout, ReasonCode::server_busy, ReasonCode::server_unavailable);

        Waiting too_late(version);
        too_late.driver.broker.shut_down(too_late.driver.now);
        too_late.driver.round();
        check(too_late, CloseCause::server_shutdown, ReasonCode::server_unavailable, ReasonCode::server_unavailable);

        Settings settings;
        settings.maximum_packet_size = 128;
        Waiting impatient(version, settings);
        for (int count = 0; count < 60; ++count)
            impatient.driver.broker.received(impatient.id, octets_of("c0 {}"), impatient.driver.now);
        impatient.driver.round();
        check(impatient, CloseCause::refused, ReasonCode::quota_exceeded, ReasonCode::server_unavailable);

        Waiting confused(version);
        confused.driver.send_bytes(confused.id, octets_of("c0 ffffffff"));
        check(confused, CloseCause::protocol_error, ReasonCode::malformed_packet, std::nullopt);
    }
}

TEST_CASE("[MQTT-3.2.2-15] a CONNECT that is too large hears so in 5.0, as soon as its version can be read") {
    Settings settings;
    settings.maximum_packet_size = 128;
    const auto words = [&settings](std::string_view beginning) -> std::optional<ReasonCode> {
        Driver driver(settings);
        const ConnectionId id = driver.open();
        driver.send_bytes(id, octets_of(beginning));
        const std::optional<Got> last = farewell(driver, id, CloseCause::protocol_error);
        return last ? std::optional(last->reason) : std::nullopt;
    };
    CHECK(words("10 ff01 ['MQTT'] 05 02 003c") == ReasonCode::packet_too_large);
    CHECK(words("10 ff01 ['MQTT'] 05") == ReasonCode::packet_too_large);
    CHECK_FALSE(words("10 ff01 ['MQTT']"));
    CHECK_FALSE(words("10 ff01"));
    CHECK_FALSE(words("10 ff01 ['MQTT'] 04 02 003c"));
    CHECK_FALSE(words("10 ff01 ['HTTP'] 05 02 003c"));
}

TEST_CASE(
    "[MQTT-3.1.2-24] [MQTT-3.14.2-3] no farewell is larger than the client takes: the reason stays, words may go") {
    for (const std::uint32_t maximum : {60U, 200U}) {
        mqtt::PropertyBuilder properties;
        properties.number(PropertyId::maximum_packet_size, maximum).number(PropertyId::request_problem_information, 0);
        mqtt::Connect connect;
        connect.client_id = "c";
        connect.properties = properties.view();
        Driver driver;
        const ConnectionId id = driver.open();
        driver.send(id, connect);
        driver.take(id);
        driver.keep_octets(id);
        driver.send_bytes(id, octets_of("30 {['a'] {23 0000}}"));
        CHECK(driver.take(id).at(0).reason == ReasonCode::topic_alias_invalid);
        CHECK(driver.take_octets(id).size() <= maximum);
    }
}
