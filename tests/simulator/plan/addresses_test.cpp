#include "simulator/plan/addresses.hpp"

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::sim;

TEST_CASE("an address leads to its sensor, and a stranger's to nobody") {
    for (const std::size_t sensor : {0UL, 1UL, 255UL, 256UL, 65'536UL, 99'999UL}) {
        CHECK(sensor_at(sensor_address(sensor)) == sensor);
        CHECK(sensor_at(sensor_address(sensor, {3, 1})) == sensor);
    }
    CHECK(!sensor_at(Address::v4(172, 16, 0, 1, 10000)));
    CHECK(!sensor_at(Address::v4(10, 0, 0, 1, 9999)));
    CHECK(!sensor_at(Address::v4(9, 0, 0, 1, 10000)));
}

TEST_CASE("each change is another port, and some are another host") {
    CHECK(sensor_address(7) == Address::v4(10, 0, 0, 7, 10000));
    CHECK(sensor_address(7, {1, 0}) == Address::v4(10, 0, 0, 7, 10001));
    CHECK(sensor_address(7, {2, 1}) == Address::v4(11, 0, 0, 7, 10002));
}
