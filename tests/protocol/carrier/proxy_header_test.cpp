#include "protocol/carrier/proxy_header.hpp"

#include <doctest/doctest.h>

#include "tests/support/proxy_headers.hpp"

namespace trunkline::carrier {

namespace {

using test::proxy_v2;

/// Of octets that are a whole header and then "MQTT"; each shorter front must ask for more.
ProxyHeader parsed(const std::string& octets) {
    for (std::size_t size = 0; size < octets.size(); ++size) {
        const auto front = parse_proxy_header(as_byte_view(octets).first(size));
        REQUIRE(front);
        REQUIRE(!*front);
    }
    const std::string with_more = octets + "MQTT";
    const auto header = parse_proxy_header(as_byte_view(with_more));
    REQUIRE(header);
    REQUIRE(*header);
    CHECK((*header)->size == octets.size());
    return **header;
}

}  // namespace

TEST_CASE("PROXY 2.1: a line names source and destination") {
    CHECK(*parsed("PROXY TCP4 203.0.113.7 192.0.2.1 50412 8883\r\n").source == Address::v4(203, 0, 113, 7, 50412));
    CHECK(to_string(*parsed("PROXY TCP6 2001:db8::7 ::1 50412 8883\r\n").source) == "[2001:db8:0:0:0:0:0:7]:50412");
}

TEST_CASE("PROXY 2.1: after UNKNOWN the rest of the line is ignored") {
    CHECK(!parsed("PROXY UNKNOWN\r\n").source);
    CHECK(!parsed("PROXY UNKNOWN ffff:: what ever\r\n").source);
    CHECK(!parsed("PROXY UNKNOWN " + std::string(91, 'x') + "\r\n").source);  // the longest line: 107 octets
}

TEST_CASE("PROXY 2.2: octets name source and destination, and what follows them is skipped") {
    const std::string v4("\xcb\0\x71\x07\xc0\0\x02\x01\xc4\xec\x22\xb3", 12);
    CHECK(*parsed(proxy_v2('\x21', '\x11', v4)).source == Address::v4(203, 0, 113, 7, 50412));
    CHECK(*parsed(proxy_v2('\x21', '\x11', v4 + "\x04" + std::string(20, '\0'))).source ==
          Address::v4(203, 0, 113, 7, 50412));
    const std::string v6 = std::string("\x20\x01\x0d\xb8", 4) + std::string(11, '\0') + "\7" + std::string(16, '\0') +
                           std::string("\xc4\xec\x22\xb3", 4);
    CHECK(to_string(*parsed(proxy_v2('\x21', '\x21', v6)).source) == "[2001:db8:0:0:0:0:0:7]:50412");
}

TEST_CASE("PROXY 2.2: what a balancer says for itself, or of sockets without addresses, names nobody") {
    CHECK(!parsed(proxy_v2('\x20', '\x00', "")).source);
    CHECK(!parsed(proxy_v2('\x20', '\x11', "short")).source);
    CHECK(!parsed(proxy_v2('\x21', '\x00', "")).source);
    CHECK(!parsed(proxy_v2('\x21', '\x31', std::string(216, 'p'))).source);
    CHECK(!parsed(proxy_v2('\x20', '\x00', std::string(longest_proxy_header - 16, 't'))).source);
}

TEST_CASE("PROXY: malformed headers are refused, whole or octet by octet") {
    for (const test::MalformedProxyHeader& sample : test::malformed_proxy_headers()) {
        CAPTURE(sample.name);
        const auto whole = parse_proxy_header(as_byte_view(sample.octets));
        REQUIRE(!whole);
        CHECK(whole.error().starts_with("PROXY header: "));
        bool is_refused = false;
        for (std::size_t size = 1; size <= sample.octets.size() && !is_refused; ++size) {
            const auto front = parse_proxy_header(as_byte_view(sample.octets).first(size));
            is_refused = !front;
            CHECK((is_refused || !*front));  // never taken on the way
        }
        CHECK(is_refused);
    }
}

}  // namespace trunkline::carrier
