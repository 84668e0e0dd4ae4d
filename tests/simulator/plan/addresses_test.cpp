#include "simulator/plan/addresses.hpp"

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::sim;

TEST_CASE("an address leads to its sensor, and a stranger's to nobody") {
    for (const std::size_t sensor : {0UL, 1UL, 255UL, 256UL, 65'536UL, 99'999UL}) {
        CHECK(sensor_at(sensor_address(sensor)) == sensor);
    }
    CHECK(!sensor_at(Address::v4(172, 16, 0, 1, 10000)));
    CHECK(!sensor_at(Address::v4(10, 0, 0, 1, 10001)));
}
