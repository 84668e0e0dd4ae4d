#include "runtime/transport/resolve.hpp"

#include <doctest/doctest.h>

using namespace trunkline;
using runtime::numeric_network;

TEST_CASE("networks are written as an address and a prefix, as an address alone, or as any") {
    CHECK(numeric_network("10.0.0.0/8") == Network{Address::v4(10, 0, 0, 0, 0), 104});
    CHECK(numeric_network("10.0.0.9") == Network{Address::v4(10, 0, 0, 9, 0), 128});
    CHECK(numeric_network("0.0.0.0/0") == Network{Address::v4(0, 0, 0, 0, 0), 96});
    CHECK(numeric_network("10.0.0.9/32") == numeric_network("10.0.0.9"));
    Address local;
    local.ip[0] = 0xfd;
    CHECK(numeric_network("fd00::/8") == Network{local, 8});
    CHECK(numeric_network("fd00::/128") == numeric_network("fd00::"));
    CHECK(numeric_network("any") == Network{{}, 0});
}

TEST_CASE("what is no network is not taken for one") {
    for (const char* text : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "fd00::/129", "10.0.0.0/8x", "10.0.0.0/-1",
                             "10.0.0.0/8/8", "localhost", "10.0.0.0:1884", "anyone"}) {
        CAPTURE(text);
        CHECK(!numeric_network(text));
    }
}
