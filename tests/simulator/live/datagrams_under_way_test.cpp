#include "simulator/live/datagrams_under_way.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

TEST_CASE("datagrams come out when they are due, in the order of time, then of being put in") {
    DatagramsUnderWay under_way;
    CHECK(!under_way.earliest());
    under_way.put(Instant{} + 5ms, 1, LinkWay::up, as_byte_view("late"));
    under_way.put(Instant{} + 3ms, 2, LinkWay::down, as_byte_view("first"));
    under_way.put(Instant{} + 3ms, 3, LinkWay::up, as_byte_view("second"));
    CHECK(under_way.earliest() == Instant{} + 3ms);
    CHECK(!under_way.take_due(Instant{} + 3ms - 1ns));

    const auto first = under_way.take_due(Instant{} + 3ms);
    REQUIRE(first);
    CHECK(first->sensor == 2);
    CHECK(first->way == LinkWay::down);
    CHECK(as_text(under_way.octets(*first)) == "first");
    under_way.release(*first);
    CHECK(under_way.take_due(Instant{} + 3ms)->sensor == 3);
    CHECK(!under_way.take_due(Instant{} + 3ms));
    CHECK(under_way.take_due(Instant{} + 1s)->sensor == 1);
    CHECK(!under_way.earliest());
}

TEST_CASE("a datagram that the link damages comes out with one bit flipped") {
    DatagramsUnderWay under_way;
    under_way.put(Instant{} + 1ms, 1, LinkWay::up, as_byte_view("aa"), 0.0);
    const auto due = under_way.take_due(Instant{} + 1ms);
    REQUIRE(due);
    CHECK(as_text(under_way.octets(*due)) == "`a");
}
