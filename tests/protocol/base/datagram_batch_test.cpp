#include "protocol/base/datagram_batch.hpp"

#include <doctest/doctest.h>

namespace trunkline {

namespace {

const Address sensor_a = Address::v4(10, 0, 0, 1, 1884);
const Address sensor_b = Address::v4(10, 0, 0, 2, 1884);

}  // namespace

TEST_CASE("a batch keeps datagrams apart and in order, whichever way they came in") {
    DatagramBatch out;
    DatagramBatch more;
    out.append(sensor_a, as_byte_view("one"));
    more.extend(sensor_b, 1)[0] = std::byte{'2'};
    more.append(sensor_a, as_byte_view(""));
    out.take(more);
    CHECK(more.empty());
    REQUIRE(out.size() == 3);
    CHECK(as_text(out.datagram(0)) == "one");
    CHECK(as_text(out.datagram(1)) == "2");
    CHECK(out.to(1) == sensor_b);
    CHECK(out.datagram(2).empty());
}

TEST_CASE("an empty batch takes another one as it is") {
    DatagramBatch out;
    DatagramBatch more;
    more.append(sensor_a, as_byte_view("one"));
    out.take(more);
    CHECK(more.empty());
    REQUIRE(out.size() == 1);
    CHECK(as_text(out.datagram(0)) == "one");
}

}  // namespace trunkline
