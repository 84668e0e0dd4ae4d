// The tables of tests/support/datagram_samples.hpp against codec and encapsulation.

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "protocol/mqttsn/codec.hpp"
#include "protocol/mqttsn/forwarding.hpp"
#include "tests/support/datagram_samples.hpp"

using namespace trunkline;
using namespace trunkline::mqttsn;
using test::from_hex;
using Octets = std::vector<std::byte>;

namespace {

// As a gateway receives.
Result<Message, MalformedMessage> received(ByteView datagram) {
    if (!is_encapsulated(datagram)) return decode(datagram);
    const auto forwarded = unwrap(datagram);
    if (!forwarded) return Failure{forwarded.error()};
    return decode(forwarded->message);
}

}  // namespace

TEST_CASE("MQTT-SN 1.2 §5: every malformed datagram is refused with the clause that it breaks") {
    for (const auto& sample : test::malformed_datagrams) {
        CAPTURE(sample.name);
        const Octets datagram = from_hex(sample.hex);
        const auto message = received(datagram);
        REQUIRE(!message);
        CHECK(message.error().clause == sample.clause);
        CHECK(!message.error().reason.empty());
    }
}

TEST_CASE("MQTT-SN 1.2 §5.4: the well-formed samples are accepted, and cover every message") {
    std::set<std::string, std::less<>> names;
    for (const auto& sample : test::well_formed_datagrams) {
        CAPTURE(sample.name);
        const Octets datagram = from_hex(sample.hex);
        const auto message = received(datagram);
        REQUIRE(message);
        const std::string_view name = name_of(*message);
        CHECK(sample.name.starts_with(name));
        names.emplace(name);
    }
    CHECK(names.size() == std::variant_size_v<Message>);
}

TEST_CASE("MQTT-SN 1.2 §5.2.1-3: a well-formed datagram that loses its tail is refused, wherever it is cut") {
    for (const auto& sample : test::well_formed_datagrams) {
        CAPTURE(sample.name);
        const Octets datagram = from_hex(sample.hex);
        for (std::size_t size = 0; size < datagram.size(); ++size) {
            CHECK(!received(ByteView(datagram).first(size)));
        }
    }
}
