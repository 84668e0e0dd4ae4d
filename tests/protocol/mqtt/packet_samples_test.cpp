#include "tests/support/packet_samples.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "tests/protocol/mqtt/wire.hpp"

using namespace trunkline;
using namespace trunkline::mqtt;

TEST_CASE("every malformed packet of the table is refused with its reason and its clause") {
    for (const test::PacketSample& sample : test::malformed_packets()) check_refused(sample.name);
}

TEST_CASE("the names in the table are different") {
    std::set<std::string> names;
    for (const test::PacketSample& sample : test::malformed_packets())
        CHECK(names.insert(std::string(sample.name)).second);
}

TEST_CASE("every well-formed packet of the table is accepted, and written as it was") {
    for (const test::ValidSample& sample : test::valid_packets()) {
        CAPTURE(std::string(sample.notation));
        const Wire wire(sample.octets(), sample.version);
        if (!wire.accepted()) FAIL(std::string(wire.error().clause));
        CHECK(encoded(wire.packet(), sample.version) == sample.octets());
    }
}

TEST_CASE("a Remaining Length that is one less makes a packet refused, or another one") {
    for (const test::ValidSample& sample : test::valid_packets()) {
        auto octets = sample.octets();
        if (octets.size() < 3 || std::to_integer<unsigned>(octets[1]) >= 0x80) continue;
        octets[1] = static_cast<std::byte>(std::to_integer<unsigned>(octets[1]) - 1);
        octets.pop_back();
        octets.shrink_to_fit();  // for the address sanitizer to watch
        const Wire wire(octets, sample.version);
        if (wire.accepted()) CHECK(encoded(wire.packet(), sample.version) == octets);
    }
}
