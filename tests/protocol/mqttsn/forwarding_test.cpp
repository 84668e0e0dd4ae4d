#include "protocol/mqttsn/forwarding.hpp"

#include <doctest/doctest.h>

#include "tests/protocol/mqttsn/wire.hpp"

using namespace trunkline;
using namespace trunkline::mqttsn;
using test::from_hex;

TEST_CASE("MQTT-SN 1.2 §5.5-1: an encapsulation holds radius, Wireless Node Id and a whole message") {
    const Octets wire = from_hex("04 fe 00 01 07 04 04 01 00 3c 47");
    REQUIRE(is_encapsulated(wire));
    const auto forwarded = unwrap(wire);
    REQUIRE(forwarded);
    CHECK(forwarded->radius == 0);
    CHECK(Octets(forwarded->wireless_node_id.begin(), forwarded->wireless_node_id.end()) == from_hex("01"));
    const auto inner = decode(forwarded->message);
    REQUIRE(inner);
    CHECK(std::get<Connect>(*inner).client_id == "G");
    CHECK(wrap(*forwarded) == wire);
}

TEST_CASE("MQTT-SN 1.2 §5.5-2, §5.3.9-1: reserved bits of Ctrl are ignored, the radius is two bits") {
    const Octets wire = from_hex("04 fe ff 01 02 16");
    const auto forwarded = unwrap(wire);
    REQUIRE(forwarded);
    CHECK(forwarded->radius == 3);
}

TEST_CASE("MQTT-SN 1.2 §5.5-3: the Wireless Node Id has 1 to 252 octets") {
    const auto refused = unwrap(from_hex("03 fe 00 02 16"));
    REQUIRE(!refused);
    CHECK(refused.error().clause == "§5.5");

    const Octets longest(max_wireless_node_id, std::byte{0x2a});
    const Octets ping = from_hex("02 16");
    const Octets wire = wrap({.radius = 2, .wireless_node_id = longest, .message = ping});
    CHECK(wire[0] == std::byte{0xff});
    const auto forwarded = unwrap(wire);
    REQUIRE(forwarded);
    CHECK(forwarded->wireless_node_id.size() == max_wireless_node_id);
    CHECK(Octets(forwarded->message.begin(), forwarded->message.end()) == ping);
}

TEST_CASE("MQTT-SN 1.2 §5.5: an encapsulation without a message is refused") {
    for (const char* wire : {"04 fe 00 01", "05 fe 00 01", "02 fe", "ff fe 00 01 02 16"}) {
        CAPTURE(wire);
        CHECK(!unwrap(from_hex(wire)));
    }
}

TEST_CASE("MQTT-SN 1.2 §5.5-7: an encapsulation within an encapsulation is refused by the inner decoding") {
    const Octets wire = from_hex("04 fe 00 01 04 fe 00 02 02 16");
    const auto forwarded = unwrap(wire);
    REQUIRE(forwarded);
    CHECK(!decode(forwarded->message));  // the inner length is not its datagram's

    const Octets well_measured = from_hex("04 fe 00 01 04 fe 00 02");
    const auto again = unwrap(well_measured);
    REQUIRE(again);
    const auto inner = decode(again->message);
    REQUIRE(!inner);
    CHECK(inner.error().clause == "§5.5");
}

TEST_CASE("MQTT-SN 1.2 §5.5: plain messages are no encapsulation, whatever their octets look like") {
    CHECK(!is_encapsulated(from_hex("")));
    CHECK(!is_encapsulated(from_hex("fe")));
    CHECK(!is_encapsulated(from_hex("02 16")));
    CHECK(!is_encapsulated(from_hex("01 fe 10 0c")));  // a PUBLISH of 0xFE10 octets begins so
}
