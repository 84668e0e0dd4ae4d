#include "simulator/links/octets_pool.hpp"

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::sim;

TEST_CASE("octets stay as they were put until they are released, and blocks are used again") {
    OctetsPool pool;
    const std::uint32_t first = pool.put(as_byte_view("first"));
    const std::uint32_t second = pool.put(as_byte_view("second"));
    CHECK(as_text(pool.at(first)) == "first");
    pool.release(first);
    const std::uint32_t third = pool.put(as_byte_view("3rd"));
    CHECK(third == first);
    CHECK(as_text(pool.at(third)) == "3rd");
    CHECK(as_text(pool.at(second)) == "second");
    CHECK(pool.at(pool.put({})).empty());
}
