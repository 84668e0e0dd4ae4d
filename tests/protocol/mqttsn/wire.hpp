#pragma once
// Messages on the wire, for the tests of this folder.

#include <cstddef>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "tests/support/hex.hpp"

namespace trunkline::mqttsn {

using Octets = std::vector<std::byte>;

/// The same message with the three-octet length (§5.2.1). The short form is given.
inline Octets in_long_form(ByteView short_form) {
    const std::size_t length = short_form.size() + 2;
    Octets result{std::byte{0x01}, static_cast<std::byte>(length >> 8), static_cast<std::byte>(length & 0xff)};
    result.insert(result.end(), short_form.begin() + 1, short_form.end());
    return result;
}

}  // namespace trunkline::mqttsn
