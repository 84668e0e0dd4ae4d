#pragma once
// Base64 with padding (RFC 4648 §4), as password files have it.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/bytes.hpp"

namespace trunkline::broker {

std::string to_base64(ByteView octets);

/// Nothing for what is not Base64 in its one form: other characters, missing padding, bits that mean nothing.
std::optional<std::vector<std::byte>> from_base64(std::string_view text);

}  // namespace trunkline::broker
