#pragma once
// Addresses as text, without a resolver and without the system's parser, which takes forms that no peer should send.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace trunkline::carrier {

using IpOctets = std::array<std::uint8_t, 16>;

/// "127.0.0.1" as ::ffff:127.0.0.1: four numbers from 0 to 255 without leading zeros; nothing else.
std::optional<IpOctets> parse_ipv4(std::string_view text);

/// "2001:db8::1" (RFC 4291 §2.2, forms 1 and 2; no zone, no dotted end).
std::optional<IpOctets> parse_ipv6(std::string_view text);

/// 0 to 65535 without leading zeros.
std::optional<std::uint16_t> parse_port(std::string_view text);

}  // namespace trunkline::carrier
