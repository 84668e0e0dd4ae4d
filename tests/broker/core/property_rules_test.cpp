// The table of 5.0 §2.2.2.2, written down once more and held against the broker: which property may stand in which
// packet, how often, and with which values.

#include <array>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "tests/broker/core/broker_driver.hpp"
#include "tests/support/packet_notation.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;
using mqtt::ProtocolVersion;
using mqtt::ReasonCode;

namespace {

/// The packets that a client sends with properties; and the will, which has a list of its own.
struct Place {
    std::string_view name;
    std::string_view before;  // of the list, in the notation of octets_of()
    std::string_view after;
};
constexpr std::array places = {
    Place{"CONNECT", "10 {['MQTT'] 05 02 003c {", "} ['c']}"},
    Place{"will", "10 {['MQTT'] 05 06 003c {} ['c'] {", "} ['w'] ['gone']}"},
    Place{"PUBLISH", "30 {['a'] {", "} 'payload'}"},
    Place{"PUBACK", "40 {0001 00 {", "}}"},
    Place{"PUBREC", "50 {0001 00 {", "}}"},
    Place{"PUBREL", "62 {0001 00 {", "}}"},
    Place{"PUBCOMP", "70 {0001 00 {", "}}"},
    Place{"SUBSCRIBE", "82 {0001 {", "} ['a'] 00}"},
    Place{"UNSUBSCRIBE", "a2 {0001 {", "} ['a']}"},
    Place{"DISCONNECT", "e0 {00 {", "}}"},
};

struct Row {
    std::string_view name;
    std::string_view property;  // with a value that is valid everywhere
    std::string_view allowed;   // in which of the places
};
constexpr std::array rows = {
    Row{"Payload Format Indicator", "01 01", "PUBLISH will"},
    Row{"Message Expiry Interval", "02 00000001", "PUBLISH will"},
    Row{"Content Type", "03 ['t']", "PUBLISH will"},
    Row{"Response Topic", "08 ['r']", "PUBLISH will"},
    Row{"Correlation Data", "09 ['d']", "PUBLISH will"},
    Row{"Subscription Identifier", "0b 01", "SUBSCRIBE"},  // in PUBLISH only from a server [MQTT-3.3.4-6]
    Row{"Session Expiry Interval", "11 00000000", "CONNECT DISCONNECT"},
    Row{"Assigned Client Identifier", "12 ['c']", ""},
    Row{"Server Keep Alive", "13 0001", ""},
    Row{"Request Problem Information", "17 01", "CONNECT"},
    Row{"Will Delay Interval", "18 00000001", "will"},
    Row{"Request Response Information", "19 01", "CONNECT"},
    Row{"Response Information", "1a ['r']", ""},
    Row{"Reason String", "1f ['why']", "PUBACK PUBREC PUBREL PUBCOMP DISCONNECT"},
    Row{"Receive Maximum", "21 0001", "CONNECT"},
    Row{"Topic Alias Maximum", "22 0001", "CONNECT"},
    Row{"Topic Alias", "23 0001", "PUBLISH"},
    Row{"Maximum QoS", "24 01", ""},
    Row{"Retain Available", "25 01", ""},
    Row{"User Property", "26 ['n'] ['v']",
        "CONNECT will PUBLISH PUBACK PUBREC PUBREL PUBCOMP SUBSCRIBE UNSUBSCRIBE DISCONNECT"},
    Row{"Maximum Packet Size", "27 00001000", "CONNECT"},
    Row{"Wildcard Subscription Available", "28 01", ""},
    Row{"Subscription Identifiers Available", "29 01", ""},
    Row{"Shared Subscription Available", "2a 01", ""},
};

bool is_allowed(const Row& row, const Place& place) {
    const std::string all = " " + std::string(row.allowed) + " ";
    return all.find(" " + std::string(place.name) + " ") != std::string::npos;
}

/// What becomes of a packet with these properties: success (it was taken, or is a goodbye), or the reason that the
/// client hears.
ReasonCode outcome(const Place& place, std::string_view properties) {
    Driver driver;
    const bool is_connect = place.before.starts_with("10");
    const ConnectionId id = is_connect ? driver.open() : driver.connect("c");
    driver.take(id);
    driver.send_bytes(
        id, trunkline::test::octets_of(std::string(place.before) + std::string(properties) + std::string(place.after)));
    if (!driver.closed(id) || driver.closed(id) == CloseCause::client_disconnect) return ReasonCode::success;
    const std::vector<Got> got = driver.take(id);
    REQUIRE(got.size() == 1);
    return got[0].reason;
}

}  // namespace

TEST_CASE("§2.2.2.2 a property is taken where it belongs; twice, or elsewhere, it ends the connection") {
    for (const Place& place : places) {
        for (const Row& row : rows) {
            CAPTURE(std::string(place.name));
            CAPTURE(std::string(row.name));
            const std::string once(row.property);
            const std::string twice = once + " " + once;
            const bool is_pair = row.name == "User Property";  // the only one that a client may repeat
            if (is_allowed(row, place)) {
                CHECK(outcome(place, once) == ReasonCode::success);
                CHECK(outcome(place, twice) == (is_pair ? ReasonCode::success : ReasonCode::protocol_error));
                CHECK(outcome(place, once + " 26 ['n'] ['v'] " + once) ==
                      (is_pair ? ReasonCode::success : ReasonCode::protocol_error));
            } else {
                const bool is_servers = row.name == "Subscription Identifier" && place.name == "PUBLISH";
                const ReasonCode expected = is_servers ? ReasonCode::protocol_error : ReasonCode::malformed_packet;
                CHECK(outcome(place, once) == expected);
            }
        }
    }
}

TEST_CASE("§2.2.2.2 identifiers that are none end the connection, in every packet") {
    constexpr std::array unknown = {"00 00",   "04 00", "0a 00",       "14 0001",     "1b 00",
                                    "1e 0001", "2b 00", "7f 00000001", "8001 000001", "ffffff7f 00"};
    for (const Place& place : places) {
        for (const char* property : unknown) {
            CAPTURE(std::string(place.name));
            CAPTURE(property);
            CHECK(outcome(place, property) == ReasonCode::malformed_packet);
        }
    }
}

TEST_CASE("§2.2.2.2 values beyond their range end the connection, and the values at its ends do not") {
    struct Value {
        std::string_view place;
        std::string_view property;
        ReasonCode expected;
    };
    using enum mqtt::ReasonCode;
    constexpr std::array values = {
        Value{"CONNECT", "21 0000", protocol_error},
        Value{"CONNECT", "21 ffff", success},
        Value{"CONNECT", "27 00000000", protocol_error},
        Value{"CONNECT", "27 0000003b", packet_too_large},  // it could not even take a CONNACK
        Value{"CONNECT", "27 0000003c", success},
        Value{"CONNECT", "27 ffffffff", success},
        Value{"CONNECT", "22 0000", success},
        Value{"CONNECT", "22 ffff", success},
        Value{"CONNECT", "11 ffffffff", success},
        Value{"CONNECT", "17 00", success},
        Value{"CONNECT", "17 02", protocol_error},
        Value{"CONNECT", "19 00", success},
        Value{"CONNECT", "19 ff", protocol_error},
        Value{"will", "18 ffffffff", success},
        Value{"will", "01 00", success},
        Value{"will", "01 02", protocol_error},
        Value{"will", "02 00000000", success},
        Value{"will", "08 []", protocol_error},
        Value{"will", "08 ['r/+']", protocol_error},
        Value{"PUBLISH", "01 02", protocol_error},
        Value{"PUBLISH", "02 00000000", success},
        Value{"PUBLISH", "02 ffffffff", success},
        Value{"PUBLISH", "08 ['#']", protocol_error},
        Value{"PUBLISH", "09 []", success},
        Value{"PUBLISH", "03 []", success},
        Value{"PUBLISH", "26 [] []", success},
        Value{"PUBLISH", "23 0000", topic_alias_invalid},
        Value{"PUBLISH", "23 000a", success},
        Value{"PUBLISH", "23 000b", topic_alias_invalid},
        Value{"SUBSCRIBE", "0b 00", protocol_error},
        Value{"SUBSCRIBE", "0b ffffff7f", success},
        Value{"SUBSCRIBE", "0b 8000", malformed_packet},
        Value{"SUBSCRIBE", "0b ffffffff01", malformed_packet},
        Value{"DISCONNECT", "11 00000001", protocol_error},  // of a session that ends with its connection
    };
    for (const Value& value : values) {
        for (const Place& place : places) {
            if (place.name != value.place) continue;
            CAPTURE(std::string(place.name));
            CAPTURE(std::string(value.property));
            CHECK(outcome(place, value.property) == value.expected);
        }
    }
}

TEST_CASE("§2.2.2.1 a Property Length that does not fit its packet ends the connection") {
    constexpr std::array faults = {
        "30 {['a'] 05 01 01}",               // longer than the packet
        "30 {['a'] 01 01}",                  // ends within a property
        "30 {['a'] ffffffff01}",             // of five octets
        "82 {0001 03 0b 01 ['a'] 00}",       // swallows what follows
        "82 {0001 0b 01 ['a'] 00}",          // there is none
        "c0 {00}",                           // in a packet without properties
        "e0 {00 06 11 00000000}",            // longer than the packet
        "a2 {0001 02 26 ['n'] ['v'] ['a']}"  // ends within a pair
    };
    for (const char* fault : faults) {
        CAPTURE(fault);
        Driver driver;
        const ConnectionId id = driver.connect("c");
        driver.take(id);
        driver.send_bytes(id, trunkline::test::octets_of(fault));
        CHECK(driver.closed(id) == CloseCause::protocol_error);
        CHECK(driver.take(id).at(0).reason == ReasonCode::malformed_packet);
    }
}

TEST_CASE("§3.1.2.11.10 Authentication Data without a method is a protocol error") {
    CHECK(outcome(places[0], "16 ['data']") == ReasonCode::protocol_error);
}
