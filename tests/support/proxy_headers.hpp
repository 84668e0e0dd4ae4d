#pragma once
// Each way for octets to be no PROXY header, by name, and good headers of each kind. For the tests of the parser and of
// listeners.

#include <array>
#include <string>
#include <string_view>

namespace trunkline::test {

/// Version 2 without the lengths of its addresses being checked: version and command, family, what follows.
inline std::string proxy_v2(char version_and_command, char family, std::string_view rest) {
    std::string header("\r\n\r\n\0\r\nQUIT\n", 12);
    header += version_and_command;
    header += family;
    header += static_cast<char>(rest.size() >> 8U);
    header += static_cast<char>(rest.size() & 0xffU);
    return header.append(rest);
}

struct MalformedProxyHeader {
    std::string_view name;
    std::string octets;
};

inline std::array<MalformedProxyHeader, 31> malformed_proxy_headers() {
    const std::string v4_addresses(12, '\1');
    return {{
        {"an MQTT CONNECT", "\x10\x0c"},
        {"a TLS ClientHello", "\x16\x03\x01"},
        {"an HTTP request", "GET / HTTP/1.1\r\n"},
        {"lower case", "proxy TCP4"},
        {"a tab after PROXY", "PROXY\tTCP4"},
        {"no end of line within 107 octets", "PROXY TCP4 " + std::string(96, '1')},
        {"no end of line after UNKNOWN", "PROXY UNKNOWN " + std::string(93, 'x')},
        {"a family of its own", "PROXY UDP4 1.2.3.4 5.6.7.8 1 2\r\n"},
        {"no family", "PROXY \r\n"},
        {"no addresses", "PROXY TCP4\r\n"},
        {"one address", "PROXY TCP4 1.2.3.4\r\n"},
        {"no ports", "PROXY TCP4 1.2.3.4 5.6.7.8\r\n"},
        {"one port", "PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n"},
        {"three ports", "PROXY TCP4 1.2.3.4 5.6.7.8 1 2 3\r\n"},
        {"a space at the end", "PROXY TCP4 1.2.3.4 5.6.7.8 1 2 \r\n"},
        {"two spaces", "PROXY TCP4  1.2.3.4 5.6.7.8 1 2\r\n"},
        {"a port that is too large", "PROXY TCP4 1.2.3.4 5.6.7.8 65536 2\r\n"},
        {"a port with a leading zero", "PROXY TCP4 1.2.3.4 5.6.7.8 01 2\r\n"},
        {"a port with a sign", "PROXY TCP4 1.2.3.4 5.6.7.8 +1 2\r\n"},
        {"an octet that is too large", "PROXY TCP4 1.2.3.256 5.6.7.8 1 2\r\n"},
        {"an IPv6 address as TCP4", "PROXY TCP4 ::1 ::1 1 2\r\n"},
        {"an IPv4 address as TCP6", "PROXY TCP6 1.2.3.4 5.6.7.8 1 2\r\n"},
        {"a carriage return in the line", "PROXY TCP4 1.2.3.4\r5.6.7.8 1 2\r\n"},
        {"a line feed alone", "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\nPROXY TCP4\r\n"},
        {"a broken signature", "\r\n\r\nX"},
        {"version 1 in the form of version 2", proxy_v2('\x11', '\x11', v4_addresses)},
        {"an unknown command", proxy_v2('\x22', '\x11', v4_addresses)},
        {"datagrams over IPv4", proxy_v2('\x21', '\x12', v4_addresses)},
        {"an unknown family", proxy_v2('\x21', '\x41', v4_addresses)},
        {"too short for IPv4 addresses", proxy_v2('\x21', '\x11', std::string(11, '\1'))},
        {"longer than is waited for", proxy_v2('\x21', '\x11', std::string(2033, '\1')).substr(0, 16)},
    }};
}

}  // namespace trunkline::test
