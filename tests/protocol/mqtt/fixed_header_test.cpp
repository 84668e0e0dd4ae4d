#include <doctest/doctest.h>

#include "tests/protocol/mqtt/wire.hpp"

using namespace trunkline::mqtt;

TEST_CASE("§2.1.2: type 0 is no packet, and 15 only in 5.0") {
    check_refused("fixed header: type 0");
    check_refused("fixed header: type 0, 3.1.1");
    check_refused("fixed header: type 15, 3.1.1");
    check_refused("fixed header: type 15, 3.1");
    CHECK(accepts("f0 {}", v5));
}

TEST_CASE("[MQTT-2.1.3-1] reserved flags have the values of the table") {
    for (const auto* name : {"CONNECT: flags", "CONNACK: flags", "PUBACK: flags", "PUBREC: flags", "PUBCOMP: flags",
                             "SUBACK: flags", "UNSUBACK: flags", "PINGREQ: flags", "PINGRESP: flags"}) {
        check_refused(name);
    }
}

TEST_CASE("3.1.1 [MQTT-2.2.2-1] 3.1.1 [MQTT-2.2.2-2] reserved flags are those of the table") {
    for (const auto* name : {"CONNECT: flags, 3.1.1", "CONNACK: flags, 3.1.1", "PUBACK: flags, 3.1.1",
                             "PUBREC: flags, 3.1.1", "PUBCOMP: flags, 3.1.1", "SUBACK: flags, 3.1.1",
                             "UNSUBACK: flags, 3.1.1", "PINGREQ: flags, 3.1.1", "PINGRESP: flags, 3.1.1"}) {
        check_refused(name);
    }
}

TEST_CASE("[MQTT-3.6.1-1] 3.1.1 [MQTT-3.6.1-1] the flags of PUBREL are 0010") {
    check_refused("PUBREL: flags");
    check_refused("PUBREL: flags, 3.1.1");
    CHECK(accepts("62 {0001}", v5));
    CHECK(accepts("62 {0001}", v311));
}

TEST_CASE("[MQTT-3.8.1-1] 3.1.1 [MQTT-3.8.1-1] the flags of SUBSCRIBE are 0010") {
    check_refused("SUBSCRIBE: flags");
    check_refused("SUBSCRIBE: flags, 3.1.1");
}

TEST_CASE("[MQTT-3.10.1-1] 3.1.1 [MQTT-3.10.1-1] the flags of UNSUBSCRIBE are 0010") {
    check_refused("UNSUBSCRIBE: flags");
    check_refused("UNSUBSCRIBE: flags, 3.1.1");
}

TEST_CASE("[MQTT-3.14.1-1] 3.1.1 [MQTT-3.14.1-1] the flags of DISCONNECT are 0000") {
    check_refused("DISCONNECT: flags");
    check_refused("DISCONNECT: flags, 3.1.1");
}

TEST_CASE("[MQTT-3.15.1-1] the flags of AUTH are 0000") { check_refused("AUTH: flags"); }

TEST_CASE("every value of the flags: one is right, all others are refused") {
    struct Case {
        unsigned type;
        unsigned right;
        const char* rest;
    };
    for (const Case& test : {Case{4, 0, "{0001}"}, Case{5, 0, "{0001}"}, Case{6, 2, "{0001}"}, Case{7, 0, "{0001}"},
                             Case{8, 2, "{0001 ['a'] 00}"}, Case{9, 0, "{0001 00}"}, Case{10, 2, "{0001 ['a']}"},
                             Case{11, 0, "{0001}"}, Case{12, 0, "{}"}, Case{13, 0, "{}"}, Case{14, 0, "{}"}}) {
        for (unsigned flags = 0; flags < 16; ++flags) {
            CAPTURE(test.type);
            CAPTURE(flags);
            auto octets = trunkline::test::octets_of(std::string("00 ") + test.rest);
            octets[0] = static_cast<std::byte>(test.type << 4U | flags);
            CHECK(Wire(octets, v311).accepted() == (flags == test.right));
        }
    }
}

TEST_CASE("3.1 tells repetitions by DUP where the later versions have fixed flags, and uses no other bit") {
    CHECK(accepts("6a {0001}", v31));
    CHECK(accepts("8a {0001 ['a'] 00}", v31));
    CHECK(accepts("aa {0001 ['a']}", v31));
    CHECK(accepts("c5 {}", v31));
    CHECK(accepts("1f {['MQIsdp'] 03 02 003c ['c']}", v31));
    check_refused("PUBREL: QoS 0, 3.1");
    check_refused("SUBSCRIBE: QoS 2, 3.1");
}
