#include "protocol/mqtt/control_characters.hpp"

#include <doctest/doctest.h>

#include <string_view>

#include "tests/protocol/mqtt/wire.hpp"

using namespace trunkline::mqtt;

namespace {

struct Written {
    const char* notation;
    ProtocolVersion version;
};

}  // namespace

TEST_CASE("§1.5.4 control characters and non-characters, on both sides of each border") {
    for (const char* text :
         {"", "a b", "~", "\u00a0", "\ufdcf", "\ufdf0", "\ufffd", "\ufeff", "\U0001fffd", "\U0010fffd"}) {
        CAPTURE(text);
        CHECK_FALSE(has_control_characters(std::string_view(text)));
    }
    for (const char* text : {"\x01", "a\x1f", "\x7f", "\xc2\x80", "\xc2\x9f z", "\ufdd0", "\ufdef", "\ufffe", "\uffff",
                             "\U0001fffe", "\U0010ffff"}) {
        CAPTURE(text);
        CHECK(has_control_characters(std::string_view(text)));
    }
}

TEST_CASE("§1.5.4 wherever a packet has a string") {
    for (const Written& packet :
         {Written{"10 {['MQTT'] 04 02 003c ['c' 0a]}", v311}, Written{"10 {['MQTT'] 04 82 003c ['c'] [7f]}", v311},
          Written{"10 {['MQTT'] 04 06 003c ['c'] ['w' 01] []}", v311},
          Written{"10 {['MQTT'] 05 02 003c {26 ['n'] [09]} ['c']}", v5},
          Written{"10 {['MQTT'] 05 06 003c {} ['c'] {03 [0d]} ['w'] []}", v5}, Written{"30 {['a' 01]}", v311},
          Written{"30 {['a'] {08 [01]}}", v5}, Written{"82 {0001 ['a'] 00 [01] 00}", v311},
          Written{"a2 {0001 ['a'] [01]}", v311}, Written{"40 {0001 97 {1f [01]}}", v5},
          Written{"e0 {00 {26 [01] ['v']}}", v5}, Written{"f0 {18 {15 [01]}}", v5}}) {
        CAPTURE(packet.notation);
        const Wire wire(packet.notation, packet.version);
        REQUIRE(wire.accepted());
        CHECK(has_control_characters(wire.packet()));
    }
}

TEST_CASE("§1.5.6 passwords, payloads and binary data are no strings") {
    for (const Written& packet :
         {Written{"10 {['MQTT'] 04 c2 003c ['c'] ['u'] [01]}", v311},
          Written{"10 {['MQTT'] 04 06 003c ['c'] ['w'] [01]}", v311}, Written{"30 {['a'] 01}", v311},
          Written{"30 {['a'] {09 [01]} 0a}", v5}, Written{"f0 {18 {15 ['m'] 16 [01]}}", v5}}) {
        CAPTURE(packet.notation);
        const Wire wire(packet.notation, packet.version);
        REQUIRE(wire.accepted());
        CHECK_FALSE(has_control_characters(wire.packet()));
    }
}
