#include "protocol/base/network.hpp"

#include <doctest/doctest.h>

using namespace trunkline;

TEST_CASE("a network contains the addresses that agree with it in its prefix, on both sides of each border") {
    const Network network{Address::v4(10, 20, 64, 0, 0), Network::mapped_bits + 18};
    CHECK(network.contains(Address::v4(10, 20, 64, 0, 1)));
    CHECK(network.contains(Address::v4(10, 20, 127, 255, 65535)));
    CHECK(!network.contains(Address::v4(10, 20, 63, 255, 1)));
    CHECK(!network.contains(Address::v4(10, 20, 128, 0, 1)));
    CHECK(!network.contains(Address::v4(10, 21, 64, 0, 1)));
}

TEST_CASE("a network of one address, one of all, and one of all of IPv4") {
    const Network one{Address::v4(10, 0, 0, 1, 0)};
    CHECK(one.contains(Address::v4(10, 0, 0, 1, 5)));
    CHECK(!one.contains(Address::v4(10, 0, 0, 0, 5)));
    const Network all{{}, 0};
    CHECK(all.contains(Address::v4(10, 0, 0, 1, 5)));
    CHECK(all.contains(Address{}));
    const Network v4{Address::v4(0, 0, 0, 0, 0), Network::mapped_bits};
    CHECK(v4.contains(Address::v4(255, 255, 255, 255, 0)));
    CHECK(!v4.contains(Address{}));
}

TEST_CASE("networks in a list count together, none contain nothing") {
    const Address address = Address::v4(192, 168, 0, 1, 7);
    CHECK(is_within({{Address::v4(10, 0, 0, 0, 0), 104}, {Address::v4(192, 168, 0, 0, 0), 112}}, address));
    CHECK(!is_within({{Address::v4(10, 0, 0, 0, 0), 104}}, address));
    CHECK(!is_within({}, address));
}
