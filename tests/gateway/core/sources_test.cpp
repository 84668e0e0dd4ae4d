#include "gateway/core/sources.hpp"

#include <doctest/doctest.h>

namespace trunkline::gateway {

using namespace std::chrono_literals;

namespace {

Address host(std::uint8_t number, std::uint16_t port = 1) { return Address::v4(10, 0, 0, number, port); }

}  // namespace

TEST_CASE("sources: a rate is of an address, whatever the port, and no other address pays for it") {
    Sources sources({.messages_per_second = 2});
    const Instant now{1h};
    CHECK(sources.may_send(host(1, 1), now));
    CHECK(sources.may_send(host(1, 2), now));
    CHECK_FALSE(sources.may_send(host(1, 3), now));
    CHECK(sources.may_send(host(2), now));
    CHECK(sources.may_send(host(1, 3), now + 500ms));
    CHECK_FALSE(sources.may_send(host(1, 3), now + 500ms));
}

TEST_CASE("sources: of IPv6 the first 64 bits are one source") {
    Address one{{0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 9}, 1};
    Address same = one;
    same.ip[15] = 77;
    Address other = one;
    other.ip[7] = 2;
    CHECK(Sources::is_same(one, same));
    CHECK_FALSE(Sources::is_same(one, other));
    CHECK_FALSE(Sources::is_same(host(1), host(2)));
}

TEST_CASE("sources: without limits nothing is counted and nothing is kept") {
    Sources sources({});
    const Instant now{1h};
    for (int count = 0; count < 100; ++count) CHECK(sources.may_send(host(1), now));
    sources.sensor_came(host(1));
    CHECK(sources.has_room_for_sensor(host(1)));
    sources.began_connecting(host(1));
    CHECK(sources.size() == 1);
    sources.ended_connecting(host(1));
    CHECK(sources.size() == 0);
}

TEST_CASE("sources: so many sensors of an address, and room again when one has gone") {
    Sources sources({.sensors = 2});
    CHECK(sources.has_room_for_sensor(host(1)));
    sources.sensor_came(host(1, 1));
    CHECK(sources.has_room_for_sensor(host(1)));
    sources.sensor_came(host(1, 2));
    CHECK_FALSE(sources.has_room_for_sensor(host(1, 3)));
    CHECK(sources.has_room_for_sensor(host(2)));
    sources.sensor_went(host(1, 1));
    CHECK(sources.has_room_for_sensor(host(1, 3)));
    sources.sensor_went(host(1, 2));
    CHECK(sources.size() == 0);
}

TEST_CASE("sources: half of the connecting are for whoever comes, the others in equal shares") {
    Sources sources({.connecting = 20});
    for (int count = 0; count < 10; ++count) {
        CHECK(sources.may_begin_connecting(host(1)));
        sources.began_connecting(host(1));
    }
    CHECK_FALSE(sources.may_begin_connecting(host(1)));  // ten are its share when it is alone
    for (int count = 0; count < 5; ++count) {            // of two sources, five each
        CHECK(sources.may_begin_connecting(host(2)));
        sources.began_connecting(host(2));
    }
    CHECK_FALSE(sources.may_begin_connecting(host(2)));
    for (std::uint8_t late = 3; late < 8; ++late) {  // whoever has none gets one, until all are taken
        CHECK(sources.may_begin_connecting(host(late)));
        sources.began_connecting(host(late));
    }
    CHECK_FALSE(sources.may_begin_connecting(host(9)));
    sources.ended_connecting(host(1));
    CHECK(sources.may_begin_connecting(host(9)));
    CHECK_FALSE(sources.may_begin_connecting(host(1)));
}

TEST_CASE("sources: a flood of forged addresses takes bounded memory and leaves the known ones their rate") {
    Sources sources({.messages_per_second = 10, .sensors = 5});
    const Instant now{1h};
    sources.sensor_came(host(1));
    std::size_t passed = 0;
    for (std::uint32_t forged = 0; forged < 20'000; ++forged) {
        const auto octet = [&](unsigned shift) { return static_cast<std::uint8_t>(forged >> shift); };
        if (sources.may_send(Address::v4(172, octet(16), octet(8), octet(0), 1), now)) ++passed;
    }
    CHECK(sources.size() <= 4'097);
    CHECK(passed <= 4'200);
    for (int count = 0; count < 10; ++count) CHECK(sources.may_send(host(1), now));
    CHECK(sources.may_send(host(99), now + 2s));  // the quiet ones are forgotten
    CHECK(sources.size() <= 3);
}

}  // namespace trunkline::gateway
