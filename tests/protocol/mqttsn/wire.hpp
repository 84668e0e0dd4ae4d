#pragma once
// Octets for tests, written as in the tables of §5.4.

#include <cstddef>
#include <string_view>
#include <vector>

#include "protocol/base/bytes.hpp"

namespace trunkline::mqttsn::test {

using Octets = std::vector<std::byte>;

/// "05 00 2A" as octets; other characters than hexadecimal digits and blanks are the test's mistake.
inline Octets octets(std::string_view hex) {
    const auto digit = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10); };
    Octets result;
    for (std::size_t at = 0; at + 1 < hex.size();) {
        if (hex[at] == ' ') {
            ++at;
            continue;
        }
        result.push_back(static_cast<std::byte>(digit(hex[at]) << 4 | digit(hex[at + 1])));
        at += 2;
    }
    return result;
}

/// The same message with the three-octet length (§5.2.1).
inline Octets in_long_form(ByteView short_form) {
    const std::size_t length = short_form.size() + 2;
    Octets result{std::byte{0x01}, static_cast<std::byte>(length >> 8), static_cast<std::byte>(length & 0xff)};
    result.insert(result.end(), short_form.begin() + 1, short_form.end());
    return result;
}

}  // namespace trunkline::mqttsn::test
