// MQTT 3.1, where it is not 3.1.1.

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

/// The return code of the CONNACK, and whether the connection goes on; nothing: there was none.
std::optional<ReasonCode> answer_to(Driver& driver, const std::string& notation) {
    const ConnectionId id = driver.open();
    driver.set_version(id, ProtocolVersion::v3_1);
    driver.send_bytes(id, octets_of(notation));
    const std::vector<Got> got = driver.take(id);
    if (got.empty()) return std::nullopt;
    REQUIRE(got.size() == 1);
    CHECK(got[0].type == PacketType::connack);
    CHECK(driver.closed(id).has_value() == is_failure(got[0].reason));
    return got[0].reason;
}

std::string connect_as(const std::string& client_id) { return "10 {['MQIsdp'] 03 02 003c ['" + client_id + "']}"; }

}  // namespace

TEST_CASE("3.1 §3.1 a client identifier has 1 to 23 characters, else return code 2") {
    Driver driver;
    CHECK(answer_to(driver, connect_as("")) == ReasonCode::client_identifier_not_valid);
    CHECK(answer_to(driver, connect_as("c")) == ReasonCode::success);
    CHECK(answer_to(driver, connect_as(std::string(23, 'c'))) == ReasonCode::success);
    CHECK(answer_to(driver, connect_as(std::string(24, 'c'))) == ReasonCode::client_identifier_not_valid);
    std::string letters;
    for (int count = 0; count < 23; ++count) letters += "\u00e9";  // two octets each
    CHECK(answer_to(driver, connect_as(letters)) == ReasonCode::success);
    CHECK(answer_to(driver, connect_as(letters + "e")) == ReasonCode::client_identifier_not_valid);
    CHECK(answer_to(driver, "10 {['MQTT'] 04 02 003c ['" + std::string(24, 'c') + "']}") == ReasonCode::success);
}

TEST_CASE("3.1.1 [MQTT-3.1.2-1] 3.1 §3.1 name and level belong together, else return code 1") {
    Driver driver;
    for (const char* start : {"['MQTT'] 03", "['MQIsdp'] 04", "['MQIsdp'] 05", "['MQISDP'] 03", "['MQIsdp'] 83"}) {
        CAPTURE(start);
        CHECK(answer_to(driver, "10 {" + std::string(start) + " 02 003c ['c']}") ==
              ReasonCode::unsupported_protocol_version);
    }
}

TEST_CASE("3.1 §3.1 will, user name and password as in 3.1.1, and missing ones are forgiven") {
    Driver driver;
    CHECK(answer_to(driver, "10 {['MQIsdp'] 03 06 003c ['c'] ['w'] ['gone']}") == ReasonCode::success);
    CHECK(answer_to(driver, "10 {['MQIsdp'] 03 82 003c ['c']}") == ReasonCode::success);
    CHECK(answer_to(driver, "10 {['MQIsdp'] 03 c2 003c ['c'] ['u'] ['p']}") == ReasonCode::bad_user_name_or_password);
    CHECK_FALSE(answer_to(driver, "10 {['MQIsdp'] 03 06 003c ['c']}"));
}

TEST_CASE("3.1 §2.1 bits that 3.1 does not use are disregarded, and repetitions have DUP") {
    Driver driver;
    const ConnectionId id = driver.connect("c", ProtocolVersion::v3_1);
    driver.take(id);
    for (const auto& [packet, answer] :
         {std::pair("c8 {}", PacketType::pingresp), std::pair("8a {0001 ['x'] 01}", PacketType::suback),
          std::pair("aa {0002 ['never']}", PacketType::unsuback), std::pair("6a {0009}", PacketType::pubcomp)}) {
        driver.send_bytes(id, octets_of(packet));
        CHECK(driver.take(id).at(0).type == answer);
    }
    CHECK_FALSE(driver.closed(id));
}

TEST_CASE("3.1 §4.1 a session that is not clean goes on, and no CONNACK says so") {
    Driver driver;
    const ConnectionId first = driver.connect_persistent("c", ProtocolVersion::v3_1);
    driver.subscribe(first, "x", QoS::exactly_once);
    driver.cut(first);
    driver.publish(driver.connect("p", ProtocolVersion::v3_1), "x", "1", QoS::at_least_once);
    const std::vector<Got> got = driver.take(driver.connect_persistent("c", ProtocolVersion::v3_1));
    CHECK(got.at(0).type == PacketType::connack);
    CHECK_FALSE(got[0].session_present);
    CHECK(payloads(got) == "1");
    CHECK(payloads(driver.take(driver.connect("c", ProtocolVersion::v3_1, true))).empty());
}
