#include <doctest/doctest.h>

#include "tests/protocol/mqtt/wire.hpp"

using namespace trunkline;
using namespace trunkline::mqtt;

TEST_CASE("CONNECT of 5.0: every field") {
    const Wire wire("10 {['MQTT'] 05 ee 003c {11 00000e10} ['c'] {18 0000003c} ['w'] ['gone'] ['u'] ['p']}", v5);
    const auto& connect = wire.as<Connect>();
    CHECK(connect.version == v5);
    CHECK(connect.clean_start);
    CHECK(connect.keep_alive_seconds == 60);
    CHECK(connect.properties.number(PropertyId::session_expiry_interval) == 3600);
    CHECK(connect.client_id == "c");
    REQUIRE(connect.will.has_value());
    CHECK(connect.will->qos == QoS::at_least_once);
    CHECK(connect.will->retain);
    CHECK(connect.will->properties.number(PropertyId::will_delay_interval) == 60);
    CHECK(connect.will->topic == "w");
    CHECK(text_of(connect.will->payload) == "gone");
    CHECK(connect.user_name == "u");
    REQUIRE(connect.password.has_value());
    CHECK(text_of(*connect.password) == "p");
    CHECK(writes(connect, v5, "10 {['MQTT'] 05 ee 003c {11 00000e10} ['c'] {18 0000003c} ['w'] ['gone'] ['u'] ['p']}"));
}

TEST_CASE("CONNECT of 3.1.1 and 3.1 has no properties") {
    for (const auto version : {v311, v31}) {
        const std::string start = version == v31 ? "10 {['MQIsdp'] 03 " : "10 {['MQTT'] 04 ";
        const std::string notation = start + "f4 0000 ['c'] ['w'] [] ['u'] []}";
        const Wire wire(notation, v5);  // the packet says its version, not the connection
        const auto& connect = wire.as<Connect>();
        CHECK(connect.version == version);
        CHECK(!connect.clean_start);
        CHECK(connect.will->qos == QoS::exactly_once);
        CHECK(connect.will->payload.empty());
        CHECK(connect.password->empty());
        CHECK(writes(connect, version, notation));
    }
}

TEST_CASE("[MQTT-3.1.2-1] 3.1.1 [MQTT-3.1.2-1] the protocol name is MQTT, to the octet") {
    check_refused("CONNECT: unknown name");
    check_refused("CONNECT: name in lower case");
}

TEST_CASE("[MQTT-3.1.2-2] 3.1.1 [MQTT-3.1.2-2] other protocol versions are refused as such") {
    check_refused("CONNECT: level 3 of MQTT");
    check_refused("CONNECT: level 6");
    check_refused("CONNECT: bridge bit in the level");
    check_refused("CONNECT: level 4 of MQIsdp");
}

TEST_CASE("the version of a CONNECT is known even when the rest is refused") {
    const auto version_of = [](std::string_view notation) {
        const auto octets = test::octets_of(notation);
        return connect_version(**next_frame(octets, no_limit));
    };
    CHECK(version_of("10 {['MQTT'] 05 03}") == v5);
    CHECK(version_of("10 {['MQTT'] 04}") == v311);
    CHECK(version_of("10 {['MQIsdp'] 03}") == v31);
    CHECK(!version_of("10 {['MQTT'] 06}").has_value());
    CHECK(!version_of("10 {['MQTT']}").has_value());
    CHECK(!version_of("10 {}").has_value());
}

TEST_CASE("[MQTT-3.1.2-3] 3.1.1 [MQTT-3.1.2-3] the reserved flag is zero") {
    check_refused("CONNECT: reserved flag");
    check_refused("CONNECT: reserved flag, 3.1.1");
    CHECK(accepts("10 {['MQIsdp'] 03 03 003c ['c']}", v31));  // not used there
}

TEST_CASE("[MQTT-3.1.2-9] 3.1.1 [MQTT-3.1.2-9] a will has a topic and a payload") {
    check_refused("CONNECT: no will topic");
    check_refused("CONNECT: no will payload");
    check_refused("CONNECT: no will, 3.1.1");
}

TEST_CASE("[MQTT-3.1.2-11] 3.1.1 [MQTT-3.1.2-11] 3.1.1 [MQTT-3.1.2-13] no will QoS without a will") {
    check_refused("CONNECT: will QoS without will");
    check_refused("CONNECT: will QoS without will, 3.1.1");
    CHECK(accepts("10 {['MQIsdp'] 03 12 003c ['c']}", v31));  // disregarded there
}

TEST_CASE("[MQTT-3.1.2-12] 3.1.1 [MQTT-3.1.2-14] the will's QoS is 0, 1 or 2") {
    check_refused("CONNECT: will QoS 3");
    check_refused("CONNECT: will QoS 3, 3.1.1");
    check_refused("CONNECT: will QoS 3, 3.1");
    for (const auto* flags : {"06", "0e", "16"}) {
        CHECK(accepts(std::string("10 {['MQTT'] 05 ") + flags + " 003c {} ['c'] {} ['w'] []}", v5));
    }
}

TEST_CASE("[MQTT-3.1.2-13] 3.1.1 [MQTT-3.1.2-15] no will retain without a will") {
    check_refused("CONNECT: will retain without will");
    check_refused("CONNECT: will retain without will, 3.1.1");
}

TEST_CASE("[MQTT-3.1.2-16] 3.1.1 [MQTT-3.1.2-18] without its flag there is no user name") {
    check_refused("CONNECT: user name without its flag");
}

TEST_CASE("[MQTT-3.1.2-17] 3.1.1 [MQTT-3.1.2-19] with its flag there is a user name") {
    check_refused("CONNECT: no user name");
    check_refused("CONNECT: no user name, 3.1.1");
}

TEST_CASE("[MQTT-3.1.2-18] 3.1.1 [MQTT-3.1.2-20] without its flag there is no password") {
    check_refused("CONNECT: password without its flag, 3.1.1");
    CHECK(clause_against("10 {['MQTT'] 05 82 003c {} ['c'] ['u'] ['p']}", v5) == "§2.1.4");
}

TEST_CASE("[MQTT-3.1.2-19] 3.1.1 [MQTT-3.1.2-21] with its flag there is a password, in 5.0 also without a user name") {
    check_refused("CONNECT: no password");
    check_refused("CONNECT: no password, 3.1.1");
    CHECK(accepts("10 {['MQTT'] 05 42 003c {} ['c'] ['p']}", v5));
}

TEST_CASE("3.1.1 [MQTT-3.1.2-22] no password without a user name") {
    check_refused("CONNECT: password without user name, 3.1.1");
    check_refused("CONNECT: password without user name, 3.1");
}

TEST_CASE("3.1 lets a flagged user name and password be missing at the end") {
    const Wire neither("10 {['MQIsdp'] 03 c2 003c ['c']}", v31);
    CHECK(!neither.as<Connect>().user_name.has_value());
    CHECK(!neither.as<Connect>().password.has_value());
    const Wire name_alone("10 {['MQIsdp'] 03 c2 003c ['c'] ['u']}", v31);
    CHECK(name_alone.as<Connect>().user_name == "u");
    CHECK(!name_alone.as<Connect>().password.has_value());
}

TEST_CASE("[MQTT-3.1.3-1] 3.1.1 [MQTT-3.1.3-1] client id, will, user name and password stand in this order") {
    const Wire wire("10 {['MQTT'] 05 c6 003c {} ['1'] {} ['2'] ['3'] ['4'] ['5']}", v5);
    const auto& connect = wire.as<Connect>();
    CHECK(connect.client_id == "1");
    CHECK(connect.will->topic == "2");
    CHECK(text_of(connect.will->payload) == "3");
    CHECK(connect.user_name == "4");
    CHECK(text_of(*connect.password) == "5");
}

TEST_CASE("[MQTT-3.1.3-3] 3.1.1 [MQTT-3.1.3-3] the client id is there") {
    check_refused("CONNECT: no client id");
    check_refused("CONNECT: no client id, 3.1.1");
    check_refused("CONNECT: client id beyond the end");
    CHECK(accepts("10 {['MQTT'] 05 00 003c {} []}", v5));
}

TEST_CASE("[MQTT-3.1.3-4] [MQTT-1.5.4-1] [MQTT-1.5.4-2] the client id is well-formed UTF-8 without U+0000") {
    check_refused("CONNECT: client id not UTF-8");
    check_refused("CONNECT: client id with a surrogate");
    check_refused("CONNECT: client id with U+0000");
}

TEST_CASE("3.1.1 [MQTT-3.1.3-4] 3.1.1 [MQTT-1.5.3-1] 3.1.1 [MQTT-1.5.3-2] the client id is a string") {
    check_refused("CONNECT: client id not UTF-8, 3.1.1");
    check_refused("CONNECT: client id with U+0000, 3.1.1");
}

TEST_CASE("[MQTT-1.5.4-3] 3.1.1 [MQTT-1.5.3-3] U+FEFF stays part of the string") {
    CHECK(Wire("10 {['MQTT'] 05 02 003c {} [efbbbf 'c']}", v5).as<Connect>().client_id ==
          "\xef\xbb\xbf"
          "c");
    CHECK(Wire("10 {['MQTT'] 04 02 003c [efbbbf 'c']}", v311).as<Connect>().client_id ==
          "\xef\xbb\xbf"
          "c");
}

TEST_CASE("3.1.1 [MQTT-3.1.3-7] 3.1.1 [MQTT-3.1.3-8] an empty client id is only for a clean session") {
    check_refused("CONNECT: empty client id for a lasting session, 3.1.1");
    CHECK(accepts("10 {['MQTT'] 04 02 003c []}", v311));
    check_refused("CONNECT: empty client id, 3.1");
}

TEST_CASE("[MQTT-3.1.3-11] 3.1.1 [MQTT-3.1.3-10] the will's topic is UTF-8") {
    check_refused("CONNECT: will topic not UTF-8");
    check_refused("CONNECT: will topic not UTF-8, 3.1.1");
}

TEST_CASE("[MQTT-4.7.0-1] [MQTT-4.7.3-1] 3.1.1 [MQTT-4.7.1-1] 3.1.1 [MQTT-4.7.3-1] the will's topic is a topic name") {
    check_refused("CONNECT: empty will topic");
    check_refused("CONNECT: empty will topic, 3.1.1");
    check_refused("CONNECT: wildcard in the will topic");
    check_refused("CONNECT: wildcard in the will topic, 3.1.1");
}

TEST_CASE("[MQTT-3.1.3-12] 3.1.1 [MQTT-3.1.3-11] the user name is UTF-8, the password is any octets") {
    check_refused("CONNECT: user name not UTF-8");
    check_refused("CONNECT: user name not UTF-8, 3.1.1");
    CHECK(accepts("10 {['MQTT'] 05 c2 003c {} ['c'] ['u'] [ff00]}", v5));
}

TEST_CASE("[MQTT-3.1.4-1] 3.1.1 [MQTT-3.1.4-1] a CONNECT cut short anywhere is refused") {
    const auto whole = test::octets_of("['MQTT'] 05 c6 003c {21 0005} ['c'] {} ['w'] ['gone'] ['u'] ['p']");
    for (std::size_t length = 0; length < whole.size(); ++length) {
        std::vector<std::byte> octets = {std::byte{0x10}, static_cast<std::byte>(length)};
        octets.insert(octets.end(), whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
        CHECK(!Wire(octets, v5).accepted());
    }
}
