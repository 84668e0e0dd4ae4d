#include "protocol/carrier/address_text.hpp"

#include <doctest/doctest.h>

#include "protocol/base/address.hpp"

namespace trunkline::carrier {

TEST_CASE("address text: IPv4 has one form") {
    const auto ip = parse_ipv4("203.0.113.255");
    REQUIRE(ip);
    CHECK(*ip == Address::v4(203, 0, 113, 255, 0).ip);
    for (const char* wrong : {"", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.-4", "1.2.3. 4", "1..3.4",
                              "0x1.2.3.4", "1.2.3.4 ", "::1"}) {
        CAPTURE(wrong);
        CHECK(!parse_ipv4(wrong));
    }
}

TEST_CASE("address text: IPv6 in full and with one gap") {
    const IpOctets loopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    CHECK(*parse_ipv6("::1") == loopback);
    CHECK(*parse_ipv6("0:0:0:0:0:0:0:1") == loopback);
    CHECK(*parse_ipv6("::") == IpOctets{});
    const IpOctets documentation{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xab, 0xcd, 0, 0};
    CHECK(*parse_ipv6("2001:db8::ABCD:0") == documentation);
    CHECK(*parse_ipv6("2001:0db8:0:0:0:0:abcd:0") == documentation);
    CHECK(parse_ipv6("1:2:3:4:5:6:7::"));
    for (const char* wrong : {"", ":", ":1", "1:", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", ":::",
                              "1:2:3:4::5:6:7:8", "12345::", "g::", "::1%eth0", "[::1]", "::1.2.3.4", "127.0.0.1"}) {
        CAPTURE(wrong);
        CHECK(!parse_ipv6(wrong));
    }
}

TEST_CASE("address text: ports from 0 to 65535") {
    CHECK(*parse_port("0") == 0);
    CHECK(*parse_port("65535") == 65535);
    for (const char* wrong : {"", "65536", "00", "01", "-1", "+1", " 1", "1x"}) CHECK(!parse_port(wrong));
}

}  // namespace trunkline::carrier
