#pragma once
// Octets for tests, written as they stand in captures.

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace trunkline::test {

/// "05 00 2a" as octets. Anything but pairs of hexadecimal digits with blanks between them is a mistake in the test:
/// abort.
inline std::vector<std::byte> from_hex(std::string_view hex) {
    const auto digit = [&](std::size_t at) {
        const char c = at < hex.size() ? hex[at] : '?';
        if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
        if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
        std::fprintf(stderr, "from_hex: cannot read: %.*s\n", static_cast<int>(hex.size()), hex.data());
        std::abort();
    };
    std::vector<std::byte> octets;
    octets.reserve(hex.size() / 3 + 1);
    for (std::size_t at = 0; at < hex.size();) {
        if (hex[at] == ' ') {
            ++at;
            continue;
        }
        octets.push_back(static_cast<std::byte>(digit(at) << 4U | digit(at + 1)));
        at += 2;
    }
    return octets;
}

}  // namespace trunkline::test
