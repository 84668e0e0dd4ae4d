#pragma once
// Octets as people read them.

#include <string>

#include "protocol/base/bytes.hpp"

namespace trunkline::gateway {

/// Two digits for each, in lower case: "0aff".
inline std::string hexadecimal(ByteView octets) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const std::byte octet : octets) {
        text += digits[std::to_integer<unsigned>(octet) >> 4U];
        text += digits[std::to_integer<unsigned>(octet) & 0x0fU];
    }
    return text;
}

}  // namespace trunkline::gateway
