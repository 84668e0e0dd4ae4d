#pragma once
// Where a datagram came from or goes to: a value, without sockets.

#include <array>
#include <compare>
#include <cstdint>
#include <string>

namespace trunkline {

/// An IPv6 address (IPv4 as ::ffff:a.b.c.d, RFC 4291 §2.5.5.2) and a port. Compares by value.
struct Address {
    std::array<std::uint8_t, 16> ip{};
    std::uint16_t port = 0;
    /// By which of its own ways the owner of several is reached from there, and answers: the owner's number.
    std::uint8_t via = 0;

    static Address v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d, std::uint16_t port) {
        return {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d}, port, 0};
    }
    bool is_v4() const;

    friend auto operator<=>(const Address&, const Address&) = default;
};

/// "127.0.0.1:1884" or "[::1]:1884" (groups in hexadecimal, not compressed except for ::1 and ::).
std::string to_string(const Address& address);

}  // namespace trunkline
